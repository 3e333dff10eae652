/** `randomExponential`: random waiting times. */
import { carrierOf, type DType, nd, type OperationFunction, type Tensor } from '@deft/core';
import { cast } from './cast.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { openUnitNumbers, parameter, spread } from './definition/distributions.ts';
import { keyOrNext } from './definition/global-generator.ts';
import { type KeyOptions, type RandomFloats, randomDType, withOptionalKey } from './definition/random.ts';
import { log } from './log.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';

/** Options of `randomExponential`. */
export interface RandomExponentialOptions extends KeyOptions {
  /** The mean, one for all or a tensor that broadcasts to the shape; 1 unless told. */
  readonly scale?: TensorLike;
}

type Options = RandomExponentialOptions & { readonly dtype?: DType };

type FromKey = (key: Tensor, scale: TensorLike, shape: readonly number[], options?: Options) => Tensor;

const fromKey: OperationFunction<FromKey> = defineComposite({
  name: 'randomExponential',
  inputs: ['key', 'scale'],
  doc: {
    group: 'random',
    summary: 'Random waiting times: exponentially distributed numbers.',
    math: 'p(x) = exp(−x / scale) / scale for x > 0',
    notes: [
      'By the inverse of the distribution function: −scale · ln u, 0 < u < 1; in float32 up to about 16.6 · scale.',
      'It differentiates through the scale, which is the mean and one over the rate.',
      'Without a key, the global generator gives one.',
    ],
    see: ['key', 'randomLaplace', 'randomUniform'],
  },
  arguments: (key: Tensor, scale: TensorLike, shape: readonly number[], options: Options = {}) => {
    const dtype = randomDType('randomExponential', options.dtype);
    const inputs = [key, parameter('randomExponential', 'scale', scale, dtype)];
    return { inputs, attributes: { shape, dtype } };
  },
  compose: ([key, scale], { shape, dtype }): Tensor => {
    const times = neg(log(openUnitNumbers('randomExponential', key, shape, dtype)));
    return cast(mul(times, spread(scale, shape, carrierOf(dtype))), dtype) as Tensor;
  },
  samples: [
    {
      label: 'float64',
      inputs: [nd([2], [5, 6], 'uint32'), nd([], [2])],
      rest: [[3], { dtype: 'float64' }],
      grad: 'check',
    },
    {
      label: 'parameters of their own',
      inputs: [nd([2], [7, 6], 'uint32'), nd([3, 1], [2, 30, 5])],
      rest: [[3, 2], { dtype: 'float64' }],
      grad: 'check',
    },
    { label: 'standard', inputs: [nd([2], [0, 42], 'uint32'), nd([], [1])], rest: [[2, 3]], grad: 'skip' },
    { label: 'a scalar', inputs: [nd([2], [1, 2], 'uint32'), nd([], [3])], rest: [[]], grad: 'skip' },
    { label: 'empty', inputs: [nd([2], [0, 0], 'uint32'), nd([], [1])], rest: [[0, 2]] },
  ],
  errors: [
    {
      label: 'no key',
      inputs: [{ shape: [2] }, { shape: [] }],
      rest: [[3]],
      code: 'E_DTYPE',
      says: /randomExponential: key: expected a key, uint32\[2\], got float32\[2\]/,
    },
    {
      label: 'integers',
      inputs: [{ shape: [2], dtype: 'uint32' }, { shape: [] }],
      rest: [[3], { dtype: 'int32' }],
      code: 'E_DTYPE',
      says: /randomExponential: dtype: expected a floating dtype, got int32/,
    },
    {
      label: 'a parameter that does not fit',
      inputs: [{ shape: [2], dtype: 'uint32' }, { shape: [2] }],
      rest: [[3]],
      code: 'E_BROADCAST',
      says: /randomExponential/,
    },
  ],
});

/**
 * Random waiting times: exponentially distributed numbers. The scale is a number or a tensor that broadcasts to the shape.
 *
 * @throws `E_BROADCAST` for a parameter that does not fit the shape, `E_DTYPE` for a dtype that is not floating,
 * `E_CAPTURE_IMPURE` without a key during a capture.
 * @example
 * ```ts
 * import { key, randomExponential } from '@deft/tensor';
 * console.log(randomExponential([2, 3], { key: key(42) }).shape); // [2, 3]
 * ```
 */
export const randomExponential: OperationFunction<RandomFloats<RandomExponentialOptions>> = withOptionalKey(
  fromKey,
  (shape, options: Options = {}) => {
    const { scale = 1 } = options;
    return fromKey(keyOrNext(options.key), scale, shape as readonly number[], options);
  },
);
