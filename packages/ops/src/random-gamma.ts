/** `randomGamma`: gamma distributed random numbers. */
import { carrierOf, type DType, nd, type OperationFunction, type Tensor } from '@deft/core';
import { cast } from './cast.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { parameter, spread } from './definition/distributions.ts';
import { keyOrNext } from './definition/global-generator.ts';
import { type KeyOptions, type RandomFloats, randomDType, withOptionalKey } from './definition/random.ts';
import type { FloatingDType } from './definition/signatures.ts';
import { div } from './div.ts';
import { randomStandardGamma } from './random-standard-gamma.ts';

/** Options of `randomGamma`. */
export interface RandomGammaOptions extends KeyOptions {
  /** The shape parameter, one for all or a tensor that broadcasts to the shape; 1 unless told. */
  readonly alpha?: TensorLike;
  /** The rate, one over the scale, one for all or a tensor that broadcasts to the shape; 1 unless told. */
  readonly beta?: TensorLike;
}

type Options = RandomGammaOptions & { readonly dtype?: DType };

const fromKey: OperationFunction<
  (key: Tensor, alpha: TensorLike, beta: TensorLike, shape: readonly number[], options?: Options) => Tensor
> = defineComposite({
  name: 'randomGamma',
  inputs: ['key', 'alpha', 'beta'],
  doc: {
    group: 'random',
    summary: 'Random numbers of a gamma distribution.',
    math: 'p(x) = β^α x^(α − 1) exp(−βx) / Γ(α)',
    notes: [
      'The numbers of `randomStandardGamma`, divided by the rate β. They differentiate through both parameters.',
      'Without a key, the global generator gives one.',
    ],
    see: ['key', 'randomStandardGamma', 'randomBeta', 'randomExponential'],
  },
  arguments: (key: Tensor, alpha: TensorLike, beta: TensorLike, shape: readonly number[], options: Options = {}) => {
    const dtype = randomDType('randomGamma', options.dtype);
    const inputs = [
      key,
      parameter('randomGamma', 'alpha', alpha, dtype),
      parameter('randomGamma', 'beta', beta, dtype),
    ];
    return { inputs, attributes: { shape, dtype } };
  },
  compose: ([key, alpha, beta], { shape, dtype }): Tensor => {
    const carrier = carrierOf(dtype) as FloatingDType;
    const standard = randomStandardGamma(shape as number[], { key, alpha, dtype: carrier });
    return cast(div(standard, spread(beta, shape, carrier)), dtype) as Tensor;
  },
  samples: [
    {
      label: 'a rate',
      inputs: [nd([2], [0, 42], 'uint32'), nd([], [2], 'int32'), nd([], [4])],
      rest: [[2, 3], { dtype: 'float64' }],
      grad: 'check',
    },
    {
      label: 'parameters of their own',
      inputs: [nd([2], [7, 6], 'uint32'), nd([3, 1], [1, 2, 30], 'int32'), nd([1], [0.5])],
      rest: [[3, 2], { dtype: 'float64' }],
      grad: 'check',
    },
    {
      label: 'float32',
      inputs: [nd([2], [0, 1], 'uint32'), nd([], [3]), nd([], [2])],
      rest: [[4]],
      grad: 'skip',
      ulp: 32,
    },
    { label: 'empty', inputs: [nd([2], [0, 0], 'uint32'), nd([], [1]), nd([], [1])], rest: [[0, 2]] },
  ],
  errors: [
    {
      label: 'no key',
      inputs: [{ shape: [2] }, { shape: [] }, { shape: [] }],
      rest: [[3]],
      code: 'E_DTYPE',
      says: /randomGamma.*: key: expected a key, uint32\[2\], got float32\[2\]/,
    },
    {
      label: 'integers',
      inputs: [{ shape: [2], dtype: 'uint32' }, { shape: [] }, { shape: [] }],
      rest: [[3], { dtype: 'int32' }],
      code: 'E_DTYPE',
      says: /randomGamma: dtype: expected a floating dtype, got int32/,
    },
  ],
});

/**
 * Random numbers of a gamma distribution of shape alpha and rate beta: numbers or tensors that broadcast to the shape.
 *
 * @throws `E_BROADCAST` for a parameter that does not fit the shape, `E_DTYPE` for a dtype that is not floating,
 * `E_CAPTURE_IMPURE` without a key during a capture.
 * @example
 * ```ts
 * import { key, randomGamma } from '@deft/tensor';
 * console.log(randomGamma([2, 3], { key: key(42), alpha: 2, beta: 0.5 }).shape); // [2, 3]
 * ```
 */
export const randomGamma: OperationFunction<RandomFloats<RandomGammaOptions>> = withOptionalKey(
  fromKey,
  (shape, options: Options = {}) => {
    const { alpha = 1, beta = 1 } = options;
    return fromKey(keyOrNext(options.key), alpha, beta, shape as readonly number[], options);
  },
);
