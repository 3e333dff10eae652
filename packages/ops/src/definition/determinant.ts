/** Determinants from a packed LU decomposition. */
import type { DType, Tensor } from '@deft/core';
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

/** 1 or −1, as there are an even or odd number of row exchanges. */
export function signOfExchanges(pivots: Tensor, dtype: DType): Tensor {
  const rows = pivots.abstract.shape.at(-1) as number;
  const exchanges = sum(cast(notEqual(pivots, arange(0, rows, 1, 'int32')), 'int32'), { axis: -1 }) as Tensor;
  const odd = cast(bitwiseAnd(exchanges, 1) as Tensor, dtype);
  return sub(1, mul(odd, 2)) as Tensor;
}

/** The diagonal of U, and 1 or −1 for the row exchanges. */
export function eliminated(op: string, x: Tensor): { readonly diagonal: Tensor; readonly sign: Tensor } {
  squareMatrices(op, 'x', x.abstract);
  const [packed, pivots] = luFactor(x);
  return { diagonal: diagPartOf(packed), sign: signOfExchanges(pivots, x.dtype) };
}
