/** `dropout`: zeroes elements at random. */
import { type DType, nd, type OperationFunction, type Shape, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { keyOrNext } from './definition/global-generator.ts';
import { finiteNumber } from './definition/options.ts';
import { type KeyOptions, keyWords, unitNumbers, withOptionalKey } from './definition/random.ts';
import { floating } from './definition/rules.ts';
import type { FloatOf } from './definition/signatures.ts';
import { greaterEqual } from './greater-equal.ts';
import { mul } from './mul.ts';
import { where } from './where.ts';
import { zerosLike } from './zeros-like.ts';

/** Options of `dropout`. */
export interface DropoutOptions extends KeyOptions {
  /** The probability of an element to be zeroed, from 0 to 1; 0.5 unless told. */
  readonly rate?: number;
}

interface Dropout {
  <S extends Shape, D extends DType>(x: Tensor<S, D>, options?: DropoutOptions): Tensor<S, FloatOf<D>>;
  (x: TensorLike, options?: DropoutOptions): Tensor;
}

const fromKey: OperationFunction<(x: TensorLike, key: Tensor, options?: DropoutOptions) => Tensor> = defineComposite({
  name: 'dropout',
  inputs: ['x', 'key'],
  doc: {
    group: 'random',
    summary: 'Zeroes elements at random and scales the others so that the expected sum stays.',
    math: 'dropout(x) = x / (1 − rate) with probability 1 − rate, else 0',
    notes: [
      'Which elements are kept is computed again from the key for the gradient; nothing is stored.',
      'Without a key, the global generator gives one.',
    ],
    see: ['randomBernoulli'],
  },
  arguments: (x: TensorLike, key: Tensor, { rate = 0.5 }: DropoutOptions = {}) => ({
    inputs: [x, key],
    attributes: { rate: finiteNumber('dropout', 'rate', rate, 0, 1) },
  }),
  promote: ['x'],
  compose: ([x, key], { rate }): Tensor => {
    floating('dropout', x.abstract);
    keyWords('dropout', key);
    if (rate === 0) return x;
    if (rate === 1) return zerosLike(x) as Tensor;
    const kept = greaterEqual(unitNumbers('dropout', key, x.abstract.shape, 'float32'), rate);
    return where(kept, mul(x, 1 / (1 - rate)), 0);
  },
  jvp: ([, key], [dx], { rate }) => fromKey(dx, key, { rate }),
  vjp: (ct, { key }, { rate }) => [fromKey(ct, key, { rate }), null],
  saves: ['key'],
  samples: [
    { label: 'half', inputs: [nd([2, 4], [1, 2, 3, 4, 5, 6, 7, 8]), nd([2], [0, 42], 'uint32')], grad: 'check' },
    {
      label: 'a rate',
      inputs: [nd([6], [1, -2, 3, 4, 5, 6]), nd([2], [0, 1], 'uint32')],
      rest: [{ rate: 0.2 }],
      grad: 'check',
    },
    { label: 'nothing', inputs: [nd([3], [1, 2, 3]), nd([2], [0, 1], 'uint32')], rest: [{ rate: 0 }], grad: 'check' },
    {
      label: 'everything',
      inputs: [nd([3], [1, 2, 3]), nd([2], [0, 1], 'uint32')],
      rest: [{ rate: 1 }],
      grad: 'check',
    },
    { label: 'scalar', inputs: [nd([], [1]), nd([2], [0, 3], 'uint32')], grad: 'check' },
    { label: 'empty', inputs: [nd([0, 2], []), nd([2], [0, 0], 'uint32')] },
    {
      label: 'nan and infinities',
      inputs: [nd([4], [NaN, NaN, Infinity, -Infinity]), nd([2], [0, 9], 'uint32')],
      grad: 'skip',
    },
  ],
  errors: [
    {
      label: 'no key',
      inputs: [{ shape: [3] }, { shape: [2] }],
      code: 'E_DTYPE',
      says: /dropout: key: expected a key/,
    },
    {
      label: 'a rate above 1',
      inputs: [{ shape: [3] }, { shape: [2], dtype: 'uint32' }],
      rest: [{ rate: 2 }],
      code: 'E_ATTRIBUTE',
      says: /dropout: rate: expected a finite number from 0 to 1, got 2/,
    },
    {
      label: 'integers',
      inputs: [
        { shape: [3], dtype: 'int32' },
        { shape: [2], dtype: 'uint32' },
      ],
      code: 'E_DTYPE',
      says: /dropout: expected floating input, got int32/,
    },
  ],
});

/**
 * Zeroes elements at random and divides the others by 1 − rate. Always active: what to do when not training is the
 * layer's business.
 *
 * @throws `E_ATTRIBUTE` unless the rate lies between 0 and 1, `E_DTYPE` for integers, `E_CAPTURE_IMPURE` without a key during
 * a capture.
 * @example
 * ```ts
 * import { dropout, key, ones } from '@deft/tensor';
 * console.log(dropout(ones([8]), { rate: 0.25, key: key(42) }).shape); // [8]
 * ```
 */
export const dropout: OperationFunction<Dropout> = withOptionalKey(
  fromKey,
  (x: TensorLike, options: DropoutOptions = {}) => fromKey(x, keyOrNext(options.key), options),
);
