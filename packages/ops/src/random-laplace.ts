/** `randomLaplace`: random numbers with two exponential tails. */
import type { DType, OperationFunction, Tensor } from '@deft/core';
import { abs } from './abs.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { type LocationScaleOptions, locationScaleCall, moved } from './definition/distributions.ts';
import { keyOrNext } from './definition/global-generator.ts';
import { locationScaleErrors, locationScaleSamples } from './definition/location-scale-samples.ts';
import { type RandomFloats, symmetricNumbers, withOptionalKey } from './definition/random.ts';
import { log1p } from './log1p.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { sign } from './sign.ts';

/** Options of `randomLaplace`. */
export interface RandomLaplaceOptions extends LocationScaleOptions {}

type Options = RandomLaplaceOptions & { readonly dtype?: DType };

type FromKey = (
  key: Tensor,
  location: TensorLike,
  scale: TensorLike,
  shape: readonly number[],
  options?: Options,
) => Tensor;

const fromKey: OperationFunction<FromKey> = defineComposite({
  name: 'randomLaplace',
  inputs: ['key', 'location', 'scale'],
  doc: {
    group: 'random',
    summary: 'Random numbers with two exponential tails.',
    math: 'p(x) = exp(−|x − location| / scale) / (2 · scale)',
    notes: [
      'By the inverse of the distribution function: −sign(u) ln(1 − |u|), −1 < u < 1.',
      'It differentiates through location and scale.',
      'Without a key, the global generator gives one.',
    ],
    see: ['key', 'randomNormal', 'randomExponential'],
  },
  arguments: (key: Tensor, location: TensorLike, scale: TensorLike, shape: readonly number[], options: Options = {}) =>
    locationScaleCall('randomLaplace', key, location, scale, { shape, dtype: options.dtype }),
  compose: ([key, location, scale], { shape, dtype }): Tensor => {
    const u = symmetricNumbers('randomLaplace', key, shape, dtype);
    return moved(neg(mul(sign(u), log1p(neg(abs(u))))) as Tensor, location, scale, dtype);
  },
  samples: locationScaleSamples,
  errors: locationScaleErrors('randomLaplace'),
});

/**
 * Random numbers with two exponential tails. Location and scale are numbers or tensors that broadcast to the shape.
 *
 * @throws `E_BROADCAST` for a parameter that does not fit the shape, `E_DTYPE` for a dtype that is not floating,
 * `E_CAPTURE_IMPURE` without a key during a capture.
 * @example
 * ```ts
 * import { key, randomLaplace } from '@deft/tensor';
 * console.log(randomLaplace([2, 3], { key: key(42), scale: 0.5 }).shape); // [2, 3]
 * ```
 */
export const randomLaplace: OperationFunction<RandomFloats<RandomLaplaceOptions>> = withOptionalKey(
  fromKey,
  (shape, options: Options = {}) => {
    const { location = 0, scale = 1 } = options;
    return fromKey(keyOrNext(options.key), location, scale, shape as readonly number[], options);
  },
);
