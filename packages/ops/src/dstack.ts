/** `dstack`: tensors behind each other. */
import { nd, type OperationFunction, type ReplaceAxes, type Tensor } from '@deft/core';
import { atLeast3d } from './at-least3d.ts';
import { concat } from './concat.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import type { AsVolume, FirstShape } from './definition/joining-types.ts';
import { operandList } from './definition/operand.ts';
import type { DTypeOfOne } from './definition/signatures.ts';

type Dstack = <const T extends readonly TensorLike[]>(
  tensors: T,
) => Tensor<ReplaceAxes<AsVolume<FirstShape<T>>, 2, [number]>, DTypeOfOne<T[number]>>;

/**
 * Joins tensors behind each other. Vectors and matrices get a third axis.
 *
 * @throws `E_CONCAT` when they do not agree in rank, dtype or the other dims.
 *
 * @example
 * ```ts
 * import { dstack, tensor } from '@deft/tensor';
 * console.log(dstack([tensor([1, 2]), tensor([3, 4])]).toArray()); // [[[1, 3], [2, 4]]]
 * ```
 */
export const dstack: OperationFunction<Dstack> = defineComposite({
  name: 'dstack',
  inputs: ['tensors'],
  variadic: true,
  doc: {
    group: 'shape',
    summary: 'Tensors joined behind each other. Vectors and matrices get a third axis.',
    see: ['concat', 'stack'],
  },
  arguments: (tensors: readonly TensorLike[]) => ({
    inputs: operandList('dstack', 'tensors', tensors),
    attributes: {},
  }),
  compose: (inputs): Tensor => {
    const tensors = (inputs as readonly Tensor[]).map((x): Tensor => atLeast3d(x));
    return concat(tensors, 2);
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
