/** `tri`: ones in a lower triangle. */
import { checkShape, type DType, type OperationFunction, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { checkDType, checkWhole } from './definition/operand.ts';
import { ones } from './ones.ts';
import { tril } from './tril.ts';

type Tri = <const M extends number, const N extends number = M, D extends DType = 'float32'>(
  rows: M,
  columns?: N,
  k?: number,
  dtype?: D,
) => Tensor<[M, N], D>;

/**
 * A matrix with ones on and below a diagonal and zeros above it; square and float32 unless told.
 *
 * @throws `E_DIM` for bad sizes, `E_ATTRIBUTE` for a diagonal that is no whole number, `E_DTYPE`.
 *
 * @example
 * ```ts
 * import { tri } from '@deft/tensor';
 * console.log(tri(2).toArray()); // [[1, 0], [1, 1]]
 * ```
 */
export const tri: OperationFunction<Tri> = defineComposite({
  name: 'tri',
  inputs: [],
  doc: {
    group: 'creation',
    summary: 'A matrix with ones on and below a diagonal.',
    notes: ['Diagonal 0 is the main one, those above are positive.'],
    see: ['tril', 'eye'],
  },
  arguments: (rows: number, columns: number = rows, k = 0, dtype: DType = 'float32') => {
    checkShape('tri', [rows, columns], 'rows and columns');
    checkWhole('tri', 'k', k);
    checkDType('tri', dtype);
    return { inputs: [], attributes: { rows, columns, k, dtype } };
  },
  compose: (_, { rows, columns, k, dtype }): Tensor => tril(ones([rows, columns], dtype), k) as Tensor,
  nonDifferentiable: 'it has no tensor arguments',
  samples: [
    { label: 'square', inputs: [], rest: [3] },
    { label: 'wide, above', inputs: [], rest: [2, 4, 1] },
    { label: 'below, integers', inputs: [], rest: [3, 2, -1, 'int32'] },
    { label: 'empty', inputs: [], rest: [0] },
  ],
  errors: [
    { label: 'a negative size', inputs: [], rest: [-1], code: 'E_DIM', says: /tri: rows and columns: .*at least 0/ },
    { label: 'half a diagonal', inputs: [], rest: [2, 2, 0.5], code: 'E_ATTRIBUTE', says: /tri: k: .*got 0.5/ },
  ],
});
