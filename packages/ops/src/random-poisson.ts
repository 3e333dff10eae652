/** `randomPoisson`: random counts of events. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { add } from './add.ts';
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
import { greater } from './greater.ts';
import { greaterEqual } from './greater-equal.ts';
import { lessEqual } from './less-equal.ts';
import { log } from './log.ts';
import { logicalAnd } from './logical-and.ts';
import { mul } from './mul.ts';
import { sqrt } from './sqrt.ts';
import { sub } from './sub.ts';
import { where } from './where.ts';

/** Options of `randomPoisson`. */
export interface RandomPoissonOptions extends KeyOptions {
  /** The mean count, one for all or a tensor that broadcasts to the shape; 1 unless told. */
  readonly rate?: TensorLike;
}

const logFactorials: number[] = [0];
for (let k = 1; k < 64; k++) logFactorials.push((logFactorials[k - 1] as number) + Math.log(k));

const fromKey: OperationFunction<(key: Tensor, rate: TensorLike, shape: readonly number[]) => Tensor> = defineComposite(
  {
    name: 'randomPoisson',
    inputs: ['key', 'rate'],
    doc: {
      group: 'random',
      summary: 'Random counts of events of a given rate, as int32.',
      math: 'P(k) = rateᵏ exp(−rate) / k!',
      notes: [
        'Below a rate of 10 by inverting the distribution function, from 53 random bits; from there on by Hörmann’s transformed rejection (PTRS, 1993), 24 rounds side by side: the chance that all reject a number is below 2⁻⁴⁰.',
        'Rates from 0 to 2³⁰; −1 for any other, and for NaN.',
        'Computed in float64. A rate that is a plain number needs only one of the two ways.',
      ],
      see: ['key', 'randomBinomial', 'randomExponential'],
    },
    arguments: (key: Tensor, rate: TensorLike, shape: readonly number[]) => {
      const regime: Regime = typeof rate !== 'number' ? 'both' : rate < rejectionFrom ? 'small' : 'large';
      return { inputs: [key, parameter('randomPoisson', 'rate', rate, 'float64')], attributes: { shape, regime } };
    },
    compose: ([key, rate], { shape, regime }): Tensor => {
      const [first, ...others] = keysFrom('randomPoisson', key, 3) as [Tensor, ...Tensor[]];
      const wanted = spread(rate, shape, 'float64');
      const good = logicalAnd(greaterEqual(wanted, 0), lessEqual(wanted, 2 ** 30)) as Tensor;
      const small = (inRange: Tensor): Tensor => {
        const mean = where(logicalAnd(inRange, greater(wanted, 0)), wanted, 1) as Tensor;
        const count = ofCounts(shape.length, (k) => k);
        const factorials = ofCounts(shape.length, (k) => logFactorials[k] as number);
        const counts = invertedCounts(
          'randomPoisson',
          first,
          sub(sub(mul(count, log(mean)), mean), factorials) as Tensor,
        );
        return where(equal(wanted, 0), 0, counts) as Tensor;
      };
      const large = (inRange: Tensor): Tensor => {
        const mean = where(inRange, wanted, rejectionFrom) as Tensor;
        const b = add(mul(sqrt(mean), 2.53), 0.931) as Tensor;
        const a = sub(mul(b, 0.02483), 0.059) as Tensor;
        const height = log(add(div(1.1328, sub(b, 3.4)), 1.1239));
        const logRatio = (k: Tensor): Tensor => {
          const isCount = greaterEqual(k, 0);
          const safe = where(isCount, k, 0) as Tensor;
          const ratio = sub(sub(sub(mul(safe, log(mean)), mean), logFactorial(safe)), height);
          return where(isCount, ratio, Number.NEGATIVE_INFINITY) as Tensor;
        };
        return rejectedCounts('randomPoisson', others, { a, b, center: add(mean, 0.43) as Tensor, logRatio });
      };
      return chosenCounts(regime, wanted, good, small, large);
    },
    nonDifferentiable: 'the result is an integer',
    samples: [
      { label: 'small', inputs: [nd([2], [0, 42], 'uint32'), nd([], [2.5])], rest: [[2, 3]] },
      { label: 'large', inputs: [nd([2], [0, 1], 'uint32'), nd([], [1000])], rest: [[4]] },
      {
        label: 'rates of their own',
        inputs: [nd([2], [7, 6], 'uint32'), nd([3, 1], [0, 9.5, 12])],
        rest: [[3, 2]],
      },
      { label: 'no distribution', inputs: [nd([2], [0, 3], 'uint32'), nd([3, 1], [-1, NaN, 2 ** 31])], rest: [[3, 1]] },
      { label: 'empty', inputs: [nd([2], [0, 0], 'uint32'), nd([], [1])], rest: [[0, 2]] },
    ],
    errors: [
      {
        label: 'no key',
        inputs: [{ shape: [2] }, { shape: [] }],
        rest: [[3]],
        code: 'E_DTYPE',
        says: /randomPoisson: key: expected a key, uint32\[2\], got float32\[2\]/,
      },
      {
        label: 'a rate that does not fit',
        inputs: [{ shape: [2], dtype: 'uint32' }, { shape: [2] }],
        rest: [[3]],
        code: 'E_BROADCAST',
        says: /randomPoisson/,
      },
    ],
  },
);

/**
 * Random counts of events as int32. The rate, their mean, is a number or a tensor that broadcasts to the shape.
 *
 * @throws `E_BROADCAST` for a rate that does not fit the shape, `E_CAPTURE_IMPURE` without a key during a capture.
 * @example
 * ```ts
 * import { key, randomPoisson } from '@deft/tensor';
 * console.log(randomPoisson([2, 3], { key: key(42), rate: 4 }).dtype); // 'int32'
 * ```
 */
export const randomPoisson: OperationFunction<RandomCounts<RandomPoissonOptions>> = withOptionalKey(
  fromKey,
  (shape, options: RandomPoissonOptions = {}) =>
    fromKey(keyOrNext(options.key), options.rate ?? 1, shape as readonly number[]),
);
