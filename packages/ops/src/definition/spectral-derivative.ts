/** Parts of the derivatives of eigenvalues and singular values. */
import type { Tensor } from '@deft/core';
import { add } from '../add.ts';
import { diagonal } from '../diagonal.ts';
import { div } from '../div.ts';
import { expandDims } from '../expand-dims.ts';
import { eye } from '../eye.ts';
import { mul } from '../mul.ts';
import { sub } from '../sub.ts';

const unitOf = (x: Tensor, n: number): Tensor => eye(n, n, x.dtype) as Tensor;

/** `1 / (w[j] − w[i])` in row i, column j, and 0 on the diagonal. */
export function inverseDifferences(w: Tensor): Tensor {
  const unit = unitOf(w, w.abstract.shape.at(-1) as number);
  const differences = sub(expandDims(w, -2), expandDims(w, -1));
  return sub(div(1, add(differences, unit)), unit) as Tensor;
}

/** Vectors as diagonal matrices. */
export function diagOf(x: Tensor): Tensor {
  return mul(expandDims(x, -1), unitOf(x, x.abstract.shape.at(-1) as number)) as Tensor;
}

/** The diagonals of matrices. */
export const diagPartOf = (x: Tensor): Tensor => diagonal(x, 0, -2, -1) as Tensor;
