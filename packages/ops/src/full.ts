/** `full`: a tensor with one value everywhere. */
import { checkShape, type Dim, type DType, type Filled, type OperationFunction, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { fill } from './fill.ts';

type Full = <const S extends readonly Dim[], D extends DType = 'float32'>(
  shape: S,
  value: number,
  dtype?: D,
) => Tensor<Filled<S>, D>;

/**
 * A tensor of the given shape with one value everywhere; float32 unless told. The same as fill.
 *
 * @throws `E_DIM` for a bad shape, `E_DTYPE` for an unknown dtype, `E_ATTRIBUTE` for a value that the dtype cannot hold.
 *
 * @example
 * ```ts
 * import { full } from '@deft/tensor';
 * console.log(full([2], 7).toArray()); // [7, 7]
 * ```
 */
export const full: OperationFunction<Full> = defineComposite({
  name: 'full',
  inputs: [],
  doc: {
    group: 'creation',
    summary: 'A tensor of the given shape with one value everywhere.',
    see: ['fill', 'fullLike'],
  },
  arguments: (shape: readonly number[], value: number, dtype: DType = 'float32') => {
    checkShape('full', shape);
    return { inputs: [], attributes: { shape, value, dtype } };
  },
  compose: (_, { shape, value, dtype }): Tensor => fill(shape, value, dtype) as Tensor,
  nonDifferentiable: 'it has no tensor arguments',
  samples: [
    { label: 'a matrix', inputs: [], rest: [[2, 3], 1.5] },
    { label: 'integers', inputs: [], rest: [[2], 7, 'int32'] },
    { label: 'a scalar', inputs: [], rest: [[], 3] },
    { label: 'empty', inputs: [], rest: [[0, 2], 1] },
  ],
  errors: [
    {
      label: 'a negative dim',
      inputs: [],
      rest: [[-1], 0],
      code: 'E_DIM',
      says: /full: shape: .*at least 0, got \[-1\]/,
    },
  ],
});
