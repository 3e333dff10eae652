/**
 * Random expressions. Every op in them is exact (correctly rounded, or whole numbers), so that two backends must agree in
 * every bit but those of NaN; only `transcendental` gives ones that may differ by some units in the last place.
 */
import { carrierOf, type DType, dtypes } from '@deft/core';
import {
  type BinaryScalar,
  binaryExpression,
  binaryKinds,
  bitcastExpression,
  type ComparisonScalar,
  castExpression,
  compareExpression,
  constantExpression,
  type Expression,
  selectExpression,
  type UnaryScalar,
  unaryExpression,
  unaryKinds,
} from '@deft/kernel';
import type { Tape } from './tape.ts';

/** Whether arithmetic is done in the dtype itself. */
export const isCarrier = (dtype: DType): boolean => carrierOf(dtype) === dtype;

const exactUnary: readonly UnaryScalar[] = [
  'neg',
  'abs',
  'sign',
  'floor',
  'ceil',
  'round',
  'trunc',
  'sqrt',
  'not',
  'isNaN',
];
const inexactUnary = (Object.keys(unaryKinds) as UnaryScalar[]).filter((op) => !exactUnary.includes(op));
const inexactBinary: readonly BinaryScalar[] = ['pow', 'atan2'];
const comparisons: readonly ComparisonScalar[] = ['less', 'equal', 'greaterEqual', 'notEqual', 'greater', 'lessEqual'];

const notFinite: readonly number[] = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

const constants: Readonly<Record<DType, readonly number[]>> = {
  float32: [
    1,
    0.5,
    -2.5,
    0,
    -0,
    3e9,
    -3e9,
    1e-40,
    1e30,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ],
  float64: [
    1,
    0.5,
    -2.5,
    0,
    -0,
    3e9,
    -3e9,
    1e-310,
    1e300,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ],
  float16: [1, 0.5, -2.5, 0, -0, 65504, -65504, 2 ** -24, 3 * 2 ** -20, ...notFinite],
  bfloat16: [1, 0.5, -2.5, 0, -0, 2 ** 127, -3, 2 ** -133, ...notFinite],
  complex64: [],
  int8: [1, 0, -1, 3, 7, -7, 127, -128],
  uint8: [1, 0, 3, 7, 128, 255],
  int64: [1, 0, -1, 3, 63, 65, -7, 2 ** 31, 2 ** 53, -(2 ** 63)],
  int32: [1, 0, -1, 3, 31, 33, -7, 2 ** 31 - 1, -(2 ** 31)],
  uint32: [1, 0, 3, 31, 33, 2 ** 31, 2 ** 32 - 1],
  bool: [1, 0],
};

/** A value of that dtype, for a constant or the fill of a view. */
export function randomConstant(tape: Tape, dtype: DType): number {
  return tape.pick(constants[dtype]);
}

/** What `grow` may use. */
export interface Soil {
  readonly leaves: readonly Expression[];
  readonly dtypes: readonly DType[];
}

/** Expressions that grew from the leaves, each from ones before it (so that parts are shared); leaves first. */
export function grow(tape: Tape, soil: Soil, steps: number): Expression[] {
  const pool: Expression[] = [...soil.leaves];
  if (pool.length === 0) pool.push(constantExpression(soil.dtypes[0] as DType, 1));
  const taken = tape.take(steps + 1);
  for (let i = 0; i < taken; i++) pool.push(growOne(tape, pool, soil.dtypes));
  return pool;
}

/** The value of `pool` to end with, as `dtype`: mostly the last that was made. */
export function harvest(tape: Tape, pool: readonly Expression[], dtype: DType): Expression {
  const last = pool[pool.length - 1 - tape.take(Math.min(pool.length, 3))] as Expression;
  return castExpression(last, dtype);
}

function growOne(tape: Tape, pool: readonly Expression[], allowed: readonly DType[]): Expression {
  const x = tape.pick(pool);
  // What is only stored small has no arithmetic: it is converted, or chosen.
  if (!isCarrier(x.dtype)) {
    if (tape.once(3)) return reinterpreted(x);
    return castExpression(x, tape.pick(allowed));
  }
  const { kind } = dtypes[x.dtype];
  const same = pool.filter((node) => node.dtype === x.dtype);
  const partner = (): Expression =>
    tape.once(3) ? constantExpression(x.dtype, randomConstant(tape, x.dtype)) : tape.pick(same);
  switch (tape.take(8)) {
    case 0:
    case 1:
    case 2: {
      const ops = (Object.keys(binaryKinds) as BinaryScalar[]).filter(
        (op) => binaryKinds[op].includes(kind) && (kind !== 'float' || !inexactBinary.includes(op)),
      );
      return binaryExpression(tape.pick(ops), x, partner());
    }
    case 3:
    case 4: {
      const ops = exactUnary.filter((op) => unaryKinds[op].includes(kind));
      return unaryExpression(tape.pick(ops), x);
    }
    case 5: {
      const condition = x.dtype === 'bool' ? x : compareExpression(tape.pick(comparisons), x, partner());
      if (tape.once(2)) return condition;
      const left = tape.pick(pool);
      return selectExpression(condition, left, tape.pick(pool.filter((node) => node.dtype === left.dtype)));
    }
    case 6:
      return castExpression(x, tape.pick(allowed));
    default:
      return reinterpreted(x);
  }
}

/** Bits read as another dtype; NaN is kept out, because its bits are nobody's promise. */
function reinterpreted(x: Expression): Expression {
  switch (x.dtype) {
    case 'int32':
      return bitcastExpression(x, 'uint32');
    case 'uint32': {
      const fraction = binaryExpression('shiftRight', x, constantExpression('uint32', 9));
      return bitcastExpression(binaryExpression('or', fraction, constantExpression('uint32', 0x3f800000)), 'float32');
    }
    case 'float32':
      return bitcastExpression(
        selectExpression(unaryExpression('isNaN', x), constantExpression('float32', 1), x),
        'int32',
      );
    case 'float64':
      return bitcastExpression(
        selectExpression(unaryExpression('isNaN', x), constantExpression('float64', 1), x),
        'int64',
      );
    case 'int8':
      return bitcastExpression(x, 'uint8');
    case 'uint8':
      return bitcastExpression(x, 'int8');
    default:
      return x;
  }
}

/**
 * Expressions of whole numbers that stay so small that sums of some hundred of them are exact in float32, whatever the
 * order; the leaves must be whole and at most 8 in size (or not finite).
 */
export function growSmall(tape: Tape, leaves: readonly Expression[], dtype: DType): Expression {
  const pool = leaves.map((leaf) => castExpression(leaf, dtype));
  if (pool.length === 0) pool.push(constantExpression(dtype, 2));
  const ops: readonly BinaryScalar[] = ['add', 'mul', 'sub', 'max', 'min'];
  const taken = tape.take(3);
  for (let i = 0; i < taken; i++) pool.push(binaryExpression(tape.pick(ops), tape.pick(pool), tape.pick(pool)));
  return pool[pool.length - 1] as Expression;
}

/** An inexact function of a float value. */
export function transcendental(tape: Tape, x: Expression): Expression {
  if (tape.once(4))
    return binaryExpression(tape.pick(inexactBinary), x, constantExpression(x.dtype, tape.pick([2, 0.5, -1.5])));
  return unaryExpression(tape.pick(inexactUnary), x);
}
