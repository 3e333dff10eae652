/** `addN`: the sum of several tensors. */
import { nd, type OperationFunction, raise, sameShape, type Tensor } from '@deft/core';
import { add } from './add.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import type { CheckCommonShape, CommonShape } from './definition/joining-types.ts';
import { operandList } from './definition/operand.ts';
import { numeric } from './definition/rules.ts';
import type { DTypeOfAll } from './definition/signatures.ts';

type AddN = <const T extends readonly TensorLike[]>(
  tensors: T & CheckCommonShape<T>,
) => Tensor<CommonShape<T>, DTypeOfAll<T[number]>>;

/**
 * The elementwise sum of any number of tensors of one shape.
 *
 * @throws `E_SHAPE` when they differ in shape, `E_ARGUMENT` when there are none.
 *
 * @example
 * ```ts
 * import { addN, tensor } from '@deft/tensor';
 * console.log(addN([tensor([1, 2]), tensor([3, 4]), tensor([5, 6])]).toArray()); // [9, 12]
 * ```
 */
export const addN: OperationFunction<AddN> = defineComposite({
  name: 'addN',
  inputs: ['tensors'],
  variadic: true,
  doc: {
    group: 'arithmetic',
    summary: 'The elementwise sum of several tensors of one shape.',
    math: 'addN(x) = Σ xᵢ',
    see: ['add', 'sum'],
  },
  promote: 'all',
  arguments: (tensors: readonly TensorLike[]) => ({ inputs: operandList('addN', 'tensors', tensors), attributes: {} }),
  compose: (inputs): Tensor => {
    const tensors: readonly Tensor[] = inputs;
    const first = inputs[0].abstract;
    numeric('addN', first);
    for (const [i, { abstract }] of tensors.entries()) {
      if (sameShape(abstract.shape, first.shape)) continue;
      raise('E_SHAPE', {
        op: 'addN',
        argument: `tensors[${i}]`,
        expected: `${first.text} as tensors[0]`,
        found: abstract.text,
      });
    }
    return tensors.reduce((total, x) => add(total, x));
  },
  samples: [
    { label: 'three', inputs: [nd([2], [1, 2]), nd([2], [3, 4]), nd([2], [5, 6])], grad: 'check' },
    { label: 'one', inputs: [nd([2], [1, 2])], grad: 'check' },
    { label: 'scalars', inputs: [nd([], [1]), nd([], [2])], grad: 'check' },
    { label: 'integers', inputs: [nd([2], [1, 2], 'int32'), nd([2], [3, 4], 'int32')] },
    { label: 'empty', inputs: [nd([0], []), nd([0], [])] },
    { label: 'nan and infinities', inputs: [nd([2], [NaN, Infinity]), nd([2], [1, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'another shape',
      inputs: [{ shape: [2] }, { shape: [1] }],
      code: 'E_SHAPE',
      says: /addN: tensors\[1\]: expected float32\[2\] as tensors\[0\], got float32\[1\]/,
    },
    { label: 'bool', inputs: [{ shape: [2], dtype: 'bool' }], code: 'E_DTYPE', says: /numeric input, got bool/ },
  ],
});
