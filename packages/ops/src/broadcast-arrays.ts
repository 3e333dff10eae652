/** `broadcastArrays`: tensors of one shape. */
import { nd, type OperationFunction, raise, type Tensor, tryBroadcast } from '@deft/core';
import { broadcastTo } from './broadcast-to.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import type { BroadcastOfAll } from './definition/joining-types.ts';
import { operandList } from './definition/operand.ts';
import type { DTypeOfOne } from './definition/signatures.ts';

type BroadcastArrays = <const T extends readonly TensorLike[]>(
  tensors: T,
) => { readonly [K in keyof T]: Tensor<BroadcastOfAll<T>, DTypeOfOne<T[K]>> };

/**
 * The tensors, each broadcast to the shape that all of them have together.
 *
 * @throws `E_BROADCAST` when they do not broadcast together.
 *
 * @example
 * ```ts
 * import { broadcastArrays, tensor } from '@deft/tensor';
 * console.log(broadcastArrays([tensor([1, 2]), tensor([[3], [4]])]).map((x) => x.shape)); // [[2, 2], [2, 2]]
 * ```
 */
export const broadcastArrays: OperationFunction<BroadcastArrays> = defineComposite({
  name: 'broadcastArrays',
  inputs: ['tensors'],
  variadic: true,
  multipleResults: true,
  doc: {
    group: 'shape',
    summary: 'The tensors, each broadcast to the shape that all of them have together.',
    see: ['broadcastTo'],
  },
  arguments: (tensors: readonly TensorLike[]) => ({
    inputs: operandList('broadcastArrays', 'tensors', tensors),
    attributes: {},
  }),
  compose: (inputs): readonly Tensor[] => {
    const tensors: readonly Tensor[] = inputs;
    const shape = tryBroadcast(tensors.map((x) => x.abstract.shape));
    if (!shape)
      raise('E_BROADCAST', {
        op: 'broadcastArrays',
        says: 'shapes do not broadcast together',
        operands: tensors.map((x) => x.abstract),
      });
    return tensors.map((x) => broadcastTo(x, shape) as Tensor);
  },
  samples: [
    { label: 'two', inputs: [nd([2], [1, 2]), nd([2, 1], [3, 4])], grad: 'check' },
    { label: 'another dtype', inputs: [nd([2], [1, 2]), nd([], [3], 'int32')], grad: 'check' },
    { label: 'one', inputs: [nd([2], [1, 2])], grad: 'check' },
    { label: 'empty', inputs: [nd([0], []), nd([1], [1])] },
  ],
  errors: [
    {
      label: 'shapes that do not broadcast',
      inputs: [{ shape: [2] }, { shape: [3] }],
      code: 'E_BROADCAST',
      says: /broadcastArrays: shapes do not broadcast together/,
    },
  ],
});
