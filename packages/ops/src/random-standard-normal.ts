/** `randomStandardNormal`: normally distributed random numbers of mean 0 and deviation 1. */
import { type DType, nd, type OperationFunction, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { keyOrNext } from './definition/global-generator.ts';
import { type KeyOptions, type RandomFloats, randomDType, withOptionalKey } from './definition/random.ts';
import { randomNormal } from './random-normal.ts';

type Options = KeyOptions & { readonly dtype?: DType };

const fromKey: OperationFunction<(key: Tensor, shape: readonly number[], options?: Options) => Tensor> =
  defineComposite({
    name: 'randomStandardNormal',
    inputs: ['key'],
    doc: {
      group: 'random',
      summary: 'Random numbers, normally distributed with mean 0 and standard deviation 1.',
      notes: ['The numbers of `randomNormal` without options.', 'Without a key, the global generator gives one.'],
      see: ['key', 'randomNormal', 'truncatedNormal'],
    },
    arguments: (key: Tensor, shape: readonly number[], options: Options = {}) => ({
      inputs: [key],
      attributes: { shape, dtype: randomDType('randomStandardNormal', options.dtype) },
    }),
    compose: ([key], { shape, dtype }) => randomNormal(shape as number[], { key, dtype }) as Tensor,
    nonDifferentiable: 'the operand is a key',
    samples: [
      { label: 'a matrix', inputs: [nd([2], [0, 42], 'uint32')], rest: [[2, 3]] },
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
        says: /randomStandardNormal.*: key: expected a key, uint32\[2\], got float32\[2\]/,
      },
      {
        label: 'integers',
        inputs: [{ shape: [2], dtype: 'uint32' }],
        rest: [[3], { dtype: 'int32' }],
        code: 'E_DTYPE',
        says: /randomStandardNormal: dtype: expected a floating dtype, got int32/,
      },
    ],
  });

/**
 * Random numbers, normally distributed with mean 0 and standard deviation 1.
 *
 * @throws `E_DTYPE` for a dtype that is not floating, `E_CAPTURE_IMPURE` without a key during a capture.
 * @example
 * ```ts
 * import { key, randomStandardNormal } from '@deft/tensor';
 * console.log(randomStandardNormal([2, 3], { key: key(42) }).shape); // [2, 3]
 * ```
 */
export const randomStandardNormal: OperationFunction<RandomFloats<KeyOptions>> = withOptionalKey(
  fromKey,
  (shape, options: Options = {}) => fromKey(keyOrNext(options.key), shape as readonly number[], options),
);
