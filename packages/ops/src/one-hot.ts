/** `oneHot`: positions as vectors with a single one. */
import {
  type CheckNewAxis,
  type DType,
  type InsertAxis,
  isFloating,
  nd,
  normalizeAxis,
  type OperationFunction,
  raise,
  type Tensor,
} from '@deft/core';
import { arange } from './arange.ts';
import { cast } from './cast.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { asIndices } from './definition/gathering.ts';
import { checkDType, checkWhole } from './definition/operand.ts';
import type { ShapeOf } from './definition/signatures.ts';
import { equal } from './equal.ts';
import { expandDims } from './expand-dims.ts';
import { reshape } from './reshape.ts';

/** Options of `oneHot`. */
export interface OneHotOptions<D extends DType = DType, Axis extends number = number> {
  /** float32 unless told. */
  readonly dtype?: D;
  /** Where the new axis stands in the result; last unless told. */
  readonly axis?: Axis;
}

type OneHot = <
  const I extends TensorLike,
  const N extends number,
  D extends DType = 'float32',
  const Axis extends number = -1,
>(
  indices: I,
  depth: N,
  options?: OneHotOptions<D, Axis> & CheckNewAxis<ShapeOf<I>, Axis>,
) => Tensor<InsertAxis<ShapeOf<I>, Axis, N>, D>;

/**
 * For every position a vector of `depth` elements that is 1 there and 0 elsewhere; all 0 for a position outside.
 *
 * @throws `E_DTYPE` unless the positions are integers, `E_ATTRIBUTE` for a bad depth, `E_AXIS`.
 * @example
 * ```ts
 * import { oneHot, tensor } from '@deft/tensor';
 * console.log(oneHot(tensor([2, 0], { dtype: 'int32' }), 3).toArray()); // [[0, 0, 1], [1, 0, 0]]
 * ```
 */
export const oneHot: OperationFunction<OneHot> = defineComposite({
  name: 'oneHot',
  inputs: ['indices'],
  doc: {
    group: 'indexing',
    summary: 'For every position a vector that is 1 there and 0 elsewhere.',
    notes: ['A position outside of 0 … depth − 1 gives zeros only.'],
    see: ['eye', 'gather', 'sparseSoftmaxCrossEntropy'],
  },
  arguments: (indices: TensorLike, depth: number, options: OneHotOptions = {}) => {
    const input = asIndices('oneHot', indices);
    const { dtype = 'float32', axis = -1 } = options;
    checkWhole('oneHot', 'depth', depth, 0);
    checkDType('oneHot', dtype);
    return {
      inputs: [input],
      attributes: { depth, dtype: dtype as DType, axis: normalizeAxis('oneHot', axis, input.rank + 1) },
    };
  },
  nonDifferentiable: 'positions are integers',
  compose: ([indices], { depth, dtype, axis }): Tensor => {
    if (isFloating(indices.dtype) || indices.dtype === 'bool') {
      raise('E_DTYPE', {
        op: 'oneHot',
        argument: 'indices',
        expected: 'int32 or uint32',
        found: indices.dtype,
        operands: [indices.abstract],
        hint: "cast them: cast(indices, 'int32')",
      });
    }
    const behind = new Array<number>(indices.rank - axis).fill(1);
    const places = reshape(arange(0, depth, 1, indices.dtype) as Tensor, [depth, ...behind]);
    return cast(equal(expandDims(indices, axis), places), dtype) as Tensor;
  },
  samples: [
    { label: 'a vector', inputs: [nd([3], [2, 0, 1], 'int32')], rest: [3] },
    { label: 'outside', inputs: [nd([2], [-1, 3], 'int32')], rest: [3] },
    { label: 'in front', inputs: [nd([2], [1, 0], 'int32')], rest: [3, { axis: 0 }] },
    {
      label: 'a matrix, in the middle, bool',
      inputs: [nd([2, 2], [0, 1, 1, 0], 'int32')],
      rest: [2, { axis: 1, dtype: 'bool' }],
    },
    { label: 'a scalar', inputs: [nd([], [1], 'int32')], rest: [2] },
    { label: 'unsigned', inputs: [nd([2], [1, 0], 'uint32')], rest: [2, { dtype: 'int32' }] },
    { label: 'no positions', inputs: [nd([0], [], 'int32')], rest: [3] },
    { label: 'no places', inputs: [nd([2], [0, 1], 'int32')], rest: [0] },
  ],
  errors: [
    {
      label: 'broken positions',
      inputs: [{ shape: [2] }],
      rest: [3],
      code: 'E_DTYPE',
      says: /oneHot: indices: expected int32 or uint32, got float32/,
    },
    {
      label: 'a negative depth',
      inputs: [{ shape: [2], dtype: 'int32' }],
      rest: [-1],
      code: 'E_ATTRIBUTE',
      says: /depth: .*at least 0, got -1/,
    },
    {
      label: 'out of range',
      inputs: [{ shape: [2], dtype: 'int32' }],
      rest: [3, { axis: 2 }],
      code: 'E_AXIS',
      says: /from -2 to 1, got 2/,
    },
  ],
});
