/**
 * Cuts the last axis of a map where guards change: padded and joined operands are inside of their sources along one stretch of it
 * and outside along the others. Within a stretch nothing is left to test, and four points can be computed at once.
 */
import { constantExpression, type Expression, rewriteExpression } from '@deft/kernel';
import type { Nest, NestGuard } from './nest.ts';
import type { Quantity } from './quantity.ts';

/** A stretch of the last axis, and the nest as it is there. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly nest: Nest;
}

/** Most stretches: each is code of its own. */
const mostSpans = 9;
/** Stretches shorter than this on average are left to tests. */
const shortestSpan = 8;

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

/** The stretches of the last kept axis; `undefined` where no guard changes along it, or it cannot be cut. */
export function spansOf(nest: Nest): Span[] | undefined {
  const axis = nest.kept.length - 1;
  const extent = nest.kept[axis];
  if (typeof extent !== 'number' || nest.reduced.length > 0) return undefined;
  if (nest.operands.some(({ fill }) => typeof fill !== 'number')) return undefined;
  const along = nest.operands.flatMap(({ guards }) => guards.filter((guard) => guard.coefficients[axis] !== 0));
  if (along.length === 0) return undefined;
  if (!along.every(isKnown)) return undefined;
  if (along.some((guard) => guard.coefficients.some((c, i) => i !== axis && c !== 0))) return undefined;
  const held = new Map<NestGuard<Quantity>, [number, number]>(
    along.map((guard) => [guard, heldBetween(guard, axis, extent)]),
  );
  const cuts = [...new Set([0, ...[...held.values()].flat(), extent])].sort((a, b) => a - b);
  const count = cuts.length - 1;
  if (count > mostSpans || extent < count * shortestSpan) return undefined;
  return cuts.slice(0, -1).map((from, i) => {
    const to = cuts[i + 1] as number;
    const holds = (guard: NestGuard<Quantity>): boolean | undefined => {
      const range = held.get(guard);
      return range && range[0] <= from && to <= range[1];
    };
    const outside = new Set(
      nest.operands.flatMap(({ guards }, k) => (guards.some((guard) => holds(guard) === false) ? [k] : [])),
    );
    const memo = new Map<Expression, Expression>();
    const fill = (node: Expression): Expression =>
      node.kind === 'load' && outside.has(node.operand)
        ? constantExpression(node.dtype, nest.operands[node.operand]?.fill as number)
        : node;
    return {
      from,
      to,
      nest: {
        ...nest,
        operands: nest.operands.map((operand, k) => ({
          ...operand,
          guards: outside.has(k) ? [] : operand.guards.filter((guard) => holds(guard) === undefined),
        })),
        expressions: nest.expressions.map((root) => rewriteExpression(root, fill, memo)),
      },
    };
  });
}
