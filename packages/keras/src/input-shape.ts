/**
 * Shapes of a model's inputs: one, or one for each of several. Axes may be free (`null`): a model takes any size along them,
 * as long as no weight depends on it. Where numbers are needed before there are data, sizes stand in for free axes.
 */
import { checkShape, raise } from '@deft/core';
import type { ExampleShape } from '@deft/nn';

/** Shape of an input; `null` for an axis that may have any size. */
export type FreeShape = readonly (number | null)[];

/** Shape of the input, or of each of several. */
export type InputShape = FreeShape | readonly FreeShape[];

/** The same with a number for every axis. */
export type PlainShape = ExampleShape | readonly ExampleShape[];

/** What stands in for a free axis: large enough for the windows of most layers. */
export const standInSizes: readonly [number, number] = [48, 64];

const areSeveral = (shape: InputShape): shape is readonly FreeShape[] => Array.isArray(shape[0]);

/** One shape, or several, as a list. */
export function shapesOf(shape: PlainShape): readonly ExampleShape[];
export function shapesOf(shape: InputShape): readonly FreeShape[];
export function shapesOf(shape: InputShape): readonly FreeShape[] {
  return areSeveral(shape) ? shape : [shape];
}

/** `[28, 28, 1]`, `[null, 16] and [4]`. */
export function inputShapeText(shape: InputShape): string {
  return shapesOf(shape)
    .map((one) => `[${one.map(String).join(', ')}]`)
    .join(' and ');
}

/** Whether sizes are as a shape says that was told first. */
export function fitsPattern(shape: InputShape, pattern: InputShape): boolean {
  const [given, told] = [shapesOf(shape), shapesOf(pattern)];
  const fits = (one: FreeShape, other: FreeShape): boolean =>
    one.length === other.length && one.every((dim, axis) => other[axis] === null || dim === other[axis]);
  return given.length === told.length && given.every((one, i) => fits(one, told[i] as FreeShape));
}

/** The shape with a size for every free axis. Throws `E_SHAPE` for what is no shape. */
export function standInFor(op: string, shape: InputShape, size: number = standInSizes[0]): PlainShape {
  const plain = shapesOf(shape).map((one): ExampleShape => {
    if (!Array.isArray(one)) {
      return raise('E_MODEL', { op, argument: 'inputShape', expected: 'a shape', found: typeof one });
    }
    const dims = one.map((dim: number | null) => dim ?? size);
    checkShape(op, dims, 'inputShape');
    return dims;
  });
  return areSeveral(shape) ? plain : (plain[0] as ExampleShape);
}

/** A shape that is found for two sizes of free axes: those dims are free that differ. */
export function freeShape(first: ExampleShape, second: ExampleShape): FreeShape {
  return first.map((dim, axis) => (dim === second[axis] ? dim : null));
}
