/** `slogdet`: sign and logarithm of the determinant. */
import { nd, type OperationFunction, type ReplaceAxes, type Tensor } from '@deft/core';
import { abs } from './abs.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { eliminated } from './definition/determinant.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './definition/signatures.ts';
import { log } from './log.ts';
import { mul } from './mul.ts';
import { prod } from './prod.ts';
import { sign as signOf } from './sign.ts';
import { sum } from './sum.ts';

type Slogdet = <const X extends TensorLike>(
  x: X,
) => readonly [
  sign: Tensor<ReplaceAxes<ShapeOf<X>, -1 | -2, []>, FloatOf<DTypeOfOne<X>>>,
  logarithm: Tensor<ReplaceAxes<ShapeOf<X>, -1 | -2, []>, FloatOf<DTypeOfOne<X>>>,
];

/**
 * The sign of the determinant of the square matrices in the last two axes, and the logarithm of its magnitude: 0 and −Infinity
 * for a singular matrix.
 *
 * @throws `E_RANK` below two axes, `E_SHAPE` unless the matrices are square.
 * @example
 * ```ts
 * import { slogdet, tensor } from '@deft/tensor';
 * const [sign, logarithm] = slogdet(tensor([[0, 1], [1, 0]]));
 * console.log(sign.item(), logarithm.item()); // -1 0
 * ```
 */
export const slogdet: OperationFunction<Slogdet> = defineComposite({
  name: 'slogdet',
  inputs: ['x'],
  multipleResults: true,
  doc: {
    group: 'linear algebra',
    summary: 'Sign of the determinant, and logarithm of its magnitude.',
    see: ['det', 'cholesky'],
  },
  promote: 'float',
  compose: ([x]): readonly Tensor[] => {
    const { diagonal, sign } = eliminated('slogdet', x);
    return [
      mul(prod(signOf(diagonal), { axis: -1 }), sign) as Tensor,
      sum(log(abs(diagonal) as Tensor), { axis: -1 }) as Tensor,
    ];
  },
  samples: [
    { label: 'a matrix', inputs: [nd([2, 2], [2, 1, 1, 4])], grad: 'check' },
    { label: 'rows exchanged', inputs: [nd([3, 3], [1, 2, -1, 4, 3, 1, 2, 8, 5])], grad: 'check' },
    { label: 'a stack', inputs: [nd([2, 2, 2], [1, 2, 3, 5, 6, 1, 2, 3])], grad: 'check' },
    { label: 'singular', inputs: [nd([2, 2], [1, 2, 2, 4])], grad: 'skip' },
    { label: 'no rows', inputs: [nd([0, 0], [])] },
  ],
  errors: [
    { label: 'a vector', inputs: [{ shape: [2] }], code: 'E_RANK', says: /slogdet: x: expected at least rank 2/ },
    { label: 'not square', inputs: [{ shape: [2, 3] }], code: 'E_SHAPE', says: /slogdet: x: expected square matrices/ },
  ],
});
