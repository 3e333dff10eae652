/**
 * Scalar expressions: what a kernel computes at one point of its index space. Nodes are immutable and form a DAG: a node
 * used twice is computed once, and everything that walks an expression does so with a memo by identity (`foldExpression`),
 * because as a tree the expressions of the random generator would be exponentially large. The set of scalar ops is closed;
 * every backend has a total table over it.
 *
 * Arithmetic and comparisons are on carriers (`carrierOf`). Elements of the small dtypes can be loaded, made, chosen, and
 * cast; complex numbers do not exist here, only their parts do.
 */
import { type DType, internal } from '@deft/core';

/**
 * Scalar functions of one value. `not` is logical on bool and bitwise on integers; `round` is half to even; `sign` keeps
 * NaN and −0.
 */
export type UnaryScalar =
  | 'neg'
  | 'abs'
  | 'sign'
  | 'floor'
  | 'ceil'
  | 'round'
  | 'trunc'
  | 'sqrt'
  | 'exp'
  | 'expm1'
  | 'log'
  | 'log1p'
  | 'sin'
  | 'cos'
  | 'tan'
  | 'asin'
  | 'acos'
  | 'atan'
  | 'sinh'
  | 'cosh'
  | 'tanh'
  | 'asinh'
  | 'acosh'
  | 'atanh'
  | 'erf'
  | 'not'
  | 'isNaN';

/**
 * Scalar functions of two values of one dtype. `div` on integers truncates towards zero, and gives 0 for a zero divisor;
 * `rem` has the dividend's sign (C's `fmod`), 0 for a zero integer divisor; `max` and `min` give NaN when either is NaN
 * and order −0 below +0; `pow` is ECMAScript's on floats, and on integers wraps, giving the truncated quotient for a
 * negative exponent (0 for base 0); `shiftRight` keeps the sign of `int32` and fills with zeros in `uint32`; shift counts are taken
 * modulo the dtype's bits. Integer arithmetic wraps.
 */
export type BinaryScalar =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'rem'
  | 'pow'
  | 'max'
  | 'min'
  | 'atan2'
  | 'and'
  | 'or'
  | 'xor'
  | 'shiftLeft'
  | 'shiftRight';

/** Comparisons: operands of one dtype, result `bool`. Every comparison with NaN is false but `notEqual`. */
export type ComparisonScalar = 'equal' | 'notEqual' | 'less' | 'lessEqual' | 'greater' | 'greaterEqual';

/** A scalar expression. */
export type Expression =
  | { readonly kind: 'constant'; readonly dtype: DType; readonly value: number }
  /** The element of operand `operand` at the current point, through the operand's view. */
  | { readonly kind: 'load'; readonly dtype: DType; readonly operand: number }
  /** The element of operand `operand` (whose view is contiguous and flat) at an `int32` offset, which is in range. */
  | { readonly kind: 'gather'; readonly dtype: DType; readonly operand: number; readonly offset: Expression }
  /** `offset + Σ coefficients[axis] · i[axis]` of the current point, as `int32`. */
  | {
      readonly kind: 'index';
      readonly dtype: 'int32';
      readonly offset: number;
      readonly coefficients: readonly number[];
    }
  | { readonly kind: 'unary'; readonly dtype: DType; readonly op: UnaryScalar; readonly x: Expression }
  | {
      readonly kind: 'binary';
      readonly dtype: DType;
      readonly op: BinaryScalar;
      readonly x: Expression;
      readonly y: Expression;
    }
  | {
      readonly kind: 'compare';
      readonly dtype: 'bool';
      readonly op: ComparisonScalar;
      readonly x: Expression;
      readonly y: Expression;
    }
  | {
      readonly kind: 'select';
      readonly dtype: DType;
      readonly condition: Expression;
      readonly x: Expression;
      readonly y: Expression;
    }
  /**
   * Value conversion: floats to integers truncate and saturate, NaN to 0; to bool is `!= 0`; between integers the low bits
   * stay, and the number if it fits; into a float the nearest, half to even.
   */
  | { readonly kind: 'cast'; readonly dtype: DType; readonly x: Expression }
  /** The same bits read as another dtype of the same size. */
  | { readonly kind: 'bitcast'; readonly dtype: DType; readonly x: Expression }
  /** The result of reduction `reduction` of the same kernel; only in results, never in what is reduced. */
  | { readonly kind: 'reduced'; readonly dtype: DType; readonly reduction: number }
  /** The value of a variable of the routine it stands in; only there. */
  | { readonly kind: 'variable'; readonly dtype: DType; readonly variable: number };

/** The builders of expressions. They check dtypes, and do no simplification. */
export const constantExpression = (dtype: DType, value: number): Expression => ({ kind: 'constant', dtype, value });

export const loadExpression = (dtype: DType, operand: number): Expression => ({ kind: 'load', dtype, operand });

