/** `multiHot`: ones at several positions. */
import { nd, type OperationFunction, type ReplaceAxes, type Tensor } from '@deft/core';
import { concat } from './concat.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWhole } from './definition/operand.ts';
import { requireRank } from './definition/rules.ts';
import type { ShapeOf } from './definition/signatures.ts';
import { max } from './max.ts';
import { oneHot } from './one-hot.ts';
import { zeros } from './zeros.ts';

type MultiHotFunction = <const I extends TensorLike, const N extends number>(
  indices: I,
  depth: N,
) => Tensor<ReplaceAxes<ShapeOf<I>, -1, [N]>, 'float32'>;

/**
 * Vectors of 0 and 1: 1 at the positions that the last axis of `indices` names, from `[…, k]` to `[…, depth]`. Positions out of range are left out.
 *
 * @throws `E_RANK` for a scalar, `E_DTYPE` unless positions are whole, `E_ATTRIBUTE`.
 * @example
 * ```ts
 * import { multiHot, tensor } from '@deft/tensor';
 * console.log(multiHot(tensor([0, 2], { dtype: 'int32' }), 3).toArray()); // [1, 0, 1]
 * ```
 */
export const multiHot: OperationFunction<MultiHotFunction> = defineComposite({
  name: 'multiHot',
  inputs: ['indices'],

  doc: {
    group: 'indexing',
    summary: 'Ones at several positions.',

    see: ['oneHot'],
  },

  arguments: (indices: TensorLike, depth: number) => {
    checkWhole('multiHot', 'depth', depth, 0);
    return { inputs: [indices], attributes: { depth } };
  },
  compose: ([indices], { depth }): Tensor => {
    requireRank('multiHot', 'indices', indices.abstract, 1, true);
    return max(
      concat([oneHot(indices, depth), zeros([...indices.abstract.shape.slice(0, -1), 1, depth])], -2) as Tensor,
      { axis: -2 },
    ) as Tensor;
  },
  nonDifferentiable: 'positions are whole numbers',
  samples: [
    { label: 'a vector', inputs: [nd([2], [0, 2], 'int32')], rest: [4] },
    { label: 'rows, one out of range', inputs: [nd([2, 2], [0, 0, 3, -1], 'int32')], rest: [3] },
    { label: 'no positions', inputs: [nd([2, 0], [], 'int32')], rest: [3] },
  ],
  errors: [
    {
      label: 'a scalar',
      inputs: [{ shape: [], dtype: 'int32' }],
      rest: [3],
      code: 'E_RANK',
      says: /multiHot: indices/,
    },
    { label: 'floats', inputs: [{ shape: [2] }], rest: [3], code: 'E_DTYPE', says: /multiHot/ },
  ],
});
