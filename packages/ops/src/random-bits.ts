/** `randomBits`: random 32-bit words. */
import { nd, type OperationFunction, type Shape, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { keyOrNext } from './definition/global-generator.ts';
import { type Key, type KeyOptions, randomWords, withOptionalKey } from './definition/random.ts';

type RandomBits = <const S extends Shape>(shape: S, options?: KeyOptions) => Tensor<S, 'uint32'>;
type FromKey = (key: Key | Tensor, shape: readonly number[]) => Tensor;

const fromKey: OperationFunction<FromKey> = defineComposite({
  name: 'randomBits',
  inputs: ['key'],
  doc: {
    group: 'random',
    summary: 'Random 32-bit words.',
    math: 'randomBits(k)[i] = first word of Threefry(k, (i, 0))',
    notes: ['Without a key, the global generator gives one.'],
    see: ['key', 'randomUniform', 'threefry'],
  },
  arguments: (key: Tensor, shape: readonly number[]) => ({ inputs: [key], attributes: { shape } }),
  compose: ([key], { shape }) => randomWords('randomBits', key, shape),
  nonDifferentiable: 'the result is an integer',
  samples: [
    { label: 'a matrix', inputs: [nd([2], [0, 42], 'uint32')], rest: [[2, 3]] },
    { label: 'a scalar', inputs: [nd([2], [1, 2], 'uint32')], rest: [[]] },
    { label: 'empty', inputs: [nd([2], [0, 0], 'uint32')], rest: [[0]] },
  ],
  errors: [
    {
      label: 'no key',
      inputs: [{ shape: [2] }],
      rest: [[3]],
      code: 'E_DTYPE',
      says: /randomBits: key: expected a key, uint32\[2\], got float32\[2\]/,
    },
    {
      label: 'several keys',
      inputs: [{ shape: [3, 2], dtype: 'uint32' }],
      rest: [[3]],
      code: 'E_SHAPE',
      says: /randomBits: key: .*got uint32\[3, 2\]/,
    },
  ],
});

/**
 * Random 32-bit words, as uint32.
 *
 * @throws `E_DTYPE` or `E_SHAPE` when the key is none, `E_CAPTURE_IMPURE` without a key during a capture.
 * @example
 * ```ts
 * import { key, randomBits } from '@deft/tensor';
 * console.log(randomBits([2, 3], { key: key(42) }).dtype); // 'uint32'
 * ```
 */
export const randomBits: OperationFunction<RandomBits> = withOptionalKey(fromKey, (shape, options = {}) =>
  fromKey(keyOrNext(options.key), shape as readonly number[]),
);
