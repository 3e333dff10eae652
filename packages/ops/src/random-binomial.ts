/** `randomBinomial`: random counts of successes. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { add } from './add.ts';
import { cast } from './cast.ts';
import { cumSum } from './cum-sum.ts';
import type { TensorLike } from './definition/convert.ts';
import {
  chosenCounts,
  invertedCounts,
  logFactorial,
  ofCounts,
  type Regime,
  rejectedCounts,
  rejectionFrom,
} from './definition/counting.ts';
import { defineComposite } from './definition/define.ts';
import { keysFrom, parameter, type RandomCounts, spread } from './definition/distributions.ts';
import { keyOrNext } from './definition/global-generator.ts';
import { type KeyOptions, withOptionalKey } from './definition/random.ts';
import { div } from './div.ts';
import { equal } from './equal.ts';
import { floor } from './floor.ts';
import { greater } from './greater.ts';
import { greaterEqual } from './greater-equal.ts';
import { lessEqual } from './less-equal.ts';
import { log } from './log.ts';
import { log1p } from './log1p.ts';
import { logicalAnd } from './logical-and.ts';
import { maximum } from './maximum.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { sqrt } from './sqrt.ts';
import { sub } from './sub.ts';
import { where } from './where.ts';

/** Options of `randomBinomial`. */
export interface RandomBinomialOptions extends KeyOptions {
  /** How often is tried, one for all or a tensor that broadcasts to the shape; 1 unless told. */
  readonly trials?: TensorLike;
  /** The probability of success, one for all or a tensor that broadcasts to the shape; 0.5 unless told. */
  readonly probability?: TensorLike;
}

const fromKey: OperationFunction<
  (key: Tensor, trials: TensorLike, probability: TensorLike, shape: readonly number[]) => Tensor
