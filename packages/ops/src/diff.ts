/** `diff`: differences of neighbours. */
import { type CheckAxes, nd, normalizeAxis, type OperationFunction, type ReplaceAxes, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWhole, operand } from './definition/operand.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { slice } from './slice.ts';
import { sub } from './sub.ts';

type Diff = <const X extends TensorLike, const A extends number = -1>(
  x: X,
  n?: number,
  axis?: A & CheckAxes<ShapeOf<X>, A>,
) => Tensor<ReplaceAxes<ShapeOf<X>, A, [number]>, DTypeOfOne<X>>;

/**
 * The differences of neighbours along an axis (the last unless told), taken `n` times.
 *
 * @throws `E_ATTRIBUTE` for a bad number of times, `E_AXIS` when the axis is out of range.
 *
 * @example
 * ```ts
 * import { diff, tensor } from '@deft/tensor';
 * console.log(diff(tensor([1, 4, 9])).toArray()); // [3, 5]
 * ```
 */
export const diff: OperationFunction<Diff> = defineComposite({
  name: 'diff',
  inputs: ['x'],
  doc: {
    group: 'arithmetic',
    summary: 'The differences of neighbours along an axis.',
    math: 'diff(x)ᵢ = xᵢ₊₁ − xᵢ',
    see: ['cumSum'],
  },
  arguments: (x: TensorLike, n = 1, axis = -1) => {
    const input = operand('diff', 'x', x);
    checkWhole('diff', 'n', n, 0);
    return { inputs: [input], attributes: { n, axis: normalizeAxis('diff', axis, input.rank) } };
  },
  compose: ([x], { n, axis }): Tensor => {
    let result = x;
    for (let i = 0; i < n; i++) {
      const { shape } = result.abstract;
      const size = shape.map((dim, a) => (a === axis ? Math.max(0, dim - 1) : dim));
      const from = (start: number): Tensor =>
        slice(
          result,
          shape.map((dim, a) => (a === axis ? Math.min(start, dim) : 0)),
          size,
        );
      result = sub(from(1), from(0)) as Tensor;
    }
    return result;
  },
  samples: [
    { label: 'a vector', inputs: [nd([4], [1, 4, 9, 16])], grad: 'check' },
    { label: 'twice', inputs: [nd([4], [1, 4, 9, 17])], rest: [2], grad: 'check' },
    { label: 'columns', inputs: [nd([2, 2], [1, 2, 4, 7])], rest: [1, 0], grad: 'check' },
    { label: 'not at all', inputs: [nd([2], [1, 2])], rest: [0], grad: 'check' },
    { label: 'one element', inputs: [nd([1], [1])] },
    { label: 'integers', inputs: [nd([3], [1, 4, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0], [])] },
  ],
  errors: [
    { label: 'half a time', inputs: [{ shape: [2] }], rest: [0.5], code: 'E_ATTRIBUTE', says: /diff: n: .*got 0.5/ },
    { label: 'out of range', inputs: [{ shape: [2] }], rest: [1, 1], code: 'E_AXIS', says: /from -1 to 0, got 1/ },
  ],
});
