/**
 * Drawing the next token: what a model says of every token becomes a choice. Temperature, `topK` and `topP` each narrow or widen
 * what may be drawn, in this order, as generators of text do. The definition sorts all tokens, which for a large vocabulary takes
 * longer than many a model: so the same token is found without (`token-line.ts`).
 */
import { raise } from '@deft/core';
import { checkCount } from './number-checks.ts';
import { type Standing, TokenLine } from './token-line.ts';

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
  return (logits, uniform) => {
    const best = mostProbable(logits);
    const own = weightsOf(logits, best, 1);
    let total = 0;
    for (let token = 0; token < own.length; token++) total += own[token] as number;
    const draw = (): number => {
      const count = Math.min(topK ?? logits.length, logits.length);
      const line = new TokenLine(logits, count);
      const weights = temperature === 1 ? own : weightsOf(logits, best, temperature, line.tokens);
      const found = drawUnsorted(line, weights, topP, uniform);
      return found ?? drawSorted(byProbability(logits).slice(0, count), weights, topP, uniform);
    };
    const token = temperature === 0 ? best : draw();
    return { token, probability: (own[token] as number) / total };
  };
}

/**
 * What `drawSorted` draws, where that does not hang on how sums are rounded. Sums of `n` weights in two orders differ by less than
 * `2 n` roundings of the total, and what `drawSorted` takes away by less than `n` more; a place that is nearer than that to where a
 * token begins or ends is left to it.
 */
function drawUnsorted(line: TokenLine, weights: Float64Array, topP: number, uniform: number): number | undefined {
  let nucleus = 0;
  const { tokens } = line;
  for (let i = 0; i < tokens.length; i++) nucleus += weights[tokens[i] as number] as number;
  const margin = tokens.length * nucleus * 8 * Number.EPSILON;
  const at = (place: number): Standing | undefined => {
    const found = line.at(place, weights);
    return found && place - found.from > margin && found.to - place > margin ? found : undefined;
  };
  if (topP < 1) {
    const last = at(topP * nucleus);
    if (last === undefined) return undefined;
    nucleus = last.to;
  }
  return at(uniform * nucleus)?.token;
}

/** Draws one of the tokens `order`, whose weights fall: the definition. */
function drawSorted(order: readonly number[], weights: Float64Array, topP: number, uniform: number): number {
  const total = order.reduce((sum, token) => sum + (weights[token] as number), 0);
  let nucleus = 0;
  let count = 0;
  while (count < order.length && (count === 0 || nucleus < topP * total)) {
    nucleus += weights[order[count++] as number] as number;
  }
  let left = uniform * nucleus;
  for (let place = 0; place < count - 1; place++) {
    left -= weights[order[place] as number] as number;
    if (left < 0) return order[place] as number;
  }
  return order[count - 1] as number;
}

/** What softmax gives before it is divided by the sum: 1 for `best`, the token with the largest logit. All tokens unless told. */
function weightsOf(logits: ArrayLike<number>, best: number, temperature: number, tokens?: Int32Array): Float64Array {
  const weights = new Float64Array(logits.length);
  const most = logits[best] as number;
  const count = tokens?.length ?? weights.length;
  for (let i = 0; i < count; i++) {
    const token = tokens ? (tokens[i] as number) : i;
    weights[token] = Math.exp(((logits[token] as number) - most) / temperature);
  }
  return weights;
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
