/**
 * Rotations by position (Su et al. 2021): the features of a step are taken in pairs, feature `i` of the first half with
 * feature `i` of the second, and each pair is turned by an angle that grows with the step's position. The product of two
 * turned vectors then depends on the distance of their positions alone.
 */
import type { Tensor } from '@deft/core';
import { add, arange, cast, concat, cos, mul, reshape, sin, split, sub, tensor } from '@deft/tensor';
import { finite, flag, reject } from '../options.ts';

/** How fast the pairs turn. */
export interface Rotation {
  /** Positions after which the slowest pair would have turned once, but for a factor 2π. */
  readonly maxWavelength: number;
  /** What positions are divided by. */
  readonly scalingFactor: number;
}

/** Options of rotations. */
export interface RotationOptions {
  /** Of the slowest pair; 10000 unless told. */
  readonly maxWavelength?: number;
  /** What positions are divided by; 1 unless told. */
  readonly scalingFactor?: number;
}

/** Checks the options of a rotation. */
export function checkRotation(
  kind: string,
  options: RotationOptions,
): Rotation & { readonly [option: string]: number } {
  const positive = (option: 'maxWavelength' | 'scalingFactor', unlessTold: number): number => {
    const value = finite(kind, option, options[option] ?? unlessTold);
    return value > 0 ? value : reject(kind, option, 'a number above 0', value);
  };
  return { maxWavelength: positive('maxWavelength', 10000), scalingFactor: positive('scalingFactor', 1) };
}

/** Checks the option of a layer that may rotate: `false`, `true`, or the options of the rotation. */
export function checkRotary(kind: string, option: unknown): ReturnType<typeof checkRotation> | false {
  if (typeof option === 'object' && option !== null && !Array.isArray(option)) return checkRotation(kind, option);
  return flag(kind, 'rotary', option ?? false) ? checkRotation(kind, {}) : false;
}

/** The positions of steps, from `start` on. */
export function positionsFrom(start: Tensor | undefined, steps: number): Tensor {
  const counted = arange(0, steps, 1, 'int32') as Tensor;
  return start === undefined ? counted : (add(counted, start) as Tensor);
}

/** Turns the features (an even number, along `featureAxis`) of steps along `sequenceAxis` by the steps' positions. */
export function rotate(
  x: Tensor,
  positions: Tensor,
  { maxWavelength, scalingFactor }: Rotation,
  sequenceAxis: number = 1,
  featureAxis: number = x.rank - 1,
): Tensor {
  const half = (x.shape[featureAxis] as number) / 2;
  // Angles are computed in float32 at least: in 16 bits, far positions would fall together.
  const dtype = x.dtype === 'float64' ? 'float64' : 'float32';
  const speeds = Array.from({ length: half }, (_, i) => maxWavelength ** (-i / half) / scalingFactor);
  const axes = x.shape.map((_, axis) => axis);
  const along = (one: Tensor, place: number): Tensor =>
    reshape(
      one,
      axes.map((axis) => (axis === place ? -1 : 1)),
    ) as Tensor;
  const angles = mul(
    along(cast(positions, dtype) as Tensor, sequenceAxis),
    along(tensor(speeds, { dtype }) as Tensor, featureAxis),
  ) as Tensor;
  const [cosine, sine] = [cast(cos(angles), x.dtype), cast(sin(angles), x.dtype)] as [Tensor, Tensor];
  const [first, second] = split(x, 2, featureAxis) as [Tensor, Tensor];
  return concat(
    [sub(mul(first, cosine), mul(second, sine)) as Tensor, add(mul(second, cosine), mul(first, sine)) as Tensor],
    featureAxis,
  ) as Tensor;
}
