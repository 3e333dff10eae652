/**
 * Cuts one axis of a map where guards change: padded and joined operands are inside of their sources along one stretch of it and
 * outside along the others. Within a stretch nothing is left to test or to choose, and four points can be computed at once. The
 * last axis is cut if its stretches are long; else an axis around the inner loops, which stay whole.
 */
import { constantExpression, type Expression, expressionSize, rewriteExpression } from '../expression.ts';
import { affineOf, constantOf, loadedOperands, type Nest, type NestGuard } from './nest.ts';
import type { Quantity } from './quantity.ts';

/** A stretch of an axis, and the nest as it is there. */
export interface Span {
  readonly axis: number;
  readonly from: number;
  readonly to: number;
  readonly nest: Nest;
}

/** Stretches of the last axis shorter than this on average are left to tests. */
const shortestSpan = 8;
/** Each stretch is code of its own: so many nodes of expressions may there be in all of them, … */
const mostNodes = 192;
/** … and so many stretches. */
const mostSpans = 32;

/** Where along the axis the guard holds. */
function heldBetween(
  { offset, coefficients, limit }: NestGuard<number>,
  axis: number,
  extent: number,
): [number, number] {
  const step = coefficients[axis] as number;
  const clip = (place: number): number => Math.max(0, Math.min(extent, place));
  if (step > 0) return [clip(Math.ceil(-offset / step)), clip(Math.ceil((limit - offset) / step))];
  return [clip(Math.floor((offset - limit) / -step) + 1), clip(Math.floor(offset / -step) + 1)];
}

const isKnown = (guard: NestGuard<Quantity>): guard is NestGuard<number> =>
  [guard.offset, guard.limit, ...guard.coefficients].every((quantity) => typeof quantity === 'number');

/** The stretches of an axis of a map; `undefined` where no guard changes along it, or it is not worth cutting. */
export function spansOf(nest: Nest): Span[] | undefined {
  if (nest.reduced.length > 0 || nest.operands.some(({ fill }) => typeof fill !== 'number')) return undefined;
  const last = nest.kept.length - 1;
  const candidates = [last, ...Array.from({ length: Math.max(0, last) }, (_, axis) => axis)];
  for (const axis of candidates) {
    const spans = cut(nest, axis, axis === last ? shortestSpan : 1);
    if (spans !== undefined) return spans;
  }
  return undefined;
}

function cut(nest: Nest, axis: number, shortest: number): Span[] | undefined {
  const extent = nest.kept[axis];
  if (typeof extent !== 'number') return undefined;
  const along = nest.operands.flatMap(({ guards }) => guards.filter((guard) => guard.coefficients[axis] !== 0));
  if (along.length === 0 || !along.every(isKnown)) return undefined;
  if (along.some((guard) => guard.coefficients.some((c, i) => i !== axis && c !== 0))) return undefined;
  const held = new Map<NestGuard<Quantity>, [number, number]>(
    along.map((guard) => [guard, heldBetween(guard, axis, extent)]),
  );
  const cuts = [...new Set([0, ...[...held.values()].flat(), extent])].sort((a, b) => a - b);
  const count = cuts.length - 1;
  if (count > mostSpans || extent < count * shortest) return undefined;
  const spans = cuts.slice(0, -1).map((from, i) => spanOf(nest, held, axis, from, cuts[i + 1] as number));
  const nodes = spans.reduce((sum, span) => sum + expressionSize(span.nest.expressions), 0);
  return nodes > Math.max(mostNodes, 2 * expressionSize(nest.expressions)) ? undefined : spans;
}

/** The nest within one stretch: guards that hold or fail throughout are gone, and with them what is not used there. */
function spanOf(
  nest: Nest,
  held: ReadonlyMap<NestGuard<Quantity>, readonly [number, number]>,
  axis: number,
  from: number,
  to: number,
): Span {
  const holds = (guard: NestGuard<Quantity>): boolean | undefined => {
    const range = held.get(guard);
    return range && range[0] <= from && to <= range[1];
  };
  const outside = new Set(
    nest.operands.flatMap(({ guards }, k) => (guards.some((guard) => holds(guard) === false) ? [k] : [])),
  );
  const resolve = (node: Expression): Expression => {
    if (node.kind === 'load' && outside.has(node.operand)) {
      return constantExpression(node.dtype, nest.operands[node.operand]?.fill as number);
    }
    if (node.kind === 'compare') return comparedWithin(nest, node, axis, from, to) ?? node;
    if (node.kind === 'select' && node.condition.kind === 'constant') return node.condition.value ? node.x : node.y;
    return node;
  };
  const memo = new Map<Expression, Expression>();
  const expressions = nest.expressions.map((root) => rewriteExpression(root, resolve, memo));
  const loaded = loadedOperands(expressions);
  const operands = nest.operands.map((operand, k) => {
    if (loaded.has(k)) return { ...operand, guards: operand.guards.filter((guard) => holds(guard) === undefined) };
    return { ...operand, strides: operand.strides.map(() => 0), guards: [] };
  });
  return { axis, from, to, nest: { ...nest, operands, expressions } };
}

/** The comparison of an index along the axis with a constant, if it comes out the same in the whole stretch. */
function comparedWithin(
  nest: Nest,
  { op, x, y }: Extract<Expression, { kind: 'compare' }>,
  axis: number,
  from: number,
  to: number,
): Expression | undefined {
  if (op !== 'less' || x.kind !== 'index' || y.kind !== 'constant') return undefined;
  const { offset, coefficients } = affineOf(nest, x);
  const limit = constantOf(nest, y);
  const step = coefficients[axis];
  if (typeof offset !== 'number' || typeof step !== 'number' || typeof limit !== 'number') return undefined;
  if (coefficients.some((c, i) => i !== axis && c !== 0)) return undefined;
  const [first, last] = [offset + step * from < limit, offset + step * (to - 1) < limit];
  return first === last ? constantExpression('bool', first ? 1 : 0) : undefined;
}
