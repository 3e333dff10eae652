/**
 * How much work a scalar expression is, in units of one addition. Used to decide what may be computed twice, and for the
 * operation counts of `explain`.
 */
import { type Expression, foldExpression, type UnaryScalar } from '@deft/kernel';

/** Work of functions that vector units do at once or in a few steps; every other one is a polynomial or a table. */
const quickUnary: Partial<Record<UnaryScalar, number>> = {
  neg: 1,
  abs: 1,
  sign: 2,
  floor: 1,
  ceil: 1,
  round: 1,
  trunc: 1,
  sqrt: 3,
  not: 1,
  isNaN: 1,
};
const slowFunction = 16;
const division = 3;
const indirectLoad = 3;

/** Work of one node, without its parts. */
export function nodeWeight(node: Expression): number {
  switch (node.kind) {
    case 'constant':
    case 'load':
    case 'reduced':
    case 'variable':
    case 'bitcast':
      return 0;
    case 'index':
      return 1;
    case 'gather':
      return indirectLoad;
    case 'unary':
      return quickUnary[node.op] ?? slowFunction;
    case 'binary':
      if (node.op === 'pow' || node.op === 'atan2') return slowFunction;
      return node.op === 'div' || node.op === 'rem' ? division : 1;
    case 'compare':
    case 'select':
    case 'cast':
      return 1;
  }
}

/** Work of the distinct nodes of some expressions at one point. */
export function weightOf(roots: readonly Expression[]): number {
  let weight = 0;
  const memo = new Map<Expression, true>();
  for (const root of roots) {
    foldExpression<true>(
      root,
      (node) => {
        weight += nodeWeight(node);
        return true;
      },
      memo,
    );
  }
  return weight;
}
