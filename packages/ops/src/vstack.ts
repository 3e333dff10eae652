/** `vstack`: tensors below each other. */
import { nd, type OperationFunction, type ReplaceAxes, type Tensor } from '@deft/core';
import { atLeast2d } from './at-least2d.ts';
import { concat } from './concat.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import type { AsMatrix, FirstShape } from './definition/joining-types.ts';
import { operandList } from './definition/operand.ts';
import type { DTypeOfOne } from './definition/signatures.ts';

type Vstack = <const T extends readonly TensorLike[]>(
  tensors: T,
) => Tensor<ReplaceAxes<AsMatrix<FirstShape<T>>, 0, [number]>, DTypeOfOne<T[number]>>;

/**
 * Joins tensors below each other. Vectors are rows.
 *
 * @throws `E_CONCAT` when they do not agree in rank, dtype or the other dims.
 *
 * @example
 * ```ts
 * import { tensor, vstack } from '@deft/tensor';
 * console.log(vstack([tensor([1, 2]), tensor([3, 4])]).toArray()); // [[1, 2], [3, 4]]
 * ```
 */
export const vstack: OperationFunction<Vstack> = defineComposite({
  name: 'vstack',
  inputs: ['tensors'],
  variadic: true,
  doc: { group: 'shape', summary: 'Tensors joined below each other. Vectors are rows.', see: ['concat', 'stack'] },
  arguments: (tensors: readonly TensorLike[]) => ({
    inputs: operandList('vstack', 'tensors', tensors),
    attributes: {},
  }),
  compose: (inputs): Tensor => {
    const tensors = (inputs as readonly Tensor[]).map((x): Tensor => atLeast2d(x));
    return concat(tensors, 0);
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
