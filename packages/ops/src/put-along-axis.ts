/** `putAlongAxis`: elements replaced at positions that differ from row to row. */
import { type DType, nd, normalizeAxis, type OperationFunction, raise, type Shape, type Tensor } from '@deft/core';
import { broadcastTo } from './broadcast-to.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { asIndices } from './definition/gathering.ts';
import { operand } from './definition/operand.ts';
import { moveAxis } from './move-axis.ts';
import { scatterUpdate } from './scatter-update.ts';

interface PutAlongAxis {
  <S extends Shape, D extends DType>(
    x: Tensor<S, D>,
    indices: TensorLike,
    values: TensorLike,
    axis?: number,
  ): Tensor<S, D>;
  (x: TensorLike, indices: TensorLike, values: TensorLike, axis?: number): Tensor;
}

/**
 * `x` with elements replaced at positions along an axis (the last unless told), where every row has positions of its own;
 * `values` broadcast to the shape of the positions.
 *
 * @throws `E_SHAPE` when the other dims differ, `E_DTYPE` unless the positions are integers, `E_AXIS`.
 *
 * @example
 * ```ts
 * import { putAlongAxis, tensor } from '@deft/tensor';
 * console.log(putAlongAxis(tensor([[1, 2], [3, 4]]), tensor([[1], [0]], { dtype: 'int32' }), 9).toArray()); // [[1, 9], [9, 4]]
 * ```
 */
export const putAlongAxis: OperationFunction<PutAlongAxis> = defineComposite({
  name: 'putAlongAxis',
  inputs: ['x', 'indices', 'values'],
  doc: {
    group: 'indexing',
    summary: 'Elements replaced at positions along an axis that differ from row to row.',
    math: 'putAlongAxis(x, i, v)[…, i[…, j]] = v[…, j]',
    notes: ['A position outside of the axis is moved to its nearest end.'],
    see: ['takeAlongAxis', 'scatterUpdate'],
  },
  promote: ['x', 'values'],
  arguments: (x: TensorLike, indices: TensorLike, values: TensorLike, axis = -1) => {
    const input = operand('putAlongAxis', 'x', x);
    return {
      inputs: [input, asIndices('putAlongAxis', indices), values],
      attributes: { axis: normalizeAxis('putAlongAxis', axis, input.rank) },
    };
  },
  compose: ([x, indices, values], { axis }): Tensor => {
    const [shape, positions] = [x.abstract.shape, indices.abstract.shape];
    if (positions.length !== shape.length || positions.some((dim, a) => a !== axis && dim !== shape[a])) {
      raise('E_SHAPE', {
        op: 'putAlongAxis',
        argument: 'indices',
        expected: `shape [${shape.map((dim, a) => (a === axis ? 'any' : dim)).join(', ')}]`,
        found: indices.abstract.text,
        operands: [x.abstract, indices.abstract],
      });
    }
    const last = shape.length - 1;
    const spread = broadcastTo(values, positions as number[]) as Tensor;
    const rows = scatterUpdate(moveAxis(x, axis, last), moveAxis(spread, axis, last), moveAxis(indices, axis, last), {
      axis: last,
      batchDims: last,
    });
    return moveAxis(rows, last, axis);
  },
  samples: [
    {
      label: 'rows',
      inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6]), nd([2, 2], [2, 0, 1, 0], 'int32'), nd([2, 2], [7, 8, 9, 10])],
      grad: 'check',
    },
    {
      label: 'columns',
      inputs: [nd([2, 2], [1, 2, 3, 4]), nd([1, 2], [1, 0], 'int32'), nd([], [9])],
      rest: [0],
      grad: 'check',
    },
    { label: 'no positions', inputs: [nd([2, 2], [1, 2, 3, 4]), nd([2, 0], [], 'int32'), nd([], [1])] },
  ],
  errors: [
    {
      label: 'other rows',
      inputs: [{ shape: [2, 3] }, { shape: [3, 1], dtype: 'int32' }, { shape: [] }],
      code: 'E_SHAPE',
      says: /putAlongAxis: indices: expected shape \[2, any\], got int32\[3, 1\]/,
    },
    {
      label: 'out of range',
      inputs: [{ shape: [2] }, { shape: [2], dtype: 'int32' }, { shape: [] }],
      rest: [1],
      code: 'E_AXIS',
      says: /from -1 to 0, got 1/,
    },
  ],
});
