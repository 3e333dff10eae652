/** `splitKey`: several independent keys from one. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { checkWhole } from './definition/operand.ts';
import { type Key, keyWords, streams } from './definition/random.ts';
import { stack } from './stack.ts';
import { threefry } from './threefry.ts';

type SplitKey = (key: Key | Tensor, count?: number) => Tensor<[number, 2], 'uint32'>;

/**
 * Several independent keys from one, as rows; two unless told. Use the key itself no more.
 *
 * @throws `E_DTYPE` or `E_SHAPE` when the key is none, `E_ATTRIBUTE` for a bad count.
 * @example
 * ```ts
 * import { key, splitKey, unstack } from '@deft/tensor';
 * const [forWeights, forData] = unstack(splitKey(key(42)));
 * ```
 */
export const splitKey: OperationFunction<SplitKey> = defineComposite({
  name: 'splitKey',
  inputs: ['key'],
  doc: {
    group: 'random',
    summary: 'Several independent keys from one, as rows.',
    math: 'splitKey(k)[i] = Threefry(k, (i, 1))',
    see: ['key', 'foldIn', 'unstack'],
  },
  arguments: (key: Tensor, count = 2) => {
    checkWhole('splitKey', 'count', count, 0);
    return { inputs: [key], attributes: { count } };
  },
  compose: ([key], { count }): Tensor => {
    const [high, low] = keyWords('splitKey', key);
    const words = ([0, 1] as const).map((word) =>
      threefry(high, low, 0, { shape: [count], stream: streams.split, word }),
    );
    return stack(words, 1);
  },
  nonDifferentiable: 'the result is an integer',
  samples: [
    { label: 'two', inputs: [nd([2], [0, 42], 'uint32')] },
    { label: 'five', inputs: [nd([2], [4294967295, 7], 'uint32')], rest: [5] },
    { label: 'none', inputs: [nd([2], [0, 0], 'uint32')], rest: [0] },
  ],
  errors: [
    {
      label: 'no key',
      inputs: [{ shape: [2] }],
      code: 'E_DTYPE',
      says: /splitKey: key: expected a key, uint32\[2\], got float32\[2\]/,
    },
    {
      label: 'a bad count',
      inputs: [{ shape: [2], dtype: 'uint32' }],
      rest: [1.5],
      code: 'E_ATTRIBUTE',
      says: /splitKey: count: .*whole number.*got 1.5/,
    },
  ],
});
