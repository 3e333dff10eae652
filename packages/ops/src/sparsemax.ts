/** `sparsemax`: the nearest point of the simplex. */
import { type CheckAxes, nd, normalizeAxis, type OperationFunction, type Tensor } from '@deft/core';
import { add } from './add.ts';
import { arange } from './arange.ts';
import { cast } from './cast.ts';
import { cumSum } from './cum-sum.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { operand } from './definition/operand.ts';
import { floating } from './definition/rules.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './definition/signatures.ts';
import { div } from './div.ts';
import { greater } from './greater.ts';
import { maximum } from './maximum.ts';
import { mul } from './mul.ts';
import { reshape } from './reshape.ts';
import { sort } from './sort.ts';
import { sub } from './sub.ts';
import { sum } from './sum.ts';
import { where } from './where.ts';

type Sparsemax = <const X extends TensorLike, const A extends number = -1>(
  x: X,
  axis?: A & CheckAxes<ShapeOf<X>, A>,
) => Tensor<ShapeOf<X>, FloatOf<DTypeOfOne<X>>>;

/**
 * The nearest probabilities along an axis (the last unless told): like softmax, but small ones are exactly 0. Integers are
 * taken as float32.
 *
 * @throws `E_AXIS` when the axis is out of range.
 *
 * @example
 * ```ts
 * import { sparsemax, tensor } from '@deft/tensor';
 * console.log(sparsemax(tensor([1, 0.5, -1])).toArray()); // [0.75, 0.25, 0]
 * ```
 */
export const sparsemax: OperationFunction<Sparsemax> = defineComposite({
  name: 'sparsemax',
  inputs: ['x'],
  doc: {
    group: 'activation',
    summary: 'The nearest probabilities along an axis.',
    math: 'sparsemax(x) = max(x − τ, 0), with τ such that the sum is 1',
    notes: ['Martins and Astudillo, “From softmax to sparsemax” (2016).'],
    see: ['softmax'],
  },
  promote: 'float',
  arguments: (x: TensorLike, axis = -1) => {
    const input = operand('sparsemax', 'x', x);
    return { inputs: [input], attributes: { axis: normalizeAxis('sparsemax', axis, input.rank) } };
  },
  compose: ([x], { axis }): Tensor => {
    floating('sparsemax', x.abstract);
    const sorted = sort(x, { axis, descending: true }) as Tensor;
    const sums = cumSum(sorted, { axis }) as Tensor;
    const { shape } = x.abstract;
    const ranks = reshape(
      arange(1, (shape[axis] as number) + 1, 1, x.dtype),
      shape.map((dim, a) => (a === axis ? dim : 1)),
    );
    const chosen = greater(add(mul(ranks, sorted), 1), sums);
    const count = sum(cast(chosen, x.dtype), { axis, keepDims: true }) as Tensor;
    const total = sum(where(chosen, sorted, 0), { axis, keepDims: true }) as Tensor;
    return maximum(sub(x, div(sub(total, 1), count)), 0) as Tensor;
  },
  jvp: (_, [dx], { axis }, output) => within(dx, output, axis),
  vjp: (ct, { output }, { axis }) => [within(ct, output, axis)],
  saves: ['output'],
  samples: [
    { label: 'some of 0', inputs: [nd([4], [1, 0.5, -1, 0.75])], grad: 'check' },
    { label: 'columns', inputs: [nd([3, 2], [1, 0, 0.5, 2, 0.1, 1.5])], rest: [0], grad: 'check' },
    { label: 'all chosen', inputs: [nd([2], [0.25, 0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([2], [1, 1], 'int32')] },
    { label: 'empty', inputs: [nd([0, 2], [])] },
  ],
  errors: [
    { label: 'out of range', inputs: [{ shape: [2] }], rest: [1], code: 'E_AXIS', says: /sparsemax: axis: .*got 1/ },
  ],
});

/** The derivative: over what is chosen, less its mean there; 0 elsewhere. */
function within(dx: Tensor, output: Tensor, axis: number): Tensor {
  const chosen = greater(output, 0);
  const total = sum(where(chosen, dx, 0), { axis, keepDims: true }) as Tensor;
  const count = sum(cast(chosen, dx.dtype), { axis, keepDims: true }) as Tensor;
  return where(chosen, sub(dx, div(total, count)), 0) as Tensor;
}
