/**
 * The passes of a loop kernel over the reduced axes of a place: one for every stage of its reductions, and a last one if
 * results with an element at every point wait for all of them.
 *
 * A result is stored in the first pass that knows its value. Later passes read it back rather than compute it again. Where
 * a result waits for the last pass, its memory is free until then: the dearest node that an earlier pass computes on the
 * way is kept there meanwhile (the exponential of a softmax, which its sum and its quotient both need), unless the result lies
 * over an operand that something else reads until then.
 */
import { type DType, internal } from '@deft/core';
import { type Expression, foldExpression, partsOf } from '../expression.ts';
import { type Reduction, stageOf, stagesOf } from '../kernel.ts';
import { slowFunctions } from './slow-functions.ts';

/** A result as the passes see it. */
export interface PlannedResult {
  readonly dtype: DType;
  readonly value: Expression;
  /** Whether it has an element at every point rather than at every place. */
  readonly atPoints: boolean;
  /** Numbers of the operands that its memory holds until it is written. */
  readonly over: ReadonlySet<number>;
}

/** A value that a pass leaves in the memory of a result. */
export interface Store {
  readonly value: Expression;
  /** Number of the result. */
  readonly result: number;
}

/** What happens at every point of one pass. */
export interface Pass {
  /** Numbers of the reductions that it accumulates. */
  readonly reductions: readonly number[];
  readonly stores: readonly Store[];
  /** What earlier passes have left in memory: numbers of results. */
  readonly kept: ReadonlyMap<Expression, number>;
}

/** The passes of a kernel that has reductions. */
export function planPasses(reductions: readonly Reduction[], results: readonly PlannedResult[]): Pass[] {
  const stages = stagesOf(reductions);
  const last = Math.max(...stages) + 1;
  const stores: Store[][] = Array.from({ length: last + 1 }, () => []);
  const memo = new Map<Expression, number>();
  const store = (value: Expression, result: number): number =>
    (stores[stageOf(value, stages, memo)] ?? internal('a value behind the last pass')).push({ value, result });
  results.forEach(({ value, atPoints, dtype, over }, result) => {
    if (!atPoints) return;
    store(value, result);
    if (stageOf(value, stages, memo) < last) return;
    const dearest = dearestOnTheWay(reductions, value, dtype);
    const stage = dearest === undefined ? last : stageOf(dearest, stages, memo);
    if (dearest === undefined || stage >= last) return;
    const after = [...reductions.filter((_, r) => (stages[r] as number) > stage), ...results].map((each) => each.value);
    if (over.size === 0 || !after.some((root) => readsBeside(root, over, dearest))) store(dearest, result);
  });
  return stores.flatMap((own, pass) => {
    const numbers = [...stages.keys()].filter((r) => stages[r] === pass);
    if (numbers.length === 0 && own.length === 0) return [];
    const before = stores.slice(0, pass).flat();
    const kept = new Map(before.filter((each) => !isLeaf(each.value)).map((each) => [each.value, each.result]));
    return [{ reductions: numbers, stores: own, kept }];
  });
}

const isLeaf = ({ kind }: Expression): boolean => kind === 'load' || kind === 'constant' || kind === 'index';

/** Whether an expression loads one of the operands outside of a node. */
function readsBeside(root: Expression, operands: ReadonlySet<number>, node: Expression): boolean {
  const seen = new Set<Expression>([node]);
  const visit = (each: Expression): boolean => {
    if (seen.has(each)) return false;
    seen.add(each);
    return (each.kind === 'load' && operands.has(each.operand)) || partsOf(each).some(visit);
  };
  return visit(root);
}

/** The node with the most slow functions that both the reductions and a result's value contain. */
function dearestOnTheWay(reductions: readonly Reduction[], value: Expression, dtype: DType): Expression | undefined {
  const shared = new Map<Expression, number>();
  for (const reduction of reductions) foldExpression(reduction.value, slowness, shared);
  let dearest: Expression | undefined;
  const visit = (node: Expression): undefined => {
    const known = node.dtype === dtype ? (shared.get(node) ?? 0) : 0;
    const best = dearest === undefined ? 0 : (shared.get(dearest) as number);
    if (known > best) dearest = node;
    return undefined;
  };
  foldExpression(value, visit);
  return dearest;
}

/** Slow functions in an expression; one that is used twice counts twice. */
function slowness(node: Expression, parts: readonly number[]): number {
  const own = (node.kind === 'unary' || node.kind === 'binary') && slowFunctions.has(node.op) ? 1 : 0;
  return parts.reduce((sum, part) => sum + part, own);
}
