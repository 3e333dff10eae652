/**
 * Rewrites of single expression nodes that give the same value for every input, NaN, infinities and signed zeros
 * included. Applied bottom up while expressions are put together.
 */
import { type DType, isFloating } from '@deft/core';
import { constantExpression, type Expression } from '@deft/kernel';

function isConstant(node: Expression, value: number): boolean {
  return node.kind === 'constant' && Object.is(node.value, value);
}

/** Whether every value of `from` is exactly a value of `to`. */
function widens(from: DType, to: DType): boolean {
  if (from === 'bool') return to !== 'bool';
  if (to === 'float64') return true;
  return false;
}

function simplifyCast(node: Expression & { readonly kind: 'cast' }): Expression {
  const { x, dtype } = node;
  if (x.dtype === dtype) return x;
  // There and back again through a wider dtype changes nothing.
  if (x.kind === 'cast' && x.x.dtype === dtype && widens(dtype, x.dtype)) return x.x;
  if (x.kind !== 'constant') return node;
  if (dtype === 'bool') return constantExpression('bool', x.value !== 0 ? 1 : 0);
  if (isFloating(dtype)) return constantExpression(dtype, dtype === 'float32' ? Math.fround(x.value) : x.value);
  if (!Number.isInteger(x.value) || Object.is(x.value, -0)) return node;
  const [low, high] = dtype === 'int32' ? [-(2 ** 31), 2 ** 31 - 1] : [0, 2 ** 32 - 1];
  return x.value >= low && x.value <= high ? constantExpression(dtype, x.value) : node;
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
    case 'pow':
      return isConstant(y, 1) && node.dtype !== 'bool' ? x : node;
    case 'max':
    case 'min':
    case 'and':
    case 'or':
      return x === y ? x : node;
    default:
      return node;
  }
}

/** The node, or a simpler one of the same value. Its parts are simplified already. */
export function simplifyNode(node: Expression): Expression {
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
