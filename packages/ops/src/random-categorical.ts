/** `randomCategorical`: random classes of given likelihoods. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { add } from './add.ts';
import { argMax } from './arg-max.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { keyOrNext } from './definition/global-generator.ts';
import { checkWhole, operand } from './definition/operand.ts';
import { type KeyOptions, keyWords, withOptionalKey } from './definition/random.ts';
import { floating, requireRank } from './definition/rules.ts';
import { expandDims } from './expand-dims.ts';
import { randomGumbel } from './random-gumbel.ts';

type RandomCategorical = (logits: TensorLike, count: number, options?: KeyOptions) => Tensor;

const fromKey: OperationFunction<(logits: TensorLike, key: Tensor, count: number) => Tensor> = defineComposite({
  name: 'randomCategorical',
  inputs: ['logits', 'key'],
  doc: {
    group: 'random',
    summary: 'Random classes, with likelihoods given by their logarithms.',
    math: 'P(class c) = exp(logits[c]) / Σ exp(logits); drawn as argMax(logits + gumbel)',
    notes: [
      'The last axis of the logits, the classes, becomes an axis of `count` classes that were drawn.',
      'Logits need not be normalised; one of −Infinity is never drawn. Logits that are NaN are.',
      'The result is an int32.',
    ],
    see: ['multinomial', 'randomGumbel', 'softmax'],
  },
  promote: ['logits'],
  arguments: (logits: TensorLike, key: Tensor, count: number) => {
    checkWhole('randomCategorical', 'count', count, 0);
    return { inputs: [operand('randomCategorical', 'logits', logits), key], attributes: { count } };
  },
  compose: ([logits, key], { count }): Tensor => {
    floating('randomCategorical', logits.abstract);
    requireRank('randomCategorical', 'logits', logits.abstract, 1, true);
    keyWords('randomCategorical', key);
    const { shape, dtype } = logits.abstract;
    const noise = randomGumbel([...shape.slice(0, -1), count, shape.at(-1) as number], {
      key,
      dtype: dtype as 'float32' | 'float64',
    });
    return argMax(add(expandDims(logits, -2), noise as Tensor), { axis: -1 }) as Tensor;
  },
  nonDifferentiable: 'the result is an integer',
  samples: [
    { label: 'one distribution', inputs: [nd([3], [0, 1, 2]), nd([2], [0, 42], 'uint32')], rest: [8] },
    {
      label: 'rows',
      inputs: [nd([2, 3], [0, 5, 0, 3, 0, -3]), nd([2], [0, 1], 'uint32')],
      rest: [4],
    },
    {
      label: 'never',
      inputs: [nd([3], [Number.NEGATIVE_INFINITY, 0, 0]), nd([2], [0, 2], 'uint32')],
      rest: [6],
    },
    { label: 'one class', inputs: [nd([1], [0]), nd([2], [0, 2], 'uint32')], rest: [2] },
    { label: 'none drawn', inputs: [nd([2], [0, 1]), nd([2], [0, 2], 'uint32')], rest: [0] },
    { label: 'of nothing', inputs: [nd([0, 2], []), nd([2], [0, 2], 'uint32')], rest: [3] },
  ],
  errors: [
    {
      label: 'no key',
      inputs: [{ shape: [3] }, { shape: [2] }],
      rest: [1],
      code: 'E_DTYPE',
      says: /randomCategorical: key: expected a key/,
    },
    {
      label: 'a scalar',
      inputs: [{ shape: [] }, { shape: [2], dtype: 'uint32' }],
      rest: [1],
      code: 'E_RANK',
      says: /randomCategorical: logits: expected at least rank 1/,
    },
    {
      label: 'half a class',
      inputs: [{ shape: [3] }, { shape: [2], dtype: 'uint32' }],
      rest: [0.5],
      code: 'E_ATTRIBUTE',
      says: /randomCategorical: count: expected a whole number of at least 0, got 0.5/,
    },
    {
      label: 'integers',
      inputs: [
        { shape: [3], dtype: 'int32' },
        { shape: [2], dtype: 'uint32' },
      ],
      rest: [1],
      code: 'E_DTYPE',
      says: /randomCategorical: expected floating input, got int32/,
    },
  ],
});

/**
 * Random classes as int32, `count` for every row of `logits`: the logarithms of their likelihoods, up to a constant.
 *
 * @throws `E_RANK` for a scalar, `E_DTYPE` unless the logits are floating, `E_ATTRIBUTE` for a bad count, `E_CAPTURE_IMPURE`
 * without a key during a capture.
 * @example
 * ```ts
 * import { key, randomCategorical, tensor } from '@deft/tensor';
 * console.log(randomCategorical(tensor([[0, 1, 2]]), 5, { key: key(42) }).shape); // [1, 5]
 * ```
 */
export const randomCategorical: OperationFunction<RandomCategorical> = withOptionalKey(
  fromKey,
  (logits: TensorLike, count: number, options: KeyOptions = {}) => fromKey(logits, keyOrNext(options.key), count),
);
