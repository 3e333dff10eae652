/**
 * Rewrites of single expression nodes that give the same value for every input, NaN, infinities and signed zeros
 * included; functions of constants are computed as the kernel interpreter does. Applied bottom up while expressions are put together.
 */
import { carrierOf, type DType, dtypes, isFloating, isInteger, toElement } from '@deft/core';
import {
  binaryFunction,
  castFunction,
  comparisonFunctions,
  constantExpression,
  type Expression,
  partsOf,
  unaryFunction,
} from '@deft/kernel';

function isConstant(node: Expression, value: number): boolean {
  return node.kind === 'constant' && Object.is(node.value, value);
}

/** Whether dividing by the value is the same as multiplying by its reciprocal, which is a normal number then. */
function isPowerOfTwo(value: number): boolean {
  const exponent = Math.log2(Math.abs(value));
  return Number.isInteger(exponent) && Math.abs(exponent) < 126;
}

/** Whether every value of `from` is exactly a value of `to`. */
function widens(from: DType, to: DType): boolean {
  if (from === 'bool') return to !== 'bool';
  if (to === 'float64') return from !== 'int64';
  if (isInteger(from) && isInteger(to)) {
    const [source, target] = [dtypes[from], dtypes[to]];
    return source.bytes < target.bytes && (target.kind === 'int' || source.kind === 'uint');
  }
  return to === 'float32' && dtypes[from].bytes <= 2;
}

function simplifyCast(node: Expression & { readonly kind: 'cast' }): Expression {
  const { x, dtype } = node;
  if (x.dtype === dtype) return x;
  // There and back again through a wider dtype changes nothing.
  return x.kind === 'cast' && x.x.dtype === dtype && widens(dtype, x.dtype) ? x.x : node;
}

function simplifyBinary(node: Expression & { readonly kind: 'binary' }): Expression {
  const { op, x, y } = node;
  const integral = !isFloating(node.dtype);
  switch (op) {
    case 'add':
      // In floats only −0 is neutral: −0 + 0 is 0.
      if (isConstant(y, -0) || (integral && isConstant(y, 0))) return x;
      if (isConstant(x, -0) || (integral && isConstant(x, 0))) return y;
      return node;
    case 'sub':
      return isConstant(y, 0) ? x : node;
    case 'mul':
      if (node.dtype === 'bool') return node;
      if (isConstant(y, 1)) return x;
      if (isConstant(x, 1)) return y;
      return node;
    case 'div':
      if (isConstant(y, 1)) return x;
      return y.kind === 'constant' && !integral && isPowerOfTwo(y.value)
        ? { ...node, op: 'mul', y: constantExpression(node.dtype, 1 / y.value) }
        : node;
    case 'pow':
      return isConstant(y, 1) ? x : node;
    case 'max':
    case 'min':
    case 'and':
    case 'or':
      return x === y ? x : node;
    default:
      return node;
  }
}

/** Whether the node may have a value on that dtype: small dtypes have conversions only. */
const isComputed = (node: Expression, dtype: DType): boolean => node.kind === 'cast' || carrierOf(dtype) === dtype;

/** The value of a function of constants; `undefined` where the node is none. */
function constantValue(node: Expression): number | undefined {
  const values: number[] = [];
  for (const part of partsOf(node)) {
    // Constants are numbers, which not every long integer is.
    if (part.kind !== 'constant' || part.dtype === 'int64' || !isComputed(node, part.dtype)) return undefined;
    values.push(part.value);
  }
  const [x, y] = values as [number, number];
  switch (node.kind) {
    case 'unary':
      return Number(unaryFunction(node.op, node.x.dtype)(x));
    case 'binary':
      return binaryFunction(node.op, node.dtype)(x, y);
    case 'compare':
      return Number(comparisonFunctions[node.op](x, y));
    case 'cast':
      return castFunction(node.x.dtype, node.dtype)(x);
    default:
      return undefined;
  }
}

/** The node, or a simpler one of the same value. Its parts are simplified already. */
export function simplifyNode(node: Expression): Expression {
  const value = node.dtype === 'int64' ? undefined : constantValue(node);
  if (value !== undefined) return constantExpression(node.dtype, toElement(node.dtype, value));
  switch (node.kind) {
    case 'cast':
      return simplifyCast(node);
    case 'bitcast':
      return node.x.dtype === node.dtype ? node.x : node;
    case 'binary':
      return simplifyBinary(node);
    case 'unary':
      if (node.op === 'neg' && node.x.kind === 'unary' && node.x.op === 'neg') return node.x.x;
      if (node.op === 'not' && node.x.kind === 'unary' && node.x.op === 'not') return node.x.x;
      return node;
    case 'select':
      if (node.x === node.y) return node.x;
      if (node.condition.kind === 'constant') return node.condition.value !== 0 ? node.x : node.y;
      if (node.x.kind === 'constant' && isConstant(node.y, node.x.value)) return node.x;
      return node;
    case 'index':
      return node.coefficients.every((c) => c === 0) ? constantExpression('int32', node.offset) : node;
    default:
      return node;
  }
}