> = defineComposite({
  name: 'randomBinomial',
  inputs: ['key', 'trials', 'probability'],
  doc: {
    group: 'random',
    summary: 'Random counts of successes in a number of trials, as int32.',
    math: 'P(k) = n! / (k! (n − k)!) · pᵏ (1 − p)ⁿ⁻ᵏ',
    notes: [
      'Where n · min(p, 1 − p) is below 10, by inverting the distribution function, from 53 random bits; from there on by Hörmann’s transformed rejection (BTRS, 1993), 24 rounds side by side: the chance that all reject a number is below 2⁻⁴⁰.',
      'Whole trials from 0 to 2³⁰ and probabilities from 0 to 1; −1 for any other, and for NaN.',
      'Computed in float64. Parameters that are plain numbers need only one of the two ways.',
    ],
    see: ['key', 'randomBernoulli', 'randomPoisson', 'multinomial'],
  },
  arguments: (key: Tensor, trials: TensorLike, probability: TensorLike, shape: readonly number[]) => {
    const known = typeof trials === 'number' && typeof probability === 'number';
    const mean = known ? trials * Math.min(probability, 1 - probability) : Number.NaN;
    const regime: Regime = !known ? 'both' : mean < rejectionFrom ? 'small' : 'large';
    const inputs = [
      key,
      parameter('randomBinomial', 'trials', trials, 'float64'),
      parameter('randomBinomial', 'probability', probability, 'float64'),
    ];
    return { inputs, attributes: { shape, regime } };
  },
  compose: ([key, trials, probability], { shape, regime }): Tensor => {
    const [first, ...others] = keysFrom('randomBinomial', key, 3) as [Tensor, ...Tensor[]];
    const [n, p] = [spread(trials, shape, 'float64'), spread(probability, shape, 'float64')];
    const counts = logicalAnd(logicalAnd(greaterEqual(n, 0), lessEqual(n, 2 ** 30)), equal(floor(n), n));
    const good = logicalAnd(counts, logicalAnd(greaterEqual(p, 0), lessEqual(p, 1))) as Tensor;
    const often = greater(p, 0.5) as Tensor;
    const rare = where(often, sub(1, p), p) as Tensor;
    const mean = mul(n, rare) as Tensor;
    const small = (inRange: Tensor): Tensor => {
      const possible = logicalAnd(inRange, greater(mean, 0)) as Tensor;
      const [tries, chance] = [where(possible, n, 1), where(possible, rare, 0.5)] as [Tensor, Tensor];
      const count = ofCounts(shape.length, (k) => k);
      // Logarithms of the ratios (n − k + 1) / k of binomial coefficients, from k = 1 on; nothing beyond n.
      const left = maximum(add(sub(tries, count), 1), 0);
      const ratios = sub(
        where(equal(count, 0), 0, log(where(equal(count, 0), 1, left))),
        ofCounts(shape.length, (k) => (k === 0 ? 0 : Math.log(k))),
      );
      const chances = add(mul(count, log(chance)), mul(sub(tries, count), log1p(neg(chance))));
      const drawn = invertedCounts('randomBinomial', first, add(cumSum(ratios, { axis: 0 }), chances) as Tensor);
      return where(equal(mean, 0), 0, drawn) as Tensor;
    };
    const large = (inRange: Tensor): Tensor => {
      const [tries, chance] = [where(inRange, n, 40), where(inRange, rare, 0.5)] as [Tensor, Tensor];
      const deviation = sqrt(mul(mul(tries, chance), sub(1, chance)));
      const b = add(mul(deviation, 2.53), 1.15) as Tensor;
      const a = add(add(mul(b, 0.0248), -0.0873), mul(chance, 0.01)) as Tensor;
      const height = log(mul(add(div(5.1, b), 2.83), deviation));
      const mode = floor(mul(add(tries, 1), chance)) as Tensor;
      const odds = log(div(chance, sub(1, chance)));
      const logWays = (k: Tensor): Tensor => add(logFactorial(k), logFactorial(sub(tries, k) as Tensor)) as Tensor;
      const logRatio = (k: Tensor): Tensor => {
        const isCount = logicalAnd(greaterEqual(k, 0), lessEqual(k, tries));
        const safe = where(isCount, k, mode) as Tensor;
        const ratio = sub(add(sub(logWays(mode), logWays(safe)), mul(sub(safe, mode), odds)), height);
        return where(isCount, ratio, Number.NEGATIVE_INFINITY) as Tensor;
      };
      const center = add(mul(tries, chance), 0.5) as Tensor;
      return rejectedCounts('randomBinomial', others, { a, b, center, logRatio });
    };
    const drawn = chosenCounts(regime, mean, good, small, large);
    return where(logicalAnd(good, often), sub(cast(where(good, n, 0), 'int32'), drawn), drawn) as Tensor;
  },
  nonDifferentiable: 'the result is an integer',
  samples: [
    {
      label: 'parameters of their own',
      inputs: [nd([2], [7, 6], 'uint32'), nd([3, 1], [3, 100, 0]), nd([1], [0.25])],
      rest: [[3, 2]],
    },
    {
      label: 'always, and no distribution',
      inputs: [nd([2], [0, 3], 'uint32'), nd([3, 1], [50, 4, 2.5]), nd([3, 1], [1, NaN, 0.5])],
      rest: [[3, 2]],
    },
    { label: 'empty', inputs: [nd([2], [0, 0], 'uint32'), nd([], [1]), nd([], [0.5])], rest: [[0, 2]] },
  ],
  errors: [
    {
      label: 'no key',
      inputs: [{ shape: [2] }, { shape: [] }, { shape: [] }],
      rest: [[3]],
      code: 'E_DTYPE',
      says: /randomBinomial: key: expected a key, uint32\[2\], got float32\[2\]/,
    },
    {
      label: 'trials that do not fit',
      inputs: [{ shape: [2], dtype: 'uint32' }, { shape: [2] }, { shape: [] }],
      rest: [[3]],
      code: 'E_BROADCAST',
      says: /randomBinomial/,
    },
  ],
});

/**
 * Random counts of successes as int32. Trials and probability are numbers or tensors that broadcast to the shape.
 *
 * @throws `E_BROADCAST` for a parameter that does not fit the shape, `E_CAPTURE_IMPURE` without a key during a capture.
 * @example
 * ```ts
 * import { key, randomBinomial } from '@deft/tensor';
 * console.log(randomBinomial([2, 3], { key: key(42), trials: 10, probability: 0.3 }).dtype); // 'int32'
 * ```
 */
export const randomBinomial: OperationFunction<RandomCounts<RandomBinomialOptions>> = withOptionalKey(
  fromKey,
  (shape, options: RandomBinomialOptions = {}) => {
    const { trials = 1, probability = 0.5 } = options;
    return fromKey(keyOrNext(options.key), trials, probability, shape as readonly number[]);
  },
);
