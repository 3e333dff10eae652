/** Checks expressions: the dtypes of every node, and that leaves refer to what is there. */
import { bytesOf, carrierOf, type Dims, type DType, dtypes, internal, isDType } from '@deft/core';
import { type Expression, foldExpression } from './expression.ts';
import { binaryKinds, extremes, unaryKinds } from './scalar-functions.ts';
import { affineRange } from './view.ts';

/** Where an expression stands. */
export interface Surroundings {
  /** Begins every message. */
  readonly where: string;
  /** Points at which it is evaluated. */
  readonly space: Dims;
  /** Axes on which nothing may depend: the reduced ones, from this one on, in results. */
  readonly keptAxes: number;
  /** Dtypes of the reductions whose values are known there. */
  readonly reduced: readonly DType[];
  readonly onLoad: (operand: number, dtype: DType) => void;
  readonly onGather: (operand: number, dtype: DType) => void;
  /** Dtypes of the variables; none outside of routines. */
  readonly variables?: readonly DType[];
}

/** Throws unless the constant is an element of the dtype. */
export function verifyElement(where: string, dtype: DType, value: number): void {
  const { kind } = dtypes[dtype];
  if (kind === 'float') return;
  // The largest int64 is no double: 2⁶³ stands for it.
  const [lowest, highest] = dtype === 'int64' ? [-(2 ** 63), 2 ** 63] : extremes[dtype];
  if (!Number.isInteger(value) || Object.is(value, -0) || value < lowest || value > highest) {
    internal(`${where}: ${value} is no ${dtype}`);
  }
}

/** Throws an `internal:` error unless the expression is well-formed; `memo` is shared by the roots of one place. */
export function verifyExpression(
  root: Expression,
  surroundings: Surroundings,
  memo: Map<Expression, true> = new Map<Expression, true>(),
): void {
  foldExpression<true>(
    root,
    (node) => {
      verifyNode(node, surroundings);
      return true;
    },
    memo,
  );
}

function verifyNode(node: Expression, surroundings: Surroundings): void {
  const fail = (message: string): never => internal(`${surroundings.where}: ${message}`);
  const expectDType = (actual: DType, expected: DType, what: string): void => {
    if (actual !== expected) fail(`${what} is ${actual}, not ${expected}`);
  };
  const expectCarrier = (dtype: DType, what: string): void => {
    if (carrierOf(dtype) !== dtype) fail(`${what} of ${dtype}, which is computed in ${carrierOf(dtype)}`);
  };
  if (!isDType(node.dtype) || dtypes[node.dtype].kind === 'complex')
    fail(`${node.kind} has dtype ${String(node.dtype)}`);
  switch (node.kind) {
    case 'constant':
      verifyElement(surroundings.where, node.dtype, node.value);
      break;
    case 'load':
      surroundings.onLoad(node.operand, node.dtype);
      break;
    case 'gather':
      expectDType(node.offset.dtype, 'int32', 'the offset of a gather');
      surroundings.onGather(node.operand, node.dtype);
      break;
    case 'index':
      verifyIndex(node, surroundings, fail);
      break;
    case 'unary':
      expectCarrier(node.x.dtype, node.op);
      if (!unaryKinds[node.op]?.includes(dtypes[node.x.dtype].kind)) fail(`${node.op} of ${node.x.dtype}`);
      expectDType(node.dtype, node.op === 'isNaN' ? 'bool' : node.x.dtype, node.op);
      break;
    case 'binary':
      expectCarrier(node.x.dtype, node.op);
      if (!binaryKinds[node.op]?.includes(dtypes[node.x.dtype].kind)) fail(`${node.op} of ${node.x.dtype}`);
      expectDType(node.y.dtype, node.x.dtype, `the second operand of ${node.op}`);
      expectDType(node.dtype, node.x.dtype, node.op);
      break;
    case 'compare':
      expectCarrier(node.x.dtype, node.op);
      expectDType(node.y.dtype, node.x.dtype, `the second operand of ${node.op}`);
      expectDType(node.dtype, 'bool', node.op);
      break;
    case 'select':
      expectDType(node.condition.dtype, 'bool', 'the condition of a select');
      expectDType(node.x.dtype, node.dtype, 'the first choice of a select');
      expectDType(node.y.dtype, node.dtype, 'the second choice of a select');
      break;
    case 'cast':
      break;
    case 'bitcast':
      if (bytesOf(node.dtype) !== bytesOf(node.x.dtype)) fail(`bitcast of ${node.x.dtype} to ${node.dtype}`);
      break;
    case 'variable': {
      const dtype = surroundings.variables?.[node.variable];
      if (dtype === undefined) fail(`there is no variable ${node.variable} here`);
      expectDType(node.dtype, dtype as DType, `variable ${node.variable}`);
      break;
    }
    case 'reduced': {
      const dtype = surroundings.reduced[node.reduction];
      if (dtype === undefined) fail(`there is no reduction ${node.reduction} here`);
      expectDType(node.dtype, dtype as DType, `the value of reduction ${node.reduction}`);
      break;
    }
  }
}

function verifyIndex(
  { offset, coefficients, dtype }: Expression & { readonly kind: 'index' },
  { space, keptAxes }: Surroundings,
  fail: (message: string) => never,
): void {
  if (dtype !== 'int32') fail(`an index is ${String(dtype)}`);
  if (coefficients.length !== space.length) fail(`an index of ${coefficients.length} axes over ${space.length}`);
  if (![offset, ...coefficients].every(Number.isInteger)) fail('an index that is not whole');
  const range = affineRange(offset, coefficients, space);
  if (range && (range[0] < extremes.int32[0] || range[1] > extremes.int32[1])) fail(`an index reaches ${range}`);
  coefficients.forEach((coefficient, axis) => {
    if (axis >= keptAxes && coefficient !== 0 && (space[axis] as number) > 1) {
      fail(`an index in a result depends on reduced axis ${axis}`);
    }
  });
}
