/** `randomStandardGamma`: gamma distributed random numbers of rate 1. */
import { type DType, nd, type OperationFunction, type Tensor } from '@deft/core';
import { cast } from './cast.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { parameter, spread } from './definition/distributions.ts';
import { keyOrNext } from './definition/global-generator.ts';
import { type KeyOptions, type RandomFloats, randomDType, withOptionalKey } from './definition/random.ts';
import { gammaNumbers } from './definition/rejection.ts';
import { exp } from './exp.ts';
import { greaterEqual } from './greater-equal.ts';
import { mul } from './mul.ts';
import { where } from './where.ts';

/** Options of `randomStandardGamma`. */
export interface RandomStandardGammaOptions extends KeyOptions {
  /** The shape parameter, one for all or a tensor that broadcasts to the shape; 1 unless told. */
  readonly alpha?: TensorLike;
}

type Options = RandomStandardGammaOptions & { readonly dtype?: DType };

const fromKey: OperationFunction<
  (key: Tensor, alpha: TensorLike, shape: readonly number[], options?: Options) => Tensor
> = defineComposite({
  name: 'randomStandardGamma',
  inputs: ['key', 'alpha'],
  doc: {
    group: 'random',
    summary: 'Random numbers of a gamma distribution of rate 1.',
    math: 'p(x) = x^(α − 1) exp(−x) / Γ(α)',
    notes: [
      'Marsaglia and Tsang, “A simple method for generating gamma variables” (2000), ten rounds side by side: the chance that all reject a number is below 2⁻⁴⁰.',
      'Below α = 1 numbers may round to 0. A negative α gives NaN.',
      'A number follows alpha as one at its place in the distribution does, see `gammaPathwise`: the mean of derivatives is the derivative of the mean.',
      'Computed in float64 and then rounded, so that all backends accept the same candidates.',
    ],
    see: ['key', 'randomGamma', 'randomBeta', 'gammaPathwise'],
  },
  arguments: (key: Tensor, alpha: TensorLike, shape: readonly number[], options: Options = {}) => {
    const dtype = randomDType('randomStandardGamma', options.dtype);
    return { inputs: [key, parameter('randomStandardGamma', 'alpha', alpha, dtype)], attributes: { shape, dtype } };
  },
  compose: ([key, alpha], { shape, dtype }): Tensor => {
    const wanted = spread(alpha, shape, 'float64');
    const { grown, power } = gammaNumbers('randomStandardGamma', key, wanted);
    return cast(where(greaterEqual(wanted, 0), mul(grown, exp(power)), Number.NaN), dtype) as Tensor;
  },
  samples: [
    { label: 'alpha of 1', inputs: [nd([2], [0, 42], 'uint32'), nd([], [1])], rest: [[2, 3]], grad: 'skip' },
    { label: 'large', inputs: [nd([2], [0, 1], 'uint32'), nd([], [1e6])], rest: [[4]], grad: 'skip' },
    {
      label: 'parameters of their own',
      inputs: [nd([2], [7, 6], 'uint32'), nd([3, 1], [0.5, 2, 30])],
      rest: [[3, 2], { dtype: 'float64' }],
      // −(∂F/∂α) / p(x) at both numbers, from 60 digits of the power series of F.
      grad: [[], [1.713782317561219, 1.5778562332670085, 1.9875083255348065]],
    },
    { label: 'small', inputs: [nd([2], [0, 3], 'uint32'), nd([], [0.125])], rest: [[4]], grad: 'skip' },
    { label: 'no distribution', inputs: [nd([2], [0, 3], 'uint32'), nd([], [-1])], rest: [[2]], grad: 'skip' },
    { label: 'empty', inputs: [nd([2], [0, 0], 'uint32'), nd([], [1])], rest: [[0, 2]] },
  ],
  errors: [
    {
      label: 'no key',
      inputs: [{ shape: [2] }, { shape: [] }],
      rest: [[3]],
      code: 'E_DTYPE',
      says: /randomStandardGamma: key: expected a key, uint32\[2\], got float32\[2\]/,
    },
    {
      label: 'integers',
      inputs: [{ shape: [2], dtype: 'uint32' }, { shape: [] }],
      rest: [[3], { dtype: 'int32' }],
      code: 'E_DTYPE',
      says: /randomStandardGamma: dtype: expected a floating dtype, got int32/,
    },
  ],
});

/**
 * Random numbers of a gamma distribution of rate 1. Alpha is a number or a tensor that broadcasts to the shape.
 *
 * @throws `E_BROADCAST` for a parameter that does not fit the shape, `E_DTYPE` for a dtype that is not floating,
 * `E_CAPTURE_IMPURE` without a key during a capture.
 * @example
 * ```ts
 * import { key, randomStandardGamma } from '@deft/tensor';
 * console.log(randomStandardGamma([2, 3], { key: key(42), alpha: 2 }).shape); // [2, 3]
 * ```
 */
export const randomStandardGamma: OperationFunction<RandomFloats<RandomStandardGammaOptions>> = withOptionalKey(
  fromKey,
  (shape, options: Options = {}) =>
    fromKey(keyOrNext(options.key), options.alpha ?? 1, shape as readonly number[], options),
);
