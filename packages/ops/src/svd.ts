/** `svd`: singular values. */
import { nd, type OperationFunction, type ReplaceAxes, type Tensor } from '@deft/core';
import { concat } from './concat.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { matricesOf, transposed } from './definition/matrices.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './definition/signatures.ts';
import { householderQr } from './householder-qr.ts';
import { slice } from './slice.ts';
import { tallSvd } from './tall-svd.ts';

/** Options of `svd`. */
export interface SvdOptions {
  /** Complete U and V to square matrices; false unless told. */
  readonly fullMatrices?: boolean;
}

type Svd = <const X extends TensorLike>(
  x: X,
  options?: SvdOptions,
) => readonly [
  u: Tensor<ReplaceAxes<ShapeOf<X>, -1, [number]>, FloatOf<DTypeOfOne<X>>>,
  s: Tensor<ReplaceAxes<ReplaceAxes<ShapeOf<X>, -1, []>, -1, [number]>, FloatOf<DTypeOfOne<X>>>,
  vt: Tensor<ReplaceAxes<ShapeOf<X>, -2, [number]>, FloatOf<DTypeOfOne<X>>>,
];

/**
 * The singular value decomposition x = U·diag(s)·Vᵀ of the matrices `[…, m, n]` in the last two axes, with k = min(m, n): U
 * `[…, m, k]` with orthonormal columns, s `[…, k]` descending, Vᵀ `[…, k, n]` with orthonormal rows. With `fullMatrices` U and V
 * are square.
 *
 * @throws `E_RANK` below two axes, `E_GRAD` for a derivative of what completes U or V.
 * @example
 * ```ts
 * import { svd, tensor } from '@deft/tensor';
 * const [u, s, vt] = svd(tensor([[3, 0, 0], [0, 4, 0]]));
 * console.log(s.toArray(), u.shape, vt.shape); // [4, 3] [2, 2] [2, 3]
 * ```
 */
export const svd: OperationFunction<Svd> = defineComposite({
  name: 'svd',
  inputs: ['x'],
  multipleResults: true,
  doc: {
    group: 'linear algebra',
    summary: 'Singular values of a matrix and the rotations on both sides.',
    math: 'x = U · diag(s) · Vᵀ',
    notes: [
      'Where singular values are equal, or one is 0, U and V have no derivative: it comes out as NaN or infinity.',
    ],
    see: ['eigh', 'pinv', 'qr'],
  },
  promote: 'float',
  arguments: (x: TensorLike, { fullMatrices = false }: SvdOptions = {}) => ({
    inputs: [x],
    attributes: { fullMatrices: fullMatrices === true },
  }),
  compose: ([x], { fullMatrices }): readonly Tensor[] => {
    const { rows, columns } = matricesOf('svd', 'x', x.abstract);
    const complete = (part: Tensor): Tensor => (fullMatrices ? completed(part) : part);
    if (rows < columns) {
      const [v, s, u] = tallSvd(transposed(x));
      return [u, s, transposed(complete(v))];
    }
    const [u, s, v] = tallSvd(x);
    return [complete(u), s, transposed(v)];
  },
  samples: [
    { label: 'square', inputs: [nd([2, 2], [3, 1, 4, 2])], grad: 'check' },
    { label: 'tall', inputs: [nd([3, 2], [1, 2, 4, 3, 2, 8])], grad: 'check' },
    { label: 'wide', inputs: [nd([2, 3], [1, 2, 3, 4, 3, 8])], grad: 'check' },
    { label: 'full', inputs: [nd([3, 2], [1, 2, 4, 3, 2, 8])], rest: [{ fullMatrices: true }], grad: 'skip' },
    { label: 'wide, full', inputs: [nd([1, 2], [3, 4])], rest: [{ fullMatrices: true }], grad: 'skip' },
    { label: 'a stack', inputs: [nd([2, 2, 2], [1, 2, 3, 5, 6, 1, 2, 3])], grad: 'check' },
    { label: 'empty', inputs: [nd([0, 2, 2], [])] },
  ],
  errors: [{ label: 'a vector', inputs: [{ shape: [2] }], code: 'E_RANK', says: /svd: x: expected at least rank 2/ }],
});

/** Orthonormal columns, completed to a square matrix. */
function completed(u: Tensor): Tensor {
  const { stack, rows, columns } = matricesOf('svd', 'u', u.abstract);
  if (rows === columns) return u;
  const [q] = householderQr(u, true);
  const rest = slice(q, [...stack.map(() => 0), 0, columns], [...stack, rows, rows - columns]) as Tensor;
  return concat([u, rest], -1) as Tensor;
}
