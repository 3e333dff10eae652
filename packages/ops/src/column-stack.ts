/** `columnStack`: tensors as columns. */
import { type Dim, nd, type OperationFunction, type ReplaceAxes, type Tensor } from '@deft/core';
import { concat } from './concat.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import type { FirstShape } from './definition/joining-types.ts';
import { operandList } from './definition/operand.ts';
import type { DTypeOfOne } from './definition/signatures.ts';
import { reshape } from './reshape.ts';

type ColumnStack = <const T extends readonly TensorLike[]>(
  tensors: T,
) => Tensor<
  FirstShape<T> extends [infer N extends Dim] ? [N, number] : ReplaceAxes<FirstShape<T>, 1, [number]>,
  DTypeOfOne<T[number]>
>;

/**
 * Joins tensors as columns. Vectors are columns.
 *
 * @throws `E_CONCAT` when they do not agree in rank, dtype or the other dims.
 *
 * @example
 * ```ts
 * import { columnStack, tensor } from '@deft/tensor';
 * console.log(columnStack([tensor([1, 2]), tensor([3, 4])]).toArray()); // [[1, 3], [2, 4]]
 * ```
 */
export const columnStack: OperationFunction<ColumnStack> = defineComposite({
  name: 'columnStack',
  inputs: ['tensors'],
  variadic: true,
  doc: { group: 'shape', summary: 'Tensors joined as columns. Vectors are columns.', see: ['concat', 'stack'] },
  arguments: (tensors: readonly TensorLike[]) => ({
    inputs: operandList('columnStack', 'tensors', tensors),
    attributes: {},
  }),
  compose: (inputs): Tensor => {
    const tensors = (inputs as readonly Tensor[]).map(
      (x): Tensor => (x.rank < 2 ? (reshape(x, [x.size, 1]) as Tensor) : x),
    );
    return concat(tensors, 1);
  },
  samples: [
    { label: 'vectors', inputs: [nd([2], [1, 2]), nd([2], [3, 4])], grad: 'check' },
    { label: 'matrices', inputs: [nd([1, 2], [1, 2]), nd([1, 2], [3, 4])], grad: 'check' },
    { label: 'one', inputs: [nd([2], [1, 2])], grad: 'check' },
    { label: 'empty', inputs: [nd([0], []), nd([0], [])] },
  ],
  errors: [
    {
      label: 'another dtype',
      inputs: [{ shape: [2] }, { shape: [2], dtype: 'int32' }],
      code: 'E_CONCAT',
      says: /tensors\[1\]: expected float32/,
    },
  ],
});
