/** Draws follow what was asked for, and are those of the definition, which sorts all tokens. */
import { threefry2x32 } from '@deft/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeSampler, type SamplingOptions } from './sampling.ts';

/** The definition: all tokens in a row, the most probable first, and the draw goes along it. */
function bySorting(logits: readonly number[], uniform: number, options: SamplingOptions): number {
  const { temperature = 1, topK = logits.length, topP = 1 } = options;
  const sorted = [...logits.entries()].sort(([a, x], [b, y]) => (x === y ? a - b : y - x)).slice(0, topK);
  const best = (sorted[0] as [number, number])[1];
  const row = sorted.map(([token, logit]) => ({ token, weight: Math.exp((logit - best) / temperature) }));
  const least = topP * row.reduce((sum, { weight }) => sum + weight, 0);
  let nucleus = 0;
  const kept = row.filter(({ weight }, place) => {
    if (place > 0 && nucleus >= least) return false;
    nucleus += weight;
    return true;
  });
  let left = uniform * nucleus;
  const drawn = kept.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  return (drawn ?? (kept.at(-1) as { token: number })).token;
}

describe('sampling', () => {
  const logits = fc.array(fc.float({ min: -8, max: 8, noNaN: true }), { minLength: 1, maxLength: 9 });
  const uniform = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const probabilities = (scores: number[], temperature = 1): number[] => {
    const best = Math.max(...scores);
    const weights = scores.map((score) => Math.exp((score - best) / temperature));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight) => weight / total);
  };

  it('draws tokens as often as they are probable', () => {
    const scores = [0.3, -1, 2, 1.1];
    const sample = makeSampler('test', { temperature: 0.8 });
    const counts = [0, 0, 0, 0];
    const draws = 20_000;
    for (let i = 0; i < draws; i++)
      (counts[sample(scores, threefry2x32([1, 2], [i, 0])[0] / 2 ** 32).token] as number)++;
    for (const [token, p] of probabilities(scores, 0.8).entries()) {
      // Five deviations.
      expect(Math.abs((counts[token] as number) / draws - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / draws));
    }
  });

  it('never leaves the most probable topK, and the fewest that reach topP', () => {
    fc.assert(
      fc.property(
        logits,
        uniform,
        fc.integer({ min: 1, max: 9 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (scores, u, topK, topP) => {
          const { token, probability } = makeSampler('test', { topK, topP })(scores, u);
          expect(probability).toBeCloseTo(probabilities(scores)[token] as number, 10);
          const better = scores.filter(
            (score, i) => score > (scores[token] as number) || (score === scores[token] && i < token),
          );
          expect(better.length).toBeLessThan(topK);
          const kept = probabilities([...scores].sort((a, b) => b - a).slice(0, topK));
          const before = kept.slice(0, better.length).reduce((sum, p) => sum + p, 0);
          expect(before).toBeLessThan(topP + 1e-9);
        },
      ),
    );
  });

  it('at temperature 0 takes the first of the most probable', () => {
    fc.assert(
      fc.property(logits, uniform, (scores, u) => {
        expect(makeSampler('test', { temperature: 0 })(scores, u).token).toBe(scores.indexOf(Math.max(...scores)));
      }),
    );
  });

  it('is what sorting all tokens gives, wherever the draw falls', () => {
    // Few different values, so that many tokens are as probable.
    const ties = fc.array(fc.constantFrom(-1, 0, 0.5, 2, Number.NEGATIVE_INFINITY), { minLength: 1, maxLength: 300 });
    const many = fc.record({
      seed: fc.nat(),
      size: fc.integer({ min: 1, max: 2000 }),
      spread: fc.double({ min: 0, max: 9, noNaN: true }),
    });
    const scores = fc.oneof(
      logits,
      ties.filter((all) => all.some(Number.isFinite)),
      many.map(({ seed, size, spread }) =>
        Array.from({ length: size }, (_, i) => spread * (threefry2x32([seed, 1], [i, 0])[0] / 2 ** 31 - 1)),
      ),
    );
    const options = fc.record(
      {
        temperature: fc.constantFrom(0.3, 1, 2),
        topK: fc.integer({ min: 1, max: 40 }),
        topP: fc.oneof(fc.constantFrom(0.25, 0.5, 0.75), fc.double({ min: 0.01, max: 1, noNaN: true })),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(scores, uniform, fc.nat(), options, (all, u, token, chosen) => {
        const sample = makeSampler('test', chosen);
        expect(sample(all, u).token).toBe(bySorting(all, u, chosen));
        // Draws that fall between two tokens, but for rounding, which then decides.
        const row = probabilities(all, chosen.temperature).sort((a, b) => b - a);
        const between = row.slice(0, token % row.length).reduce((sum, p) => sum + p, 0);
        const narrowed = { ...chosen, topP: between > 0 && between < 1 ? between : 1 };
        if (between < 1) expect(sample(all, between).token).toBe(bySorting(all, between, chosen));
        expect(makeSampler('test', narrowed)(all, u).token).toBe(bySorting(all, u, narrowed));
      }),
      { numRuns: 1000 },
    );
  });

  it('is what sorting all tokens gives for a large vocabulary', () => {
    const random = (seed: number, i: number): number => threefry2x32([seed, 2], [i, 0])[0] / 2 ** 32;
    for (const chosen of [{}, { topK: 50 }, { topP: 0.9 }, { temperature: 0.7, topK: 2000, topP: 0.8 }]) {
      const all = Float32Array.from({ length: 50_000 }, (_, i) => 4 * Math.log(1 / (1e-9 + random(3, i)) - 1));
      const sample = makeSampler('test', chosen);
      for (let i = 0; i < 3; i++) {
        expect(sample(all, random(4, i)).token).toBe(bySorting(Array.from(all), random(4, i), chosen));
      }
    }
  });
});
