/** `lowRankCofactors`: the cofactors of matrices whose rank is below n − 1, which are 0 but have a derivative. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { arange } from './arange.ts';
import { defineComposite } from './definition/define.ts';
import { eliminated } from './definition/determinant.ts';
import { squareMatrices, transposed } from './definition/matrices.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { diagPartOf } from './definition/spectral-derivative.ts';
import { equal } from './equal.ts';
import { expandDims } from './expand-dims.ts';
import { logicalOr } from './logical-or.ts';
import { matmul } from './matmul.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { prod } from './prod.ts';
import { sign } from './sign.ts';
import { sum } from './sum.ts';
import { svd } from './svd.ts';
import { where } from './where.ts';
import { zerosLike } from './zeros-like.ts';

/** 1 or −1: the determinant of rotations and reflections. */
function orientation(x: Tensor): Tensor {
  const { diagonal, sign: exchanges } = eliminated('lowRankCofactors', x);
  return mul(prod(sign(diagonal), { axis: -1 }), exchanges) as Tensor;
}

/**
 * The change of the cofactors of x = U·diag(s)·Vᵀ with a change e: ±U·M·Vᵀ where M has the minors of diag(s) that lack two rows,
 * p[i, j] = Π_(k ≠ i, j) s[k], times those of Uᵀ·e·V. It is its own adjoint.
 */
function change(x: Tensor, e: Tensor): Tensor {
  const n = x.abstract.shape.at(-1) as number;
  const [u, s, vt] = svd(x);
  const places = arange(0, n, 1, 'int32') as Tensor;
  const [row, column] = [expandDims(places, -1) as Tensor, places];
  const isDiagonal = equal(row, column) as Tensor;
  const left = logicalOr(equal(expandDims(row, -1), places), equal(expandDims(column, -1), places));
  const rows = expandDims(expandDims(s, -2), -2) as Tensor;
  const minors = where(isDiagonal, 0, prod(where(left, 1, rows), { axis: -1 })) as Tensor;
  const inner = matmul(matmul(transposed(u), e), transposed(vt)) as Tensor;
  const onDiagonal = sum(mul(minors, expandDims(diagPartOf(inner), -2)), { axis: -1 });
  const m = where(isDiagonal, expandDims(onDiagonal, -1), neg(mul(minors, transposed(inner)))) as Tensor;
  const factor = mul(orientation(u), orientation(vt)) as Tensor;
  return mul(matmul(matmul(u, m), vt), expandDims(expandDims(factor, -1), -1)) as Tensor;
}

/**
 * Zeros in the shape of square matrices `[…, n, n]` of rank below n − 1, whose cofactors they are, with the derivative of the
 * cofactors. The second derivative of `det` needs it; of other matrices take `grad(det)`.
 *
 * @throws `E_RANK` below two axes, `E_SHAPE` unless the matrices are square.
 * @example
 * ```ts
 * import { lowRankCofactors, zeros } from '@deft/tensor';
 * console.log(lowRankCofactors(zeros([2, 2])).toArray()); // [[0, 0], [0, 0]]
 * ```
 */
export const lowRankCofactors: OperationFunction<UnaryFloat> = defineComposite({
  name: 'lowRankCofactors',
  inputs: ['x'],
  doc: {
    group: 'linear algebra',
    summary: 'The cofactors of square matrices whose rank is below n − 1: zeros with a derivative.',
    notes: ['The derivative comes from singular values, without a division by them.'],
    see: ['det'],
  },
  promote: 'float',
  compose: ([x]): Tensor => {
    squareMatrices('lowRankCofactors', 'x', x.abstract);
    return zerosLike(x) as Tensor;
  },
  jvp: ([x], [dx]) => change(x, dx),
  vjp: (ct, { x }) => [change(x, ct)],
  saves: ['x'],
  samples: [
    {
      label: 'of rank 1',
      inputs: [nd([2, 3, 3], [0, 3, 0, 0, 0, 0, 0, 0, 0, 1, 2, -1, 2, 4, -2, 3, 6, -3])],
      grad: [[0, 0, 0, -3, 0, 3, 3, 0, -3, -3, 2, 1, 6, -4, -2, -3, 2, 1]],
    },
    { label: 'zeros', inputs: [nd([3, 3], [0, 0, 0, 0, 0, 0, 0, 0, 0])], grad: [[0, 0, 0, 0, 0, 0, 0, 0, 0]] },
    { label: 'zeros of two rows', inputs: [nd([2, 2], [0, 0, 0, 0])], grad: [[1, -1, -1, 1]] },
    { label: 'no rows', inputs: [nd([0, 0], [])] },
    { label: 'integers', inputs: [nd([2, 2], [0, 0, 0, 0], 'int32')] },
  ],
  errors: [
    {
      label: 'a vector',
      inputs: [{ shape: [2] }],
      code: 'E_RANK',
      says: /lowRankCofactors: x: expected at least rank 2/,
    },
    { label: 'not square', inputs: [{ shape: [2, 3] }], code: 'E_SHAPE', says: /lowRankCofactors: x: expected square/ },
  ],
});
