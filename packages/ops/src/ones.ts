/** `ones`: a tensor of ones. */
import type { DType, OperationFunction, Shape, Tensor } from '@deft/core';
import type { Creation } from './definition/creation.ts';
import { defineComposite } from './definition/define.ts';
import { fill } from './fill.ts';

/**
 * A tensor of ones; float32 unless told.
 *
 * @throws `E_DIM` for a bad shape, `E_DTYPE` for an unknown dtype.
 * @example
 * ```ts
 * import { ones } from '@deft/tensor';
 * console.log(ones([2, 3]).toArray()); // [[1, 1, 1], [1, 1, 1]]
 * ```
 */
export const ones: OperationFunction<Creation> = defineComposite({
  name: 'ones',
  inputs: [],
  doc: { group: 'creation', summary: 'A tensor of ones.', see: ['onesLike', 'zeros', 'fill'] },
  arguments: (shape: readonly number[], dtype: DType = 'float32') => ({ inputs: [], attributes: { shape, dtype } }),
  compose: (_, { shape, dtype }) => fill(shape as Shape & number[], 1, dtype) as Tensor,
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
