/** Scalar ops on `int64`, an `i64` in code. There are no lanes of it: kernels with one compute element by element. */
import { internal } from '@deft/core';
import type { BinaryScalar, ComparisonScalar, UnaryScalar } from '@deft/kernel';
import { type Expression as Code, i32, i64, select } from '../assembler/index.ts';

type L = Code<'i64'>;

const zero = (): L => i64.const(0n);

/** A function of one element, which is in a local. */
export function int64Unary(op: UnaryScalar, x: L): Code {
  switch (op) {
    case 'neg':
      return i64.sub(zero(), x);
    case 'abs':
      return select(i64.ltS(x, zero()), i64.sub(zero(), x), x);
    case 'sign':
      return i64.extendI32S(i32.sub(i64.gtS(x, zero()), i64.ltS(x, zero())));
    case 'floor':
    case 'ceil':
    case 'round':
    case 'trunc':
      return x;
    case 'not':
      return i64.xor(x, i64.const(-1n));
    case 'isNaN':
      return i32.const(0);
    default:
      return internal(`scalar ${op} of int64`);
  }
}

/** A zero divisor gives 0, and the one overflow (lowest / −1) wraps; both would trap, so they divide by 1 instead. */
function divide(op: 'div' | 'rem', x: L, y: L): L {
  const isZero = i64.eqz(y);
  const isMinusOne = i64.eq(y, i64.const(-1n));
  const safe = select(i32.or(isZero, isMinusOne), i64.const(1n), y);
  const quotient = op === 'div' ? i64.divS(x, safe) : i64.remS(x, safe);
  const nonZero = select(isZero, zero(), quotient);
  return op === 'div' ? select(isMinusOne, i64.sub(zero(), x), nonZero) : nonZero;
}

/** A function of two elements, which are in locals; `undefined` for what the host computes. */
export function int64Binary(op: BinaryScalar, x: L, y: L): Code | undefined {
  switch (op) {
    case 'add':
    case 'sub':
    case 'mul':
    case 'and':
    case 'or':
    case 'xor':
      return i64[op](x, y);
    case 'div':
    case 'rem':
      return divide(op, x, y);
    case 'max':
      return select(i64.gtS(x, y), x, y);
    case 'min':
      return select(i64.ltS(x, y), x, y);
    case 'shiftLeft':
      return i64.shl(x, y);
    case 'shiftRight':
      return i64.shrS(x, y);
    default:
      return undefined;
  }
}

/** A comparison of two elements. */
export function int64Compare(op: ComparisonScalar, x: L, y: L): Code<'i32'> {
  const names = {
    equal: 'eq',
    notEqual: 'ne',
    less: 'ltS',
    lessEqual: 'leS',
    greater: 'gtS',
    greaterEqual: 'geS',
  } as const;
  return i64[names[op]](x, y);
}
