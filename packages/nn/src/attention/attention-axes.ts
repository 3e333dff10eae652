/**
 * Attention along other axes than that of the steps: the axes it goes along become one, and those it leaves apart become part
 * of the batch, so that what follows sees sequences `[batch, steps, features]` alone.
 */
import { shapeText, type Tensor } from '@deft/core';
import { broadcastTo, expandDims, reshape, transpose } from '@deft/tensor';
import type { ExampleShape } from '../layer.ts';
import type { Fail } from '../layer-errors.ts';
import { axisNumber, reject } from '../options.ts';

/** Checks the option `attentionAxes`: nothing, or axes of the batch, each once. */
export function checkAttentionAxes(kind: string, option: unknown): readonly number[] | null {
  if (option === undefined || option === null) return null;
  const given: readonly unknown[] = Array.isArray(option) ? option : [option];
  const axes = given.map((axis) => axisNumber(kind, 'attentionAxes', axis));
  if (axes.length === 0 || axes.length > 8) reject(kind, 'attentionAxes', 'one to 8 axes', option);
  return axes;
}

/** The axes of a batch by what attention makes of them. */
export interface AxisPlan {
  /** Those that attention goes along. */
  readonly along: readonly number[];
  /** Those that it leaves apart; that of the batch and that of the features are not among them. */
  readonly apart: readonly number[];
}

/** Sorts the axes of a batch whose examples have a shape. Throws where there are none to go along. */
export function planAxes(axes: readonly number[] | null, shape: ExampleShape, fail: Fail): AxisPlan {
  const inner = shape.slice(0, -1).map((_, i) => i + 1);
  if (inner.length === 0) fail({ expected: 'examples of shape [..., steps, features]', found: shapeText(shape) });
  const along = axes === null ? inner : axes.map((axis) => (axis < 0 ? axis + shape.length + 1 : axis));
  if (new Set(along).size < along.length || !along.every((axis) => inner.includes(axis))) {
    fail({
      expected: `examples with axes ${axes?.join(' and ')} of a batch before their features`,
      found: shapeText(shape),
    });
  }
  return { along, apart: inner.filter((axis) => !along.includes(axis)) };
}

const product = (shape: readonly number[], axes: readonly number[]): number =>
  axes.reduce((size, axis) => size * (shape[axis] as number), 1);

/** The dims of axes. */
export function dimsAt(shape: ExampleShape, axes: readonly number[]): number[] {
  return axes.map((axis) => shape[axis - 1] as number);
}

/** A batch as sequences: `[batch and what is apart, steps, features]`. */
export function asSequences(x: Tensor, { along, apart }: AxisPlan): Tensor {
  if (x.rank === 3) return x;
  const order = [0, ...apart, ...along, x.rank - 1];
  return reshape(transpose(x, order), [-1, product(x.shape, along), x.shape.at(-1) as number]) as Tensor;
}

/** The mask of a batch's steps as that of the sequences it became: `bool[batch and what is apart, steps]`. */
export function maskOfSequences(mask: Tensor | undefined, x: Tensor, { along, apart }: AxisPlan): Tensor | undefined {
  if (mask === undefined || x.rank === 3) return mask;
  const shape = x.shape.slice(0, -1);
  const whole = broadcastTo(
    reshape(
      mask,
      shape.map((dim, axis) => (axis < mask.rank ? dim : 1)),
    ),
    shape,
  ) as Tensor;
  return reshape(transpose(whole, [0, ...apart, ...along]), [-1, product(shape, along)]) as Tensor;
}

/** What attention gave for sequences, `[…, steps, ...dims]`, with the axes of the batch `x` that they were made of. */
export function likeBatch(made: Tensor, x: Tensor, { along, apart }: AxisPlan): Tensor {
  if (x.rank === 3) return made;
  const dims = made.shape.slice(2);
  const split = reshape(made, [...[0, ...apart, ...along].map((axis) => x.shape[axis] as number), ...dims]) as Tensor;
  const order = [0, ...apart, ...along];
  const back = order.map((_, axis) => order.indexOf(axis));
  return transpose(split, [...back, ...dims.map((_, i) => order.length + i)]) as Tensor;
}

/** A mask for every target and source as sequences have it: `bool[batch and what is apart, heads or 1, targets, sources]`. */
export function maskOfPairs(mask: Tensor, query: Tensor, { along, apart }: AxisPlan, sources: number): Tensor {
  const batch = query.shape[0] as number;
  const own = mask.rank === 2 + 2 * along.length ? (mask.shape[1] as number) : 1;
  const pairs = [own, product(query.shape, along), sources];
  const flat = reshape(mask, [batch, ...pairs]) as Tensor;
  const count = product(query.shape, apart);
  if (count === 1) return flat;
  return reshape(broadcastTo(expandDims(flat, 1), [batch, count, ...pairs]), [-1, ...pairs]) as Tensor;
}