export const gatherExpression = (dtype: DType, operand: number, offset: Expression): Expression => {
  if (offset.dtype !== 'int32') internal(`gather offset is ${offset.dtype}`);
  return { kind: 'gather', dtype, operand, offset };
};

/** The index along one axis of a space of `rank` axes. */
export const indexExpression = (axis: number, rank: number): Expression => ({
  kind: 'index',
  dtype: 'int32',
  offset: 0,
  coefficients: Array.from({ length: rank }, (_, i) => (i === axis ? 1 : 0)),
});

export const unaryExpression = (op: UnaryScalar, x: Expression): Expression => ({
  kind: 'unary',
  dtype: op === 'isNaN' ? 'bool' : x.dtype,
  op,
  x,
});

export const binaryExpression = (op: BinaryScalar, x: Expression, y: Expression): Expression => {
  if (x.dtype !== y.dtype) internal(`scalar ${op} of ${x.dtype} and ${y.dtype}`);
  return { kind: 'binary', dtype: x.dtype, op, x, y };
};

export const compareExpression = (op: ComparisonScalar, x: Expression, y: Expression): Expression => {
  if (x.dtype !== y.dtype) internal(`scalar ${op} of ${x.dtype} and ${y.dtype}`);
  return { kind: 'compare', dtype: 'bool', op, x, y };
};

export const selectExpression = (condition: Expression, x: Expression, y: Expression): Expression => {
  if (condition.dtype !== 'bool') internal(`select on ${condition.dtype}`);
  if (x.dtype !== y.dtype) internal(`select between ${x.dtype} and ${y.dtype}`);
  return { kind: 'select', dtype: x.dtype, condition, x, y };
};

export const castExpression = (x: Expression, dtype: DType): Expression =>
  x.dtype === dtype ? x : { kind: 'cast', dtype, x };

export const bitcastExpression = (x: Expression, dtype: DType): Expression =>
  x.dtype === dtype ? x : { kind: 'bitcast', dtype, x };

export const reducedExpression = (dtype: DType, reduction: number): Expression => ({
  kind: 'reduced',
  dtype,
  reduction,
});

export const variableExpression = (dtype: DType, variable: number): Expression => ({
  kind: 'variable',
  dtype,
  variable,
});

/** The direct parts of a node. */
export function partsOf(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case 'constant':
    case 'load':
    case 'index':
    case 'reduced':
    case 'variable':
      return [];
    case 'gather':
      return [node.offset];
    case 'unary':
    case 'cast':
    case 'bitcast':
      return [node.x];
    case 'binary':
    case 'compare':
      return [node.x, node.y];
    case 'select':
      return [node.condition, node.x, node.y];
  }
}

/** A node with other parts in the order of `partsOf`; the same node if they are the same. */
export function withParts(node: Expression, parts: readonly Expression[]): Expression {
  const old = partsOf(node);
  if (old.every((part, i) => part === parts[i])) return node;
  const [a, b, c] = parts as readonly [Expression, Expression, Expression];
  switch (node.kind) {
    case 'gather':
      return { ...node, offset: a };
    case 'unary':
    case 'cast':
    case 'bitcast':
      return { ...node, x: a };
    case 'binary':
    case 'compare':
      return { ...node, x: a, y: b };
    case 'select':
      return { ...node, condition: a, x: b, y: c };
    default:
      return node;
  }
}

/**
 * Visits every distinct node once, parts first, and combines the results; the memo may be shared between roots. Depth is
 * bounded by memory, not by the call stack.
 */
export function foldExpression<R>(
  root: Expression,
  visit: (node: Expression, parts: readonly R[]) => R,
  memo: Map<Expression, R> = new Map<Expression, R>(),
): R {
  const open: Expression[] = [root];
  while (open.length > 0) {
    const node = open[open.length - 1] as Expression;
    const parts = partsOf(node);
    const before = open.length;
    if (!memo.has(node)) {
      for (let i = parts.length - 1; i >= 0; i--) {
        const part = parts[i] as Expression;
        if (!memo.has(part)) open.push(part);
      }
      if (open.length > before) continue;
      memo.set(
        node,
        visit(
          node,
          parts.map((part) => memo.get(part) as R),
        ),
      );
    }
    open.pop();
  }
  return memo.get(root) as R;
}

/** Replaces leaves (and any other nodes) bottom up: `replace` gets each node with its parts already replaced. */
export function rewriteExpression(
  root: Expression,
  replace: (node: Expression) => Expression,
  memo: Map<Expression, Expression> = new Map<Expression, Expression>(),
): Expression {
  return foldExpression<Expression>(root, (node, parts) => replace(withParts(node, parts)), memo);
}

/** Number of distinct nodes. */
export function expressionSize(roots: readonly Expression[]): number {
  const memo = new Map<Expression, number>();
  for (const root of roots) foldExpression(root, () => 0, memo);
  return memo.size;
}
