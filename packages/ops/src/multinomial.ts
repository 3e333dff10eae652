/** `multinomial`: random classes of given likelihoods or probabilities. */
import { nd, type OperationFunction, raise, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { keyOrNext } from './definition/global-generator.ts';
import { checkWhole, operand } from './definition/operand.ts';
import { type KeyOptions, keyWords, withOptionalKey } from './definition/random.ts';
import { floating } from './definition/rules.ts';
import { log } from './log.ts';
import { randomCategorical } from './random-categorical.ts';

/** Options of `multinomial`. */
export interface MultinomialOptions extends KeyOptions {
  /** The operand holds probabilities rather than their logarithms. */
  readonly normalized?: boolean;
}

type Multinomial = (logits: TensorLike, count: number, options?: MultinomialOptions) => Tensor;

const fromKey: OperationFunction<
  (logits: TensorLike, key: Tensor, count: number, options?: MultinomialOptions) => Tensor
> = defineComposite({
  name: 'multinomial',
  inputs: ['logits', 'key'],
  doc: {
    group: 'random',
    summary: 'Random classes, with given probabilities or their logarithms.',
    notes: ['A row or a matrix of logits; the classes that `randomCategorical` draws.', 'The result is an int32.'],
    see: ['randomCategorical', 'softmax'],
  },
  promote: ['logits'],
  arguments: (logits: TensorLike, key: Tensor, count: number, { normalized = false }: MultinomialOptions = {}) => {
    checkWhole('multinomial', 'count', count, 0);
    return { inputs: [operand('multinomial', 'logits', logits), key], attributes: { count, normalized } };
  },
  compose: ([logits, key], { count, normalized }): Tensor => {
    floating('multinomial', logits.abstract);
    keyWords('multinomial', key);
    if (logits.rank !== 1 && logits.rank !== 2) {
      raise('E_RANK', {
        op: 'multinomial',
        argument: 'logits',
        expected: 'rank 1 or 2',
        found: `rank ${logits.rank}`,
        operands: [logits.abstract],
      });
    }
    return randomCategorical(normalized ? log(logits) : logits, count, { key });
  },
  nonDifferentiable: 'the result is an integer',
  samples: [
    { label: 'logits', inputs: [nd([3], [0, 1, 2]), nd([2], [0, 42], 'uint32')], rest: [8] },
    {
      label: 'probabilities',
      inputs: [nd([2, 2], [0.25, 0.75, 1, 0]), nd([2], [0, 1], 'uint32')],
      rest: [4, { normalized: true }],
    },
    { label: 'none drawn', inputs: [nd([2], [0, 1]), nd([2], [0, 2], 'uint32')], rest: [0] },
    { label: 'of nothing', inputs: [nd([0, 2], []), nd([2], [0, 2], 'uint32')], rest: [3] },
  ],
  errors: [
    {
      label: 'no key',
      inputs: [{ shape: [3] }, { shape: [2] }],
      rest: [1],
      code: 'E_DTYPE',
      says: /multinomial: key: expected a key/,
    },
    {
      label: 'three axes',
      inputs: [{ shape: [1, 1, 2] }, { shape: [2], dtype: 'uint32' }],
      rest: [1],
      code: 'E_RANK',
      says: /multinomial: logits: expected rank 1 or 2, got rank 3/,
    },
    {
      label: 'a negative count',
      inputs: [{ shape: [3] }, { shape: [2], dtype: 'uint32' }],
      rest: [-1],
      code: 'E_ATTRIBUTE',
      says: /multinomial: count: expected a whole number of at least 0, got -1/,
    },
  ],
});

/**
 * Random classes as int32, `count` for every row of `logits`: the logarithms of their likelihoods up to a constant or, with
 * `normalized`, their probabilities.
 *
 * @throws `E_RANK` unless there are one or two axes, `E_DTYPE` unless the logits are floating, `E_ATTRIBUTE` for a bad
 * count, `E_CAPTURE_IMPURE` without a key during a capture.
 * @example
 * ```ts
 * import { key, multinomial, tensor } from '@deft/tensor';
 * console.log(multinomial(tensor([0.25, 0.75]), 5, { normalized: true, key: key(42) }).shape); // [5]
 * ```
 */
export const multinomial: OperationFunction<Multinomial> = withOptionalKey(
  fromKey,
  (logits: TensorLike, count: number, options: MultinomialOptions = {}) =>
    fromKey(logits, keyOrNext(options.key), count, options),
);
