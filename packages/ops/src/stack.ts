/** `stack`: tensors of one shape joined along a new axis. */
import { nd, normalizeAxis, type OperationFunction, raise, sameShape, type Tensor } from '@deft/core';
import { concat } from './concat.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import type { CheckCommonShape, CheckStackingAxis, Stacked } from './definition/joining-types.ts';
import { operandList } from './definition/operand.ts';
import type { DTypeOfOne } from './definition/signatures.ts';
import { expandDims } from './expand-dims.ts';

type Stack = <const T extends readonly TensorLike[], const A extends number = 0>(
  tensors: T & CheckCommonShape<T>,
  axis?: A & CheckStackingAxis<T, A>,
) => Tensor<Stacked<T, A>, DTypeOfOne<T[number]>>;

/**
 * Joins tensors of one shape and dtype along a new axis (the first unless told).
 *
 * @throws `E_CONCAT` when they differ, `E_AXIS` when the result has no such axis.
 * @example
 * ```ts
 * import { stack, tensor } from '@deft/tensor';
 * console.log(stack([tensor([1, 2]), tensor([3, 4])]).toArray()); // [[1, 2], [3, 4]]
 * ```
 */
export const stack: OperationFunction<Stack> = defineComposite({
  name: 'stack',
  inputs: ['tensors'],
  variadic: true,
  doc: { group: 'shape', summary: 'Joins tensors of one shape along a new axis.', see: ['unstack', 'concat'] },
  arguments: (tensors: readonly TensorLike[], axis = 0) => {
    const inputs = operandList('stack', 'tensors', tensors);
    return { inputs, attributes: { axis: normalizeAxis('stack', axis, (inputs[0] as Tensor).rank + 1) } };
  },
  compose: (inputs, { axis }): Tensor => {
    const tensors: readonly Tensor[] = inputs;
    const first = inputs[0].abstract;
    tensors.forEach(({ abstract }, i) => {
      if (sameShape(abstract.shape, first.shape) && abstract.dtype === first.dtype) return;
      raise('E_CONCAT', {
        op: 'stack',
        argument: `tensors[${i}]`,
        expected: `${first.text} as tensors[0]`,
        found: abstract.text,
      });
    });
    return concat(
      tensors.map((x) => expandDims(x, axis)),
      axis,
    );
  },
  samples: [
    { label: 'rows', inputs: [nd([2], [1, 2]), nd([2], [3, 4])], grad: 'check' },
    { label: 'columns', inputs: [nd([2], [1, 2]), nd([2], [3, 4]), nd([2], [5, 6])], rest: [-1], grad: 'check' },
    { label: 'matrices in the middle', inputs: [nd([2, 1], [1, 2]), nd([2, 1], [3, 4])], rest: [1], grad: 'check' },
    { label: 'scalars', inputs: [nd([], [1]), nd([], [2])], grad: 'check' },
    { label: 'one alone', inputs: [nd([2], [1, 2])], grad: 'check' },
    { label: 'empty', inputs: [nd([0], []), nd([0], [])] },
  ],
  errors: [
    {
      label: 'shapes differ',
      inputs: [{ shape: [2] }, { shape: [3] }],
      code: 'E_CONCAT',
      says: /stack: tensors\[1\]: expected float32\[2\] as tensors\[0\], got float32\[3\]/,
    },
    {
      label: 'dtypes differ',
      inputs: [{ shape: [2] }, { shape: [2], dtype: 'int32' }],
      code: 'E_CONCAT',
      says: /got int32\[2\]/,
    },
    {
      label: 'out of range',
      inputs: [{ shape: [2] }],
      rest: [2],
      code: 'E_AXIS',
      says: /stack: axis: .*from -2 to 1, got 2/,
    },
  ],
});
