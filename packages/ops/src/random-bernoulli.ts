/** `randomBernoulli`: random truth values. */
import { nd, type OperationFunction, type Shape, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { keyOrNext } from './definition/global-generator.ts';
import { finiteNumber } from './definition/options.ts';
import { type KeyOptions, unitNumbers, withOptionalKey } from './definition/random.ts';
import { less } from './less.ts';

/** Options of `randomBernoulli`. */
export interface RandomBernoulliOptions extends KeyOptions {
  /** The probability of true; 0.5 unless told. */
  readonly probability?: number;
}

type RandomBernoulli = <const S extends Shape>(shape: S, options?: RandomBernoulliOptions) => Tensor<S, 'bool'>;

const fromKey: OperationFunction<(key: Tensor, shape: readonly number[], options?: RandomBernoulliOptions) => Tensor> =
  defineComposite({
    name: 'randomBernoulli',
    inputs: ['key'],
    doc: {
      group: 'random',
      summary: 'Random truth values, true with a given probability.',
      math: 'randomBernoulli(k, p) = randomUniform(k) < p',
      notes: ['Without a key, the global generator gives one.'],
      see: ['key', 'randomUniform', 'dropout'],
    },
    arguments: (key: Tensor, shape: readonly number[], { probability = 0.5 }: RandomBernoulliOptions = {}) => ({
      inputs: [key],
      attributes: { shape, probability: finiteNumber('randomBernoulli', 'probability', probability, 0, 1) },
    }),
    compose: ([key], { shape, probability }) =>
      less(unitNumbers('randomBernoulli', key, shape, 'float32'), probability),
    nonDifferentiable: 'the result is bool',
    samples: [
      { label: 'even', inputs: [nd([2], [0, 42], 'uint32')], rest: [[2, 5]] },
      { label: 'a probability', inputs: [nd([2], [0, 1], 'uint32')], rest: [[6], { probability: 0.9 }] },
      { label: 'never', inputs: [nd([2], [0, 1], 'uint32')], rest: [[3], { probability: 0 }] },
      { label: 'always', inputs: [nd([2], [0, 1], 'uint32')], rest: [[3], { probability: 1 }] },
      { label: 'empty', inputs: [nd([2], [0, 0], 'uint32')], rest: [[0]] },
    ],
    errors: [
      {
        label: 'no key',
        inputs: [{ shape: [2] }],
        rest: [[3]],
        code: 'E_DTYPE',
        says: /randomBernoulli: key: expected a key/,
      },
      {
        label: 'no probability',
        inputs: [{ shape: [2], dtype: 'uint32' }],
        rest: [[3], { probability: 1.5 }],
        code: 'E_ATTRIBUTE',
        says: /randomBernoulli: probability: expected a finite number from 0 to 1, got 1.5/,
      },
    ],
  });

/**
 * Random truth values, true with a given probability (0.5 unless told).
 *
 * @throws `E_ATTRIBUTE` unless the probability lies between 0 and 1, `E_CAPTURE_IMPURE` without a key during a capture.
 * @example
 * ```ts
 * import { key, randomBernoulli } from '@deft/tensor';
 * console.log(randomBernoulli([8], { key: key(42), probability: 0.25 }).dtype); // 'bool'
 * ```
 */
export const randomBernoulli: OperationFunction<RandomBernoulli> = withOptionalKey(fromKey, (shape, options = {}) =>
  fromKey(keyOrNext(options.key), shape as readonly number[], options),
);
