/** `scalar`: a tensor of rank 0. */
import type { DType, OperationFunction, Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { fill } from './fill.ts';

interface MakeScalar {
  (value: boolean): Tensor<[], 'bool'>;
  <D extends DType = 'float32'>(value: number | boolean, dtype?: D): Tensor<[], D>;
}

/**
 * A tensor of rank 0. Its dtype is float32 (bool for `true` and `false`) unless told; unlike a plain number, it keeps that
 * dtype next to other tensors.
 *
 * @throws `E_ARGUMENT` for anything but a number or a boolean, `E_ATTRIBUTE` for a value that the dtype cannot hold.
 * @example
 * ```ts
 * import { scalar } from '@deft/tensor';
 * console.log(scalar(3).shape, scalar(3).item()); // [] 3
 * ```
 */
export const scalar: OperationFunction<MakeScalar> = defineComposite({
  name: 'scalar',
  inputs: [],
  doc: { group: 'creation', summary: 'A tensor of rank 0.', see: ['tensor', 'fill'] },
  arguments: (value: number | boolean, dtype?: DType) => ({ inputs: [], attributes: { value, dtype: dtype ?? null } }),
  compose: (_, { value, dtype }) =>
    dtype === null ? fill([] as readonly number[], value) : fill([] as readonly number[], value, dtype),
  samples: [
    { label: 'a number', inputs: [], rest: [3.5] },
    { label: 'a boolean', inputs: [], rest: [true] },
    { label: 'an integer', inputs: [], rest: [-3, 'int32'] },
    { label: 'nan', inputs: [], rest: [Number.NaN] },
  ],
  errors: [
    { label: 'a string', inputs: [], rest: ['3'], code: 'E_ARGUMENT', says: /a number or a boolean, got string/ },
    { label: 'half an integer', inputs: [], rest: [0.5, 'int32'], code: 'E_ATTRIBUTE', says: /whole number for int32/ },
  ],
});
