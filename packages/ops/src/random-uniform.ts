/** `randomUniform`: evenly distributed random numbers. */
import { type DType, nd, type OperationFunction, raise, type Tensor } from '@deft/core';
import { add } from './add.ts';
import { defineComposite } from './definition/define.ts';
import { keyOrNext } from './definition/global-generator.ts';
import { finiteNumber } from './definition/options.ts';
import { type KeyOptions, type RandomFloats, randomDType, unitNumbers, withOptionalKey } from './definition/random.ts';
import { mul } from './mul.ts';

/** Options of `randomUniform`. */
export interface RandomUniformOptions extends KeyOptions {
  /** The lower end; 0 unless told. */
  readonly minimum?: number;
  /** The upper end; 1 unless told. */
  readonly maximum?: number;
}

type Options = RandomUniformOptions & { readonly dtype?: DType };

const fromKey: OperationFunction<(key: Tensor, shape: readonly number[], options?: Options) => Tensor> =
  defineComposite({
    name: 'randomUniform',
    inputs: ['key'],
    doc: {
      group: 'random',
      summary: 'Random numbers, evenly distributed over minimum ≤ u < maximum.',
      notes: [
        'Between 0 and 1 every multiple of 2⁻²⁴ (2⁻⁵³ in float64) is equally likely. For other ends rounding may give the maximum itself.',
        'Without a key, the global generator gives one.',
        'The same bits in every mode and on every backend.',
      ],
      see: ['key', 'randomNormal', 'randomInteger'],
    },
    arguments: (key: Tensor, shape: readonly number[], options: Options = {}) => {
      const minimum = finiteNumber('randomUniform', 'minimum', options.minimum ?? 0);
      const maximum = finiteNumber('randomUniform', 'maximum', options.maximum ?? 1);
      if (minimum > maximum) {
        raise('E_ATTRIBUTE', {
          op: 'randomUniform',
          argument: 'minimum',
          expected: `at most the maximum, ${maximum}`,
          found: String(minimum),
        });
      }
      return {
        inputs: [key],
        attributes: { shape, minimum, maximum, dtype: randomDType('randomUniform', options.dtype) },
      };
    },
    compose: ([key], { shape, minimum, maximum, dtype }): Tensor => {
      const unit = unitNumbers('randomUniform', key, shape, dtype);
      const scaled: Tensor = maximum - minimum === 1 ? unit : mul(unit, maximum - minimum);
      return minimum === 0 ? scaled : add(scaled, minimum);
    },
    nonDifferentiable: 'the operand is a key',
    samples: [
      { label: 'from 0 to 1', inputs: [nd([2], [0, 42], 'uint32')], rest: [[2, 3]] },
      { label: 'other ends', inputs: [nd([2], [0, 1], 'uint32')], rest: [[4], { minimum: -2, maximum: 3 }] },
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
        says: /randomUniform: key: expected a key, uint32\[2\], got float32\[2\]/,
      },
      {
        label: 'crossed ends',
        inputs: [{ shape: [2], dtype: 'uint32' }],
        rest: [[3], { minimum: 2 }],
        code: 'E_ATTRIBUTE',
        says: /randomUniform: minimum: expected at most the maximum, 1, got 2/,
      },
      {
        label: 'integers',
        inputs: [{ shape: [2], dtype: 'uint32' }],
        rest: [[3], { dtype: 'int32' }],
        code: 'E_DTYPE',
        says: /randomUniform: dtype: expected a floating dtype, got int32/,
      },
      {
        label: 'a negative dim',
        inputs: [{ shape: [2], dtype: 'uint32' }],
        rest: [[-3]],
        code: 'E_DIM',
        says: /shape: .*at least 0, got \[-3\]/,
      },
    ],
  });

/**
 * Random numbers, evenly distributed over minimum ≤ u < maximum (0 and 1 unless told).
 *
 * @throws `E_ATTRIBUTE` for bad ends, `E_DTYPE` for a dtype that is not floating, `E_CAPTURE_IMPURE` without a key during a
 * capture.
 * @example
 * ```ts
 * import { key, randomUniform } from '@deft/tensor';
 * console.log(randomUniform([2, 3], { key: key(42), minimum: -1 }).shape); // [2, 3]
 * ```
 */
export const randomUniform: OperationFunction<RandomFloats<RandomUniformOptions>> = withOptionalKey(
  fromKey,
  (shape, options: Options = {}) => fromKey(keyOrNext(options.key), shape as readonly number[], options),
);
