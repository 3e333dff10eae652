/** `zeros`: a tensor of zeros. */
import type { DType, OperationFunction, Shape, Tensor } from '@deft/core';
import type { Creation } from './definition/creation.ts';
import { defineComposite } from './definition/define.ts';
import { fill } from './fill.ts';

/**
 * A tensor of zeros; float32 unless told.
 *
 * @throws `E_DIM` for a bad shape, `E_DTYPE` for an unknown dtype.
 * @example
 * ```ts
 * import { zeros } from '@deft/tensor';
 * console.log(zeros([2, 3]).toArray()); // [[0, 0, 0], [0, 0, 0]]
 * ```
 */
export const zeros: OperationFunction<Creation> = defineComposite({
  name: 'zeros',
  inputs: [],
  doc: { group: 'creation', summary: 'A tensor of zeros.', see: ['zerosLike', 'ones', 'fill'] },
  arguments: (shape: readonly number[], dtype: DType = 'float32') => ({ inputs: [], attributes: { shape, dtype } }),
  compose: (_, { shape, dtype }) => fill(shape as Shape & number[], 0, dtype) as Tensor,
  samples: [
    { label: 'a matrix', inputs: [], rest: [[2, 3]] },
    { label: 'a scalar', inputs: [], rest: [[]] },
    { label: 'bool', inputs: [], rest: [[2], 'bool'] },
    { label: 'empty', inputs: [], rest: [[0], 'int32'] },
  ],
  errors: [
    { label: 'a negative dim', inputs: [], rest: [[-1]], code: 'E_DIM', says: /at least 0, got \[-1\]/ },
    { label: 'an unknown dtype', inputs: [], rest: [[1], 'double'], code: 'E_DTYPE', says: /got double/ },
  ],
});
