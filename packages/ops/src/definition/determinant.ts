/** Determinants from a packed LU decomposition. */
import type { Tensor } from '@deft/core';
import { arange } from '../arange.ts';
import { bitwiseAnd } from '../bitwise-and.ts';
import { cast } from '../cast.ts';
import { luFactor } from '../lu-factor.ts';
import { mul } from '../mul.ts';
import { notEqual } from '../not-equal.ts';
import { sub } from '../sub.ts';
import { sum } from '../sum.ts';
import { squareMatrices } from './matrices.ts';
import { diagPartOf } from './spectral-derivative.ts';

/** The diagonal of U, and 1 or −1 for the row exchanges. */
export function eliminated(op: string, x: Tensor): { readonly diagonal: Tensor; readonly sign: Tensor } {
  const { rows } = squareMatrices(op, 'x', x.abstract);
  const [packed, pivots] = luFactor(x);
  const exchanges = sum(cast(notEqual(pivots, arange(0, rows, 1, 'int32')), 'int32'), { axis: -1 }) as Tensor;
  const odd = cast(bitwiseAnd(exchanges, 1) as Tensor, x.dtype);
  return { diagonal: diagPartOf(packed), sign: sub(1, mul(odd, 2)) as Tensor };
}
