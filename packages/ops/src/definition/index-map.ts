/** Builders of index maps for lowerings: what each axis of the source reads, as a function of the result's axes. */
import type { AffineAxis, IndexMap } from '@deft/kernel';

/** `offset + Σ coefficient · i[axis]` over the given terms, in a space of `rank` axes. */
export function affine(
  rank: number,
  terms: readonly (readonly [axis: number, coefficient: number])[],
  offset = 0,
): AffineAxis {
  const coefficients = new Array<number>(rank).fill(0);
  for (const [axis, coefficient] of terms) coefficients[axis] = (coefficients[axis] as number) + coefficient;
  return { offset, coefficients };
}

/** The map whose source axis `a` is read at `offset + scale · i[a]`: slices, flips and pads. */
export function axiswiseMap(
  shape: readonly number[],
  read: (axis: number) => { readonly offset: number; readonly scale: number },
  fill = 0,
): IndexMap {
  return {
    shape,
    axes: shape.map((_, axis) => {
      const { offset, scale } = read(axis);
      return affine(shape.length, [[axis, scale]], offset);
    }),
    fill,
  };
}
