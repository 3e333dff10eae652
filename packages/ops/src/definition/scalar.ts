/**
 * Scalar arithmetic for lowerings: the builders of kernel expressions under short names, taking plain numbers as
 * constants of the other operand's dtype. `map` makes a lowering of a scalar function.
 */
import type { DType } from '@deft/core';
import {
  type BinaryScalar,
  binaryExpression,
  type ComparisonScalar,
  compareExpression,
  constantExpression,
  type Expression,
  type Form,
  type Space,
  selectExpression,
  type UnaryScalar,
  unaryExpression,
} from '@deft/kernel';

/** A scalar expression or a number that takes the other operand's dtype. */
export type Scalar = Expression | number;

const lift = (value: Scalar, dtype: DType): Expression =>
  typeof value === 'number' ? constantExpression(dtype, value) : value;

/** A scalar function of one value. */
export const unary = (op: UnaryScalar, x: Expression): Expression => unaryExpression(op, x);

/** A scalar function of two values, at least one of them an expression. */
export function binary(op: BinaryScalar, x: Scalar, y: Scalar): Expression {
  const dtype = typeof x === 'number' ? (y as Expression).dtype : x.dtype;
  return binaryExpression(op, lift(x, dtype), lift(y, dtype));
}

/** A comparison of two values, at least one of them an expression. */
export function compare(op: ComparisonScalar, x: Scalar, y: Scalar): Expression {
  const dtype = typeof x === 'number' ? (y as Expression).dtype : x.dtype;
  return compareExpression(op, lift(x, dtype), lift(y, dtype));
}

/** `condition ? x : y`, at least one of `x` and `y` an expression. */
export function select(condition: Expression, x: Scalar, y: Scalar): Expression {
  const dtype = typeof x === 'number' ? (y as Expression).dtype : x.dtype;
  return selectExpression(condition, lift(x, dtype), lift(y, dtype));
}

/** A constant. */
export const constant = (dtype: DType, value: number): Expression => constantExpression(dtype, value);

/** The lowering of an elementwise op: a scalar function of the broadcast inputs. */
// biome-ignore lint/suspicious/noExplicitAny: f takes as many expressions as the op has inputs
export function map(f: (...inputs: any[]) => Expression): () => Form {
  return () => ({ form: 'map', value: (inputs: readonly Expression[], _space: Space) => f(...inputs) });
}
