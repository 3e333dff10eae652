/** `takeAlongAxis`: elements at positions that differ from row to row. */
import { type DType, nd, normalizeAxis, type OperationFunction, raise, type Shape, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { asIndices } from './definition/gathering.ts';
import { operand } from './definition/operand.ts';
import { gather } from './gather.ts';
import { moveAxis } from './move-axis.ts';

interface TakeAlongAxis {
  <S extends Shape, D extends DType>(x: Tensor<Shape, D>, indices: Tensor<S>, axis?: number): Tensor<S, D>;
  (x: TensorLike, indices: TensorLike, axis?: number): Tensor;
}

/**
 * The elements at the given positions along an axis (the last unless told), where every row has positions of its own: what
 * `argSort` gives sorts its operand. A position outside of the axis is moved to its nearest end.
 *
 * @throws `E_SHAPE` when the other dims differ, `E_DTYPE` unless the positions are integers, `E_AXIS`.
 * @example
 * ```ts
 * import { takeAlongAxis, tensor } from '@deft/tensor';
 * const best = tensor([[1], [0]], { dtype: 'int32' });
 * console.log(takeAlongAxis(tensor([[1, 2], [4, 3]]), best).toArray()); // [[2], [4]]
 * ```
 */
export const takeAlongAxis: OperationFunction<TakeAlongAxis> = defineComposite({
  name: 'takeAlongAxis',
  inputs: ['x', 'indices'],
  doc: {
    group: 'indexing',
    summary: 'Elements at positions along an axis that differ from row to row.',
    math: 'takeAlongAxis(x, i)[…, j] = x[…, i[…, j]]',
    notes: ['A position outside of the axis is moved to its nearest end.'],
    see: ['gather', 'argSort'],
  },
  arguments: (x: TensorLike, indices: TensorLike, axis = -1) => {
    const input = operand('takeAlongAxis', 'x', x);
    return {
      inputs: [input, asIndices('takeAlongAxis', indices)],
      attributes: { axis: normalizeAxis('takeAlongAxis', axis, input.rank) },
    };
  },
  compose: ([x, indices], { axis }): Tensor => {
    const [shape, positions] = [x.abstract.shape, indices.abstract.shape];
    if (positions.length !== shape.length || positions.some((dim, a) => a !== axis && dim !== shape[a])) {
      raise('E_SHAPE', {
        op: 'takeAlongAxis',
        argument: 'indices',
        expected: `shape [${shape.map((dim, a) => (a === axis ? 'any' : dim)).join(', ')}]`,
        found: indices.abstract.text,
        operands: [x.abstract, indices.abstract],
      });
    }
    const last = shape.length - 1;
    const rows = gather(moveAxis(x, axis, last), moveAxis(indices, axis, last), { axis: last, batchDims: last });
    return moveAxis(rows, last, axis);
  },
  samples: [
    { label: 'rows', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6]), nd([2, 2], [2, 0, 1, 1], 'int32')], grad: 'check' },
    { label: 'columns', inputs: [nd([2, 2], [1, 2, 3, 4]), nd([1, 2], [1, 0], 'int32')], rest: [0], grad: 'check' },
    { label: 'a vector', inputs: [nd([3], [1, 2, 3]), nd([2], [2, 5], 'int32')], grad: 'check' },
    { label: 'no positions', inputs: [nd([2, 2], [1, 2, 3, 4]), nd([2, 0], [], 'int32')] },
  ],
  errors: [
    {
      label: 'other rows',
      inputs: [{ shape: [2, 3] }, { shape: [3, 1], dtype: 'int32' }],
      code: 'E_SHAPE',
      says: /takeAlongAxis: indices: expected shape \[2, any\], got int32\[3, 1\]/,
    },
    {
      label: 'broken positions',
      inputs: [{ shape: [2, 3] }, { shape: [2, 1] }],
      code: 'E_DTYPE',
      says: /indices: expected int32 or uint32, got float32/,
    },
  ],
});
