/** `randomPermutation`: the numbers from 0 in random order. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { argSort } from './arg-sort.ts';
import { defineComposite } from './definition/define.ts';
import { keyOrNext } from './definition/global-generator.ts';
import { checkWhole } from './definition/operand.ts';
import { type KeyOptions, randomWords, withOptionalKey } from './definition/random.ts';

type RandomPermutation = <const N extends number>(count: N, options?: KeyOptions) => Tensor<[N], 'int32'>;

const fromKey: OperationFunction<(key: Tensor, count: number) => Tensor> = defineComposite({
  name: 'randomPermutation',
  inputs: ['key'],
  doc: {
    group: 'random',
    summary: 'The numbers from 0 to count − 1 in random order, as int32.',
    math: 'randomPermutation(k, n) = argSort(randomBits(k)[0 … n − 1])',
    notes: ['Without a key, the global generator gives one.'],
    see: ['shuffle', 'argSort', 'key'],
  },
  arguments: (key: Tensor, count: number) => {
    checkWhole('randomPermutation', 'count', count, 0);
    return { inputs: [key], attributes: { count } };
  },
  compose: ([key], { count }) => argSort(randomWords('randomPermutation', key, [count])) as Tensor,
  nonDifferentiable: 'the result is an integer',
  samples: [
    { label: 'ten', inputs: [nd([2], [0, 42], 'uint32')], rest: [10] },
    { label: 'one', inputs: [nd([2], [0, 1], 'uint32')], rest: [1] },
    { label: 'none', inputs: [nd([2], [0, 1], 'uint32')], rest: [0] },
  ],
  errors: [
    {
      label: 'no key',
      inputs: [{ shape: [2] }],
      rest: [3],
      code: 'E_DTYPE',
      says: /randomPermutation: key: expected a key/,
    },
    {
      label: 'a bad count',
      inputs: [{ shape: [2], dtype: 'uint32' }],
      rest: [-1],
      code: 'E_ATTRIBUTE',
      says: /randomPermutation: count: .*at least 0, got -1/,
    },
  ],
});

/**
 * The numbers from 0 to count − 1 in random order, as int32.
 *
 * @throws `E_ATTRIBUTE` for a bad count, `E_CAPTURE_IMPURE` without a key during a capture.
 * @example
 * ```ts
 * import { key, randomPermutation } from '@deft/tensor';
 * console.log(randomPermutation(5, { key: key(42) }).shape); // [5]
 * ```
 */
export const randomPermutation: OperationFunction<RandomPermutation> = withOptionalKey(fromKey, (count, options = {}) =>
  fromKey(keyOrNext(options.key), count),
);
