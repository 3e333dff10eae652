/**
 * How the code of a loop kernel goes about it, before any is written: which axis is computed four points at a time, which passes
 * are made over the reduced axes, which stretches of the last axis have code of their own, and which axis threads may divide.
 */
import {
  type BufferSpec,
  type Expression,
  foldExpression,
  type LoopKernel,
  type liesOver,
  type Nest,
  type Operand,
  type Pass,
  type PlannedResult,
  planPasses,
  type Quantity,
  type Reduction,
  type Span,
  spansOf,
  typicalOf,
} from '@deft/kernel';
import { canFold } from './accumulator.ts';
import { fitsLanes, lanes } from './vector-code.ts';

/** Vectors that a reduction with kept vector axis works on side by side, so that whole cache lines are used. */
export const widestBlock = 4;
/** A vector axis shorter than this does not pay. */
const shortestAxis = lanes;
/** An axis of so many places can be divided among threads as it is; of shorter ones the longest is taken. */
const manyPlaces = 64;

/** A loop kernel in terms of its nest. */
export interface LoopPlan {
  readonly nest: Nest;
  readonly reductions: readonly Reduction[];
  readonly results: readonly PlannedResult[];
  /** None for a map. */
  readonly passes: readonly Pass[];
  readonly vectorAxis: number | undefined;
  /** The stretch of a kept axis that is gone over, if it is not the whole. */
  readonly span?: Pick<Span, 'axis' | 'from' | 'to'>;
  /** Plans for the stretches of one kept axis, which take the place of this one. */
  readonly spans?: readonly LoopPlan[];
}

/** Whether four points along `axis` can be computed at once. */
function isVectorAxis(nest: Nest, roots: readonly Expression[], axis: number): boolean {
  const extent = [...nest.kept, ...nest.reduced][axis] as Quantity;
  if (typeof extent === 'number' && extent < shortestAxis) return false;
  if (nest.resultStrides.some((strides) => strides[axis] !== 1 && strides[axis] !== 0)) return false;
  if (nest.operands.some((operand) => operand.guards.some((guard) => guard.coefficients[axis] !== 0))) return false;
  const memo = new Map<Expression, boolean>();
  const fits = (node: Expression, parts: readonly boolean[]): boolean =>
    fitsLanes(node.dtype) && !parts.includes(false);
  return roots.every((root) => foldExpression(root, fits, memo));
}

/** How many operands are read contiguously along an axis. */
function contiguousOperands(nest: Nest, axis: number): number {
  return nest.operands.filter((operand) => operand.strides[axis] === 1).length;
}

/** How the code of a kernel with this nest goes about it. `liesThere` says what a result lies, or may lie, over. */
export function planLoop(
  kernel: LoopKernel,
  nest: Nest,
  buffers: readonly BufferSpec[],
  liesThere: typeof liesOver,
): LoopPlan {
  const planNested = (own: Nest): LoopPlan => planNest(kernel, own, buffers, liesThere);
  const whole = planNested(nest);
  const spans = kernel.reductions.length === 0 ? spansOf(nest) : undefined;
  if (!spans) return whole;
  const parts = spans.map(({ nest: own, ...span }) => ({ ...planNested(own), span }));
  return {
    ...whole,
    spans: parts,
    vectorAxis: parts.some((p) => p.vectorAxis !== undefined) ? nest.kept.length - 1 : undefined,
  };
}

function planNest(
  kernel: LoopKernel,
  nest: Nest,
  buffers: readonly BufferSpec[],
  liesThere: typeof liesOver,
): LoopPlan {
  const reductions = kernel.reductions.map((r, i) => ({ ...r, value: nest.expressions[i] as Expression }));
  const results = kernel.results.map((r, i) => ({
    dtype: (buffers[r.buffer] as BufferSpec).dtype,
    value: nest.expressions[kernel.reductions.length + i] as Expression,
    atPoints: r.strides !== undefined,
    over: new Set(
      [...kernel.operands.keys()].filter((k) => liesThere(buffers, r.buffer, (kernel.operands[k] as Operand).buffer)),
    ),
  }));
  const passes = reductions.length === 0 ? [] : planPasses(reductions, results);
  const keptAxis = nest.kept.length - 1;
  const reducedAxis = nest.kept.length + nest.reduced.length - 1;
  let vectorAxis: number | undefined;
  if (nest.kept.length > 0 && isVectorAxis(nest, nest.expressions, keptAxis)) vectorAxis = keptAxis;
  if (nest.reduced.length > 0 && reductions.length > 0 && reductions.every(canFold)) {
    const prefersReduced =
      vectorAxis === undefined || contiguousOperands(nest, reducedAxis) > contiguousOperands(nest, keptAxis);
    const parts = [...reductions, ...results.filter((r) => r.atPoints)].map((r) => r.value);
    if (prefersReduced && isVectorAxis(nest, parts, reducedAxis)) vectorAxis = reducedAxis;
  }
  return { nest, reductions, results, passes, vectorAxis };
}

/** The axis to divide: the first that has some places for each of many threads, else the longest. */
export function divisionOf({
  nest,
  reductions,
  vectorAxis,
  spans,
}: LoopPlan): { axis: number; multiple: number } | undefined {
  // An axis that is cut in stretches stays in one piece.
  const cut = spans?.[0]?.span?.axis;
  const kept = nest.kept.map((extent, axis) => (axis === cut ? 0 : typicalOf(extent)));
  const enough = kept.findIndex((extent) => extent >= manyPlaces);
  const axis = enough >= 0 ? enough : kept.indexOf(Math.max(...kept));
  if ((kept[axis] ?? 0) < 2) return undefined;
  const multiple = axis !== vectorAxis ? 1 : reductions.length === 0 ? lanes : widestBlock * lanes;
  return { axis, multiple };
}
