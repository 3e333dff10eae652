/** `fullLike`: one value in the shape of another tensor. */
import { type DType, nd, type OperationFunction, type Shape, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { fill } from './fill.ts';

interface FullLike {
  <S extends Shape, D extends DType>(x: Tensor<S, D>, value: number | boolean): Tensor<S, D>;
  <S extends Shape, E extends DType>(x: Tensor<S>, value: number | boolean, dtype: E): Tensor<S, E>;
  (x: TensorLike, value: number | boolean, dtype?: DType): Tensor;
}

/**
 * `value` in the shape of `x`, and in its dtype unless told.
 *
 * @throws `E_ATTRIBUTE` for a value that the dtype cannot hold.
 * @example
 * ```ts
 * import { fullLike, tensor } from '@deft/tensor';
 * console.log(fullLike(tensor([5, 6]), 3).toArray()); // [3, 3]
 * ```
 */
export const fullLike: OperationFunction<FullLike> = defineComposite({
  name: 'fullLike',
  inputs: ['x'],
  doc: {
    group: 'creation',
    summary: 'One value in the shape (and dtype, unless told) of another tensor.',
    notes: ['The derivative is 0.'],
    see: ['fill', 'zerosLike', 'onesLike'],
  },
  arguments: (x: TensorLike, value: number | boolean, dtype?: DType) => ({
    inputs: [x],
    attributes: { value, dtype: dtype ?? null },
  }),
  compose: ([x], { value, dtype }) => fill(x.shape as readonly number[], value, dtype ?? x.dtype),
  samples: [
    { label: 'a matrix', inputs: [nd([2, 2], [1, 2, 3, 4])], rest: [5], grad: 'check' },
    { label: 'of another dtype', inputs: [nd([3], [1, 2, 3])], rest: [true, 'bool'] },
    { label: 'a scalar', inputs: [nd([], [1])], rest: [0.5], grad: 'check' },
    { label: 'empty', inputs: [nd([0, 2], [])], rest: [1] },
  ],
  errors: [
    {
      label: 'half an integer',
      inputs: [{ shape: [2], dtype: 'int32' }],
      rest: [0.5],
      code: 'E_ATTRIBUTE',
      says: /whole number for int32, got 0.5/,
    },
  ],
});
