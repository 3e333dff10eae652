/** `truncatedNormal`: normally distributed random numbers within two standard deviations. */
import { type DType, nd, type OperationFunction, type Tensor } from '@deft/core';
import { add } from './add.ts';
import { cast } from './cast.ts';
import { defineComposite } from './definition/define.ts';
import { keyOrNext } from './definition/global-generator.ts';
import { finiteNumber } from './definition/options.ts';
import {
  type KeyOptions,
  type RandomFloats,
  randomDType,
  symmetricNumbers,
  withOptionalKey,
} from './definition/random.ts';
import { erfInv } from './erf-inv.ts';
import { mul } from './mul.ts';

/** Options of `truncatedNormal`. */
export interface TruncatedNormalOptions extends KeyOptions {
  /** The mean; 0 unless told. */
  readonly mean?: number;
  /** The standard deviation before the ends are cut off; 1 unless told. */
  readonly standardDeviation?: number;
}

type Options = TruncatedNormalOptions & { readonly dtype?: DType };

/** erf(√2): the probability to lie within two standard deviations. */
const withinTwo = 0.9544997361036416;
const fromKey: OperationFunction<(key: Tensor, shape: readonly number[], options?: Options) => Tensor> =
  defineComposite({
    name: 'truncatedNormal',
    inputs: ['key'],
    doc: {
      group: 'random',
      summary: 'Random numbers, normally distributed, none farther than two standard deviations from the mean.',
      notes: [
        'By the inverse of the error function over the part of its range that two standard deviations cover; nothing is drawn twice.',
        'Without a key, the global generator gives one.',
      ],
      see: ['key', 'randomNormal'],
    },
    arguments: (key: Tensor, shape: readonly number[], options: Options = {}) => ({
      inputs: [key],
      attributes: {
        shape,
        mean: finiteNumber('truncatedNormal', 'mean', options.mean ?? 0),
        standardDeviation: finiteNumber('truncatedNormal', 'standardDeviation', options.standardDeviation ?? 1, 0),
        dtype: randomDType('truncatedNormal', options.dtype),
      },
    }),
    compose: ([key], { shape, mean, standardDeviation, dtype }): Tensor => {
      const normal = mul(
        erfInv(mul(symmetricNumbers('truncatedNormal', key, shape, dtype), withinTwo)),
        Math.SQRT2 * standardDeviation,
      );
      return cast(mean === 0 ? normal : add(normal, mean), dtype);
    },
    nonDifferentiable: 'the operand is a key',
    samples: [
      { label: 'standard', inputs: [nd([2], [0, 42], 'uint32')], rest: [[2, 3]] },
      {
        label: 'mean and deviation',
        inputs: [nd([2], [0, 1], 'uint32')],
        rest: [[4], { mean: 3, standardDeviation: 0.5 }],
      },
      { label: 'float64', inputs: [nd([2], [5, 6], 'uint32')], rest: [[3], { dtype: 'float64' }] },
      { label: 'a scalar', inputs: [nd([2], [1, 2], 'uint32')], rest: [[]] },
      { label: 'empty', inputs: [nd([2], [0, 0], 'uint32')], rest: [[0, 2]] },
    ],
    errors: [
      {
        label: 'no key',
        inputs: [{ shape: [2] }],
        rest: [[3]],
        code: 'E_DTYPE',
        says: /truncatedNormal: key: expected a key, uint32\[2\], got float32\[2\]/,
      },
      {
        label: 'a negative deviation',
        inputs: [{ shape: [2], dtype: 'uint32' }],
        rest: [[3], { standardDeviation: -1 }],
        code: 'E_ATTRIBUTE',
        says: /truncatedNormal: standardDeviation: .*at least 0, got -1/,
      },
      {
        label: 'integers',
        inputs: [{ shape: [2], dtype: 'uint32' }],
        rest: [[3], { dtype: 'int32' }],
        code: 'E_DTYPE',
        says: /truncatedNormal: dtype: expected a floating dtype, got int32/,
      },
    ],
  });

/**
 * Random numbers, normally distributed, none farther than two standard deviations from the mean.
 *
 * @throws `E_ATTRIBUTE` for a bad mean or deviation, `E_DTYPE` for a dtype that is not floating, `E_CAPTURE_IMPURE` without
 * a key during a capture.
 * @example
 * ```ts
 * import { key, truncatedNormal } from '@deft/tensor';
 * console.log(truncatedNormal([2, 3], { key: key(42), standardDeviation: 0.1 }).shape); // [2, 3]
 * ```
 */
export const truncatedNormal: OperationFunction<RandomFloats<TruncatedNormalOptions>> = withOptionalKey(
  fromKey,
  (shape, options: Options = {}) => fromKey(keyOrNext(options.key), shape as readonly number[], options),
);
