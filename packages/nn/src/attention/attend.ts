/**
 * The arithmetic of attention over heads: products of queries and keys, their softmax over what may be seen, and the values
 * mixed by it. Heads of queries may share a head of keys and values; axes are kept as `[batch, groups, targets, heads of a
 * group, sources]`, in which both products are plain batched ones.
 */
import { isFloating, type Tensor } from '@deft/core';
import {
  abs,
  arange,
  cast,
  dotGeneral,
  greaterEqual,
  less,
  logicalAnd,
  mul,
  reshape,
  softmax,
  sub,
  transpose,
  where,
} from '@deft/tensor';

/** What stands in a product's place where a source is not seen: finite, so that a target that sees nothing makes no NaN. */
const hidden = -1e30;

/** Softmax over the last axis of what may be seen, in float32 at least. A row that sees nothing spreads evenly. */
export function softmaxOfSeen(scores: Tensor, seen: Tensor | undefined): Tensor {
  const isNarrow = isFloating(scores.dtype) && scores.dtype !== 'float64' && scores.dtype !== 'float32';
  const wide = isNarrow ? (cast(scores, 'float32') as Tensor) : scores;
  const weights = softmax(seen === undefined ? wide : where(seen, wide, hidden)) as Tensor;
  return isNarrow ? (cast(weights, scores.dtype) as Tensor) : weights;
}

/** What holds in all that is told; nothing where nothing is. */
export function allOf(conditions: readonly (Tensor | undefined)[]): Tensor | undefined {
  const there = conditions.filter((one) => one !== undefined);
  return there.length === 0 ? undefined : there.reduce((all, one) => logicalAnd(all, one) as Tensor);
}

/** Which sources a target may see by their places. */
export interface Sight {
  /** Whether it sees nothing behind itself. */
  readonly isCausal: boolean;
  /** How many places a source must be nearer than; any unless told. */
  readonly window?: number | null;
}

/** What targets at places, `int32[targets]`, see by places: `bool[targets, sources]`. Nothing where they see everything. */
export function seenByPlace(places: Tensor, sources: number, { isCausal, window = null }: Sight): Tensor | undefined {
  const rows = reshape(places, [places.shape[0] as number, 1]) as Tensor;
  const columns = arange(0, sources, 1, 'int32') as Tensor;
  return allOf([
    isCausal ? (greaterEqual(rows, columns) as Tensor) : undefined,
    window === null ? undefined : (less(abs(sub(rows, columns)), window) as Tensor),
  ]);
}

/** What attention over heads is computed from. */
export interface Heads {
  /** `[batch, targets, heads, features]`, the heads of a group side by side. */
  readonly query: Tensor;
  /** `[batch, sources, groups, features]`. */
  readonly key: Tensor;
  /** `[batch, sources, groups, width]`. */
  readonly value: Tensor;
  /** What products are multiplied with. */
  readonly scale: number | Tensor;
  /** Which sources each target may see; broadcasts to `[batch, groups, targets, heads of a group, sources]`. */
  readonly seen: Tensor | undefined;
  /** What becomes of the weights before they mix the values. */
  readonly drop: (weights: Tensor) => Tensor;
}

/** Attention over heads: the values mixed, `[batch, targets, heads, width]`, and the weights, in the order told above. */
export function attendHeads({ query, key, value, scale, seen, drop }: Heads): { mixed: Tensor; weights: Tensor } {
  const [, targets, heads, features] = query.shape as [number, number, number, number];
  const groups = key.shape[2] as number;
  const width = value.shape[3] as number;
  const size = heads / groups;
  const scaled = reshape(mul(query, scale), [-1, targets, groups, size, features]) as Tensor;
  const scores = dotGeneral(scaled, key, {
    batch: [
      [0, 2],
      [0, 2],
    ],
    contract: [[4], [3]],
  }) as Tensor;
  const weights = softmaxOfSeen(scores, seen);
  const mixed = dotGeneral(drop(weights), value, {
    batch: [
      [0, 1],
      [0, 2],
    ],
    contract: [[4], [1]],
  }) as Tensor;
  return { mixed: reshape(transpose(mixed, [0, 2, 1, 3, 4]), [-1, targets, heads, width]) as Tensor, weights };
}

/** Weights as callers know them: `[batch, heads, targets, sources]`. */
export function weightsByHead(weights: Tensor): Tensor {
  const [, groups, targets, size, sources] = weights.shape as [number, number, number, number, number];
  return reshape(transpose(weights, [0, 1, 3, 2, 4]), [-1, groups * size, targets, sources]) as Tensor;
}
