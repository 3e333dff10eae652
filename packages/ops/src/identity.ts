/** `identity`: a square matrix with ones on the diagonal. */
import { checkShape, type DType, type OperationFunction, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { checkDType } from './definition/operand.ts';
import { eye } from './eye.ts';

type Identity = <const N extends number, D extends DType = 'float32'>(size: N, dtype?: D) => Tensor<[N, N], D>;

/**
 * The square matrix with ones on the main diagonal and zeros elsewhere; float32 unless told.
 *
 * @throws `E_DIM` for a bad size, `E_DTYPE` for an unknown dtype.
 *
 * @example
 * ```ts
 * import { identity } from '@deft/tensor';
 * console.log(identity(2).toArray()); // [[1, 0], [0, 1]]
 * ```
 */
export const identity: OperationFunction<Identity> = defineComposite({
  name: 'identity',
  inputs: [],
  doc: { group: 'creation', summary: 'The square matrix with ones on the main diagonal.', see: ['eye'] },
  arguments: (size: number, dtype: DType = 'float32') => {
    checkShape('identity', [size], 'size');
    checkDType('identity', dtype);
    return { inputs: [], attributes: { size, dtype } };
  },
  compose: (_, { size, dtype }): Tensor => eye(size, size, dtype) as Tensor,
  nonDifferentiable: 'it has no tensor arguments',
  samples: [
    { label: 'two', inputs: [], rest: [2] },
    { label: 'integers', inputs: [], rest: [3, 'int32'] },
    { label: 'empty', inputs: [], rest: [0] },
  ],
  errors: [
    {
      label: 'a negative size',
      inputs: [],
      rest: [-1],
      code: 'E_DIM',
      says: /identity: size: .*at least 0, got \[-1\]/,
    },
  ],
});
