/** `randomUniformInt`: random whole numbers between two ends. */
import { nd, type OperationFunction, type Shape, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { keyOrNext } from './definition/global-generator.ts';
import { type KeyOptions, withOptionalKey } from './definition/random.ts';
import { randomInteger } from './random-integer.ts';

type RandomUniformInt = <const S extends Shape>(
  shape: S,
  minimum: number,
  maximum: number,
  options?: KeyOptions,
) => Tensor<S, 'int32'>;

const fromKey: OperationFunction<(key: Tensor, shape: readonly number[], minimum: number, maximum: number) => Tensor> =
  defineComposite({
    name: 'randomUniformInt',
    inputs: ['key'],
    doc: {
      group: 'random',
      summary: 'Random whole numbers, minimum ≤ n < maximum, as int32.',
      notes: ['The numbers of `randomInteger`.', 'Without a key, the global generator gives one.'],
      see: ['key', 'randomInteger', 'randomUniform'],
    },
    arguments: (key: Tensor, shape: readonly number[], minimum: number, maximum: number) => ({
      inputs: [key],
      attributes: { shape, minimum, maximum },
    }),
    compose: ([key], { shape, ...ends }) => randomInteger(shape as number[], { key, ...ends }) as Tensor,
    nonDifferentiable: 'the result is an integer',
    samples: [
      { label: 'a die', inputs: [nd([2], [0, 42], 'uint32')], rest: [[8], 1, 7] },
      { label: 'below 0', inputs: [nd([2], [0, 42], 'uint32')], rest: [[2, 2], -3, -1] },
      { label: 'a scalar', inputs: [nd([2], [0, 1], 'uint32')], rest: [[], 0, 100] },
      { label: 'empty', inputs: [nd([2], [0, 0], 'uint32')], rest: [[0], 0, 3] },
    ],
    errors: [
      {
        label: 'no key',
        inputs: [{ shape: [2] }],
        rest: [[3], 0, 2],
        code: 'E_DTYPE',
        says: /randomUniformInt.*: key: expected a key/,
      },
      {
        label: 'no room',
        inputs: [{ shape: [2], dtype: 'uint32' }],
        rest: [[3], 1, 1],
        code: 'E_ATTRIBUTE',
        says: /randomUniformInt.*: maximum: expected more than the minimum, 1, .*got 1/,
      },
    ],
  });

/**
 * Random whole numbers, minimum ≤ n < maximum, as int32.
 *
 * @throws `E_ATTRIBUTE` for bad ends, `E_CAPTURE_IMPURE` without a key during a capture.
 * @example
 * ```ts
 * import { key, randomUniformInt } from '@deft/tensor';
 * console.log(randomUniformInt([10], 1, 7, { key: key(42) }).dtype); // 'int32'
 * ```
 */
export const randomUniformInt: OperationFunction<RandomUniformInt> = withOptionalKey(
  fromKey,
  (shape, minimum, maximum, options = {}) =>
    fromKey(keyOrNext(options.key), shape as readonly number[], minimum, maximum),
);
