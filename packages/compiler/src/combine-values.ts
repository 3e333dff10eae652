/**
 * Puts lazy values together in one expression, and says when that has grown too large for one kernel.
 */
import type { Dims } from '@deft/core';
import { type Expression, expressionSize, foldExpression, rewriteExpression } from '@deft/kernel';
import type { LazyValue, Leaves, PendingReduction } from './lazy-value.ts';
import { limits } from './limits.ts';
import { simplifyNode } from './simplify-expression.ts';

/** The template with the inputs' expressions in place of its loads. */
export function combine(template: Expression, inputs: readonly LazyValue[], shape: Dims): LazyValue {
  const expression = rewriteExpression(template, (node) =>
    node.kind === 'load' ? (inputs[node.operand] as LazyValue).expression : simplifyNode(node),
  );
  let size = expressionSize([template]);
  let reduced: Dims = [];
  const reductions: number[] = [];
  for (const input of new Set(inputs)) {
    size += input.size;
    if (input.reductions.length === 0) continue;
    reduced = input.reduced;
    for (const number of input.reductions) if (!reductions.includes(number)) reductions.push(number);
  }
  if (size > limits.expressionSize) size = Math.min(size, expressionSize([expression]));
  return { shape, expression, reduced, reductions, size };
}

/** Whether a value's kernel would pass the limits. */
export function isTooLarge(leaves: Leaves, lazy: LazyValue): boolean {
  if (lazy.size > limits.expressionSize) return true;
  // So few nodes cannot have too many leaves.
  if (lazy.size <= limits.operands) return false;
  const memo = new Map<Expression, true>();
  let operands = 0;
  const visit = (node: Expression): true => {
    if (node.kind === 'load' || node.kind === 'gather') operands++;
    return true;
  };
  foldExpression(lazy.expression, visit, memo);
  for (const number of lazy.reductions) {
    foldExpression((leaves.reductions[number] as PendingReduction).value, visit, memo);
  }
  return operands > limits.operands;
}

/** Whether the expression is no computation at all. */
export function isLeaf(expression: Expression): boolean {
  return expression.kind === 'load' || expression.kind === 'constant';
}
