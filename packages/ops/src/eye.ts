/** `eye`: the identity matrix. */
import { checkShape, type DType, type OperationFunction, type Tensor } from '@deft/core';
import { arange } from './arange.ts';
import { cast } from './cast.ts';
import { defineComposite } from './definition/define.ts';
import { checkDType } from './definition/operand.ts';
import { equal } from './equal.ts';
import { reshape } from './reshape.ts';

interface Eye {
  <const N extends number>(rows: N): Tensor<[N, N], 'float32'>;
  <const N extends number, const M extends number, D extends DType = 'float32'>(
    rows: N,
    columns: M,
    dtype?: D,
  ): Tensor<[N, M], D>;
}

/**
 * A matrix with ones on the diagonal and zeros elsewhere; float32 unless told.
 *
 * @throws `E_DIM` for bad sizes, `E_DTYPE` for an unknown dtype.
 * @example
 * ```ts
 * import { eye } from '@deft/tensor';
 * console.log(eye(2).toArray()); // [[1, 0], [0, 1]]
 * ```
 */
export const eye: OperationFunction<Eye> = defineComposite({
  name: 'eye',
  inputs: [],
  doc: {
    group: 'creation',
    summary: 'A matrix with ones on the diagonal and zeros elsewhere.',
    notes: ['Square unless a number of columns is given.'],
    see: ['oneHot', 'tril'],
  },
  arguments: (rows: number, columns: number = rows, dtype: DType = 'float32') => {
    checkShape('eye', [rows, columns], 'rows and columns');
    checkDType('eye', dtype);
    return { inputs: [], attributes: { rows, columns, dtype } };
  },
  compose: (_, { rows, columns, dtype }): Tensor => {
    const row = reshape(arange(0, rows, 1, 'int32'), [rows, 1] as readonly number[]);
    return cast(equal(row, arange(0, columns, 1, 'int32')), dtype) as Tensor;
  },
  samples: [
    { label: 'square', inputs: [], rest: [3] },
    { label: 'wide', inputs: [], rest: [2, 3] },
    { label: 'tall integers', inputs: [], rest: [3, 1, 'int32'] },
    { label: 'bool', inputs: [], rest: [2, 2, 'bool'] },
    { label: 'empty', inputs: [], rest: [0] },
  ],
  errors: [
    {
      label: 'a negative size',
      inputs: [],
      rest: [-1],
      code: 'E_DIM',
      says: /eye: rows and columns: .*got \[-1, -1\]/,
    },
    { label: 'an unknown dtype', inputs: [], rest: [1, 1, 'double'], code: 'E_DTYPE', says: /got double/ },
  ],
});
