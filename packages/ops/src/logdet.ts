/** `logdet`: the logarithm of the determinant. */
import { nd, type OperationFunction, type ReplaceAxes, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { squareMatrices } from './definition/matrices.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './definition/signatures.ts';
import { greaterEqual } from './greater-equal.ts';
import { slogdet } from './slogdet.ts';
import { where } from './where.ts';

/**
 * The logarithm of the determinant of the square matrices in the last two axes, which must be positive: NaN where it is negative, −Infinity where it is 0.
 *
 * @throws `E_RANK` below two axes, `E_SHAPE` unless the matrices are square.
 * @example
 * ```ts
 * import { logdet, tensor } from '@deft/tensor';
 * console.log(logdet(tensor([[1, 0], [0, 1]])).item()); // 0
 * ```
 */
export const logdet: OperationFunction<
  <const X extends TensorLike>(x: X) => Tensor<ReplaceAxes<ShapeOf<X>, -1 | -2, []>, FloatOf<DTypeOfOne<X>>>
> = defineComposite({
  name: 'logdet',
  inputs: ['x'],

  doc: {
    group: 'linear algebra',
    summary: 'The logarithm of the determinant.',

    see: ['slogdet', 'det'],
  },
  promote: 'float',

  compose: ([x]): Tensor => {
    squareMatrices('logdet', 'x', x.abstract);
    const [sign, logarithm] = slogdet(x);
    return where(greaterEqual(sign, 0), logarithm, Number.NaN) as Tensor;
  },

  samples: [
    { label: 'a matrix', inputs: [nd([2, 2], [2, 1, 1, 4])], grad: 'check' },
    { label: 'a stack', inputs: [nd([2, 2, 2], [4, 2, 2, 5, 9, 3, 3, 2])], grad: 'check' },
    { label: 'negative', inputs: [nd([2, 2], [1, 2, 2, 1])], grad: 'skip' },
    { label: 'no rows', inputs: [nd([0, 0], [])] },
  ],
  errors: [
    { label: 'a vector', inputs: [{ shape: [2] }], code: 'E_RANK', says: /logdet: x: expected at least rank 2/ },
  ],
});
