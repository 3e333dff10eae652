/** `qr`: a matrix with orthonormal columns times an upper triangle. */
import { nd, type OperationFunction, type ReplaceAxes, type Tensor } from '@deft/core';
import { concat } from './concat.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { matricesOf } from './definition/matrices.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './definition/signatures.ts';
import { householderQr } from './householder-qr.ts';
import { zeros } from './zeros.ts';

type Qr = <const X extends TensorLike>(
  x: X,
  fullMatrices?: boolean,
) => readonly [
  q: Tensor<ReplaceAxes<ShapeOf<X>, -1, [number]>, FloatOf<DTypeOfOne<X>>>,
  r: Tensor<ReplaceAxes<ShapeOf<X>, -2, [number]>, FloatOf<DTypeOfOne<X>>>,
];

/**
 * The decomposition x = Q·R of the matrices `[…, m, n]` in the last two axes: Q has orthonormal columns, R is an upper
 * triangle. Q is `[…, m, k]` with k = min(m, n), or `[…, m, m]` with `fullMatrices`. Signs are those of LAPACK.
 *
 * @throws `E_RANK` below two axes, `E_GRAD` for a derivative of the columns that complete Q.
 * @example
 * ```ts
 * import { ones, qr } from '@deft/tensor';
 * console.log(qr(ones([3, 2])).map((part) => part.shape)); // [[3, 2], [2, 2]]
 * ```
 */
export const qr: OperationFunction<Qr> = defineComposite({
  name: 'qr',
  inputs: ['x'],
  multipleResults: true,
  doc: {
    group: 'linear algebra',
    summary: 'A matrix as one with orthonormal columns times an upper triangle.',
    math: 'x = Q · R, Qᵀ · Q = I',
    notes: [
      'With `fullMatrices` the columns that complete Q are not determined by x and have no derivative; R has one in reverse mode.',
    ],
    see: ['householderQr', 'gramSchmidt', 'lstsq'],
  },
  promote: 'float',
  arguments: (x: TensorLike, fullMatrices = false) => ({
    inputs: [x],
    attributes: { fullMatrices: fullMatrices === true },
  }),
  compose: ([x], { fullMatrices }): readonly Tensor[] => {
    const { stack, rows, columns } = matricesOf('qr', 'x', x.abstract);
    if (!fullMatrices || rows <= columns) return householderQr(x);
    // R is determined where the columns that complete Q are not: it comes from the other decomposition, which has derivatives.
    const [q] = householderQr(x, true);
    const [, r] = householderQr(x);
    return [q, concat([r, zeros([...stack, rows - columns, columns], r.dtype)], -2) as Tensor];
  },
  samples: [
    { label: 'tall', inputs: [nd([3, 2], [1, 2, 4, 3, 2, 8])], grad: 'check' },
    { label: 'wide', inputs: [nd([2, 3], [1, 2, 3, 4, 3, 8])], grad: 'check' },
    { label: 'full', inputs: [nd([3, 2], [1, 2, 4, 3, 2, 8])], rest: [true], grad: 'skip' },
    { label: 'a stack', inputs: [nd([2, 2, 2], [1, 2, 3, 5, 6, 1, 2, 3])], grad: 'check' },
    { label: 'empty', inputs: [nd([0, 2, 2], [])] },
  ],
  errors: [{ label: 'a vector', inputs: [{ shape: [2] }], code: 'E_RANK', says: /qr: x: expected at least rank 2/ }],
});
