/**
 * Cofactors of square matrices, which are the derivative of the determinant, also of singular ones. For x · H = Pᵀ · L · U with a
 * reflection H,
 *
 *     adj(x) = −H · adj(U) · L⁻¹ · sign(P) · P,   adj(U) = p · V⁻¹ · diag(u, …, u, 1),
 *
 * where u is the last pivot, p the product of the others, and V is U with 1 in place of u: no division by u is left. H turns the null
 * vector of a matrix of rank n − 1 so that it is the last column that depends on the others, and u the pivot that is 0. Below that
 * rank the cofactors are 0, and what changes them is found from singular values.
 */
import type { Tensor } from '@deft/core';
import { abs } from '../abs.ts';
import { arange } from '../arange.ts';
import { bitcast } from '../bitcast.ts';
import { cast } from '../cast.ts';
import { equal } from '../equal.ts';
import { expandDims } from '../expand-dims.ts';
import { eye } from '../eye.ts';
import { gather } from '../gather.ts';
import { lessEqual } from '../less-equal.ts';
import { lowRankCofactors } from '../low-rank-cofactors.ts';
import { luFactor } from '../lu-factor.ts';
import { matmul } from '../matmul.ts';
import { max } from '../max.ts';
import { min } from '../min.ts';
import { mul } from '../mul.ts';
import { neg } from '../neg.ts';
import { ones } from '../ones.ts';
import { prod } from '../prod.ts';
import { slice } from '../slice.ts';
import { triangularSolve } from '../triangular-solve.ts';
import { triu } from '../triu.ts';
import { where } from '../where.ts';
import { constantTensor } from './convert.ts';
import { signOfExchanges } from './determinant.ts';
import { squareMatrices, transposed } from './matrices.ts';
import { diagOf, diagPartOf } from './spectral-derivative.ts';

/** The reflection I − 2·v·vᵀ / vᵀ·v of a vector that no matrix at hand is likely to have to do with. */
function reflection(n: number, dtype: Tensor['dtype']): Tensor {
  const v = Array.from({ length: n }, (_, i) => 1 + 0.4 * Math.sin(1 + Math.SQRT2 * i));
  const size = v.reduce((sum, x) => sum + x * x, 0);
  const data = Float64Array.from({ length: n * n }, (_, k) => {
    const [i, j] = [Math.floor(k / n), k % n];
    return Number(i === j) - (2 * (v[i] as number) * (v[j] as number)) / size;
  });
  return cast(constantTensor({ shape: [n, n], dtype: 'float64', data }), dtype) as Tensor;
}

/** For every element the determinant of the rest of its matrix, without its row and column, with the sign of its place. */
export function cofactors(op: string, x: Tensor): Tensor {
  const { stack, rows: n } = squareMatrices(op, 'x', x.abstract);
  if (n <= 1) return ones(x.abstract.shape, x.dtype) as Tensor;
  const turn = reflection(n, x.dtype);
  const isLow = expandDims(expandDims(rankBelow(n, luFactor(matmul(x, turn))[0]), -1), -1);
  const regular = cofactorsByElimination(where(isLow, eye(n, n, x.dtype), x) as Tensor, turn, stack, n);
  // Singular values that differ have derivatives, wherever theirs are not asked for.
  const different = diagOf(arange(0, n, 1, x.dtype) as Tensor);
  return where(isLow, lowRankCofactors(where(isLow, x, different)), regular) as Tensor;
}

/** Whether the rank is below n − 1: among the pivots but the last there is one that rounding may have made. */
function rankBelow(n: number, packed: Tensor): Tensor {
  const pivots = abs(bitcast(diagPartOf(packed) as Tensor, packed.dtype)) as Tensor;
  const isLast = equal(arange(0, n, 1, 'int32'), n - 1);
  const least = min(where(isLast, Number.POSITIVE_INFINITY, pivots), { axis: -1 });
  const rounding = 4 * n * (packed.dtype === 'float64' ? 2 ** -53 : 2 ** -24);
  return lessEqual(least, mul(max(pivots, { axis: -1 }), rounding)) as Tensor;
}

function cofactorsByElimination(x: Tensor, turn: Tensor, stack: readonly number[], n: number): Tensor {
  const [packed, pivots, permutation] = luFactor(matmul(x, turn));
  const diagonal = diagPartOf(packed);
  const start = stack.map(() => 0);
  const others = prod(slice(diagonal, [...start, 0], [...stack, n - 1]), { axis: -1 }) as Tensor;
  const last = slice(diagonal, [...start, n - 1], [...stack, 1]);
  const isLast = equal(arange(0, n, 1, 'int32'), n - 1);
  // Another pivot of 0 makes p 0; what stands in for it then does not matter.
  const pivotsOfV = where(isLast, 1, where(equal(diagonal, 0), 1, diagonal)) as Tensor;
  const unit = eye(n, n, x.dtype) as Tensor;
  const isDiagonal = equal(unit, 1);
  const upper = where(isDiagonal, expandDims(pivotsOfV, -1), triu(packed)) as Tensor;
  // The rows of P are those of the unit matrix in another order.
  const exchanged = gather(unit, permutation) as Tensor;
  const left = triangularSolve(packed, exchanged, { unitDiagonal: true });
  const scaled = mul(left, expandDims(where(isLast, 1, last), -1)) as Tensor;
  const adjugate = triangularSolve(upper, scaled, { lower: false });
  const factor = neg(mul(others, signOfExchanges(pivots, x.dtype))) as Tensor;
  return transposed(mul(matmul(turn, adjugate), expandDims(expandDims(factor, -1), -1)) as Tensor);
}
