/**
 * Drawing the next token: what a model says of every token becomes a choice. Temperature, `topK` and `topP` each narrow or widen
 * what may be drawn, in this order, as generators of text do.
 */
import { raise } from '@deft/core';
import { checkCount } from './number-checks.ts';

/** How a token is drawn from what a model says of all. */
export interface SamplingOptions {
  /** What logits are divided by: below 1 the probable becomes more probable; 0 always takes the most probable. 1 unless told. */
  readonly temperature?: number;
  /** Only so many of the most probable tokens may be drawn. */
  readonly topK?: number;
  /**
   * Only the most probable tokens may be drawn that together have at least this probability (Holtzman, Buys, Du, Forbes and Choi,
   * 2020).
   */
  readonly topP?: number;
}

/** A token, and how probable it was before anything was left out. */
export interface DrawnToken {
  readonly token: number;
  /** At temperature 1. */
  readonly probability: number;
}

/** Draws a token; `uniform` is a random number from 0 to below 1. */
export type Sampler = (logits: ArrayLike<number>, uniform: number) => DrawnToken;

/** Makes a sampler. Throws `E_MODEL` for options out of range. */
export function makeSampler(op: string, { temperature = 1, topK, topP = 1 }: SamplingOptions): Sampler {
  if (!(temperature >= 0 && temperature < Number.POSITIVE_INFINITY)) {
    raise('E_MODEL', { op, argument: 'temperature', expected: 'a number of at least 0', found: String(temperature) });
  }
  if (!(topP > 0 && topP <= 1)) {
    raise('E_MODEL', { op, argument: 'topP', expected: 'a number above 0, at most 1', found: String(topP) });
  }
  if (topK !== undefined) checkCount(op, 'topK', topK, 1);
  const isGreedy = temperature === 0;
  return (logits, uniform) => {
    const order = isGreedy ? [mostProbable(logits)] : byProbability(logits);
    const best = logits[order[0] as number] as number;
    const own = weightsOf(logits, best, 1);
    const total = own.reduce((sum, weight) => sum + weight, 0);
    const drawn = isGreedy ? 0 : draw(order.slice(0, topK), weightsOf(logits, best, temperature), topP, uniform);
    const token = order[drawn] as number;
    return { token, probability: (own[token] as number) / total };
  };
}

/** Draws a place of `order`, whose tokens have falling weights. */
function draw(order: readonly number[], weights: Float64Array, topP: number, uniform: number): number {
  const total = order.reduce((sum, token) => sum + (weights[token] as number), 0);
  let nucleus = 0;
  let count = 0;
  while (count < order.length && (count === 0 || nucleus < topP * total)) {
    nucleus += weights[order[count++] as number] as number;
  }
  let left = uniform * nucleus;
  for (let place = 0; place < count - 1; place++) {
    left -= weights[order[place] as number] as number;
    if (left < 0) return place;
  }
  return count - 1;
}

/** What softmax gives before it is divided by the sum: 1 for `best`, which is the largest logit. */
function weightsOf(logits: ArrayLike<number>, best: number, temperature: number): Float64Array {
  return Float64Array.from(logits, (logit) => Math.exp((logit - best) / temperature));
}

function mostProbable(logits: ArrayLike<number>): number {
  let best = 0;
  for (let token = 1; token < logits.length; token++) {
    if ((logits[token] as number) > (logits[best] as number)) best = token;
  }
  return best;
}

/** All tokens, the most probable first; among equals the one with the smaller number. */
function byProbability(logits: ArrayLike<number>): number[] {
  const order = Array.from({ length: logits.length }, (_, token) => token);
  return order.sort((a, b) => (logits[b] as number) - (logits[a] as number) || a - b);
}
