/** `zerosLike`: zeros in the shape of another tensor. */
import { type DType, nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import type { CreationLike } from './definition/creation.ts';
import { defineComposite } from './definition/define.ts';
import { fill } from './fill.ts';

/**
 * Zeros in the shape of `x`, and in its dtype unless told.
 *
 * @example
 * ```ts
 * import { tensor, zerosLike } from '@deft/tensor';
 * console.log(zerosLike(tensor([5, 6])).toArray()); // [0, 0]
 * ```
 */
export const zerosLike: OperationFunction<CreationLike> = defineComposite({
  name: 'zerosLike',
  inputs: ['x'],
  doc: {
    group: 'creation',
    summary: 'Zeros in the shape (and dtype, unless told) of another tensor.',
    notes: ['The derivative is 0.'],
    see: ['zeros', 'fullLike'],
  },
  arguments: (x: TensorLike, dtype?: DType) => ({ inputs: [x], attributes: { dtype: dtype ?? null } }),
  compose: ([x], { dtype }) => fill(x.shape as readonly number[], 0, dtype ?? x.dtype) as Tensor,
  samples: [
    { label: 'a matrix', inputs: [nd([2, 2], [1, 2, 3, 4])], grad: 'check' },
    { label: 'of another dtype', inputs: [nd([3], [1, 2, 3])], rest: ['int32'] },
    { label: 'a scalar', inputs: [nd([], [1])], grad: 'check' },
    { label: 'empty', inputs: [nd([0, 2], [])] },
    { label: 'of nan', inputs: [nd([2], [NaN, Infinity])], grad: 'skip' },
  ],
  errors: [
    { label: 'an unknown dtype', inputs: [{ shape: [1] }], rest: ['double'], code: 'E_DTYPE', says: /got double/ },
  ],
});
