/**
 * Keys and values of the steps so far, kept in a layer's state while a sequence is worked through piece by piece. The caches
 * have room for the longest sequence; a counter says how many steps are there. Steps are written at the counter, and see what
 * lies before them and themselves.
 */
import { type DType, Tensor } from '@deft/core';
import { add, cast, expandDims, lessEqual, logicalAnd, ones, scalar, scatterUpdate, where, zeros } from '@deft/tensor';
import { type DTypePolicy, toCompute } from '../dtype-policy.ts';
import type { Decoding, Weights } from '../layer.ts';
import { seenByPlace } from './attend.ts';
import { positionsFrom } from './rotation.ts';

/** What the state holds. */
type Cache = {
  /** `[batch, length, groups, features]`. */
  readonly keyCache: Tensor;
  /** `[batch, length, groups, width]`. */
  readonly valueCache: Tensor;
  /** Which of the steps that are there count: `bool[batch, length]`. */
  readonly maskCache: Tensor;
  /** How many steps are there: `int32[]`. */
  readonly position: Tensor;
};

/** Caches of nothing, with room for sequences of a length. */
export function emptyCache(
  { batch, length }: Decoding,
  groups: number,
  features: number,
  width: number,
  policy: DTypePolicy | undefined,
): Cache {
  return {
    keyCache: toCompute(policy, zeros([batch, length, groups, features]) as Tensor),
    valueCache: toCompute(policy, zeros([batch, length, groups, width]) as Tensor),
    maskCache: zeros([batch, length], 'bool') as Tensor,
    position: startPosition(),
  };
}

/** The counter before the first step. */
export function startPosition(): Tensor {
  return scalar(0, 'int32') as Tensor;
}

/** The counter in a layer's state; nothing where it works on whole sequences. */
export function positionIn(state: Weights): Tensor | undefined {
  const position = Object.hasOwn(state, 'position') ? state['position'] : undefined;
  return position instanceof Tensor ? position : undefined;
}

/** The counter after more steps. */
export function positionAfter(position: Tensor, steps: number): Tensor {
  return add(position, scalar(steps, 'int32')) as Tensor;
}

/** What attention goes on with after steps were written. */
export interface Extended {
  readonly key: Tensor;
  readonly value: Tensor;
  /** `bool[batch, steps, length]`. */
  readonly seen: Tensor;
  /** Whether all steps found room: `bool[]`. */
  readonly fits: Tensor;
  /** The caches as they are now. */
  readonly cache: Weights;
}

/** Writes steps `[batch, steps, groups, …]` behind those that are there. */
export function extendCache(
  state: Weights,
  key: Tensor,
  value: Tensor,
  counts: Tensor | undefined,
  window: number | null = null,
): Extended {
  const { keyCache, valueCache, maskCache, position } = state as unknown as Cache;
  const [batch, steps] = key.shape as [number, number];
  const length = keyCache.shape[1] as number;
  const places = positionsFrom(position, steps);
  const write = (cache: Tensor, made: Tensor): Tensor =>
    scatterUpdate(cache, cast(made, cache.dtype) as Tensor, places, { axis: 1 }) as Tensor;
  const next: Cache = {
    keyCache: write(keyCache, key),
    valueCache: write(valueCache, value),
    maskCache: write(maskCache, counts ?? (ones([batch, steps], 'bool') as Tensor)),
    position: positionAfter(position, steps),
  };
  const before = seenByPlace(places, length, { isCausal: true, window }) as Tensor;
  return {
    key: cast(next.keyCache, key.dtype) as Tensor,
    value: cast(next.valueCache, value.dtype) as Tensor,
    seen: logicalAnd(expandDims(next.maskCache, 1), before) as Tensor,
    fits: lessEqual(next.position, length) as Tensor,
    cache: next,
  };
}

/** A scale that makes everything NaN where steps found no room: their values would be wrong. */
export function scaleWhere(fits: Tensor, scale: number, dtype: DType): Tensor {
  return cast(where(fits, scale, Number.NaN), dtype) as Tensor;
}
