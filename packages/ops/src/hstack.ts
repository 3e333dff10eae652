/** `hstack`: tensors beside each other. */
import { type Dim, nd, type OperationFunction, type ReplaceAxes, type Tensor } from '@deft/core';
import { atLeast1d } from './at-least1d.ts';
import { concat } from './concat.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import type { FirstShape } from './definition/joining-types.ts';
import { operandList } from './definition/operand.ts';
import type { DTypeOfOne } from './definition/signatures.ts';

type Hstack = <const T extends readonly TensorLike[]>(
  tensors: T,
) => Tensor<
  FirstShape<T> extends [] | [Dim] ? [number] : ReplaceAxes<FirstShape<T>, 1, [number]>,
  DTypeOfOne<T[number]>
>;

/**
 * Joins tensors beside each other. Vectors are joined end to end.
 *
 * @throws `E_CONCAT` when they do not agree in rank, dtype or the other dims.
 *
 * @example
 * ```ts
 * import { hstack, tensor } from '@deft/tensor';
 * console.log(hstack([tensor([1, 2]), tensor([3, 4])]).toArray()); // [1, 2, 3, 4]
 * ```
 */
export const hstack: OperationFunction<Hstack> = defineComposite({
  name: 'hstack',
  inputs: ['tensors'],
  variadic: true,
  doc: {
    group: 'shape',
    summary: 'Tensors joined beside each other. Vectors are joined end to end.',
    see: ['concat', 'stack'],
  },
  arguments: (tensors: readonly TensorLike[]) => ({
    inputs: operandList('hstack', 'tensors', tensors),
    attributes: {},
  }),
  compose: (inputs): Tensor => {
    const tensors = (inputs as readonly Tensor[]).map((x): Tensor => atLeast1d(x));
    return concat(tensors, tensors[0]?.rank === 1 ? 0 : 1);
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
