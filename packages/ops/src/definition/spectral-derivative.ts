/** Parts of the derivatives of eigenvalues and singular values. */
import type { Tensor } from '@deft/core';
import { diagonal } from '../diagonal.ts';
import { div } from '../div.ts';
import { equal } from '../equal.ts';
import { expandDims } from '../expand-dims.ts';
import { eye } from '../eye.ts';
import { logicalAnd } from '../logical-and.ts';
import { mul } from '../mul.ts';
import { sub } from '../sub.ts';
import { where } from '../where.ts';

const unitOf = (x: Tensor, n: number): Tensor => eye(n, n, x.dtype) as Tensor;

/**
 * `part[i, j] / (w[j] − w[i])`, and 0 on the diagonal. Where two are equal the quotient is infinite, unless nothing is divided: a
 * function of the values alone has derivatives there, of the vectors it has none.
 */
export function overDifferences(part: Tensor, w: Tensor): Tensor {
  const n = w.abstract.shape.at(-1) as number;
  return quotient(mul(part, sub(1, unitOf(w, n))) as Tensor, sub(expandDims(w, -2), expandDims(w, -1)) as Tensor);
}

/** `a / b`, where 0 / 0 is 0. */
export function quotient(a: Tensor, b: Tensor): Tensor {
  const nothing = logicalAnd(equal(a, 0), equal(b, 0));
  return where(nothing, 0, div(a, where(nothing, 1, b))) as Tensor;
}

/** Vectors as diagonal matrices. */
export function diagOf(x: Tensor): Tensor {
  return mul(expandDims(x, -1), unitOf(x, x.abstract.shape.at(-1) as number)) as Tensor;
}

/** The diagonals of matrices. */
export const diagPartOf = (x: Tensor): Tensor => diagonal(x, 0, -2, -1) as Tensor;
