/** `randomCauchy`: random numbers of a Cauchy distribution, which has no mean. */
import type { DType, OperationFunction, Tensor } from '@deft/core';
import { abs } from './abs.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { type LocationScaleOptions, locationScaleCall, moved } from './definition/distributions.ts';
import { keyOrNext } from './definition/global-generator.ts';
import { locationScaleErrors, locationScaleSamples } from './definition/location-scale-samples.ts';
import { type RandomFloats, symmetricNumbers, withOptionalKey } from './definition/random.ts';
import { div } from './div.ts';
import { mul } from './mul.ts';
import { sign } from './sign.ts';
import { sub } from './sub.ts';
import { tan } from './tan.ts';

/** Options of `randomCauchy`. */
export interface RandomCauchyOptions extends LocationScaleOptions {}

type Options = RandomCauchyOptions & { readonly dtype?: DType };

type FromKey = (
  key: Tensor,
  location: TensorLike,
  scale: TensorLike,
  shape: readonly number[],
  options?: Options,
) => Tensor;

const fromKey: OperationFunction<FromKey> = defineComposite({
  name: 'randomCauchy',
  inputs: ['key', 'location', 'scale'],
  doc: {
    group: 'random',
    summary: 'Random numbers of a Cauchy distribution, which has no mean.',
    math: 'p(x) = 1 / (π · scale · (1 + ((x − location) / scale)²))',
    notes: [
      'By the inverse of the distribution function: sign(u) / tan(π/2 · (1 − |u|)), −1 < u < 1.',
      'It differentiates through location and scale.',
      'Without a key, the global generator gives one.',
    ],
    see: ['key', 'randomNormal'],
  },
  arguments: (key: Tensor, location: TensorLike, scale: TensorLike, shape: readonly number[], options: Options = {}) =>
    locationScaleCall('randomCauchy', key, location, scale, { shape, dtype: options.dtype }),
  compose: ([key, location, scale], { shape, dtype }): Tensor => {
    const u = symmetricNumbers('randomCauchy', key, shape, dtype);
    // 1 − |u| is exact, so the far tails keep their digits.
    return moved(div(sign(u), tan(mul(sub(1, abs(u)), Math.PI / 2))) as Tensor, location, scale, dtype);
  },
  samples: locationScaleSamples,
  errors: locationScaleErrors('randomCauchy'),
});

/**
 * Random numbers of a Cauchy distribution, which has no mean. Location and scale are numbers or tensors that broadcast to the shape.
 *
 * @throws `E_BROADCAST` for a parameter that does not fit the shape, `E_DTYPE` for a dtype that is not floating,
 * `E_CAPTURE_IMPURE` without a key during a capture.
 * @example
 * ```ts
 * import { key, randomCauchy } from '@deft/tensor';
 * console.log(randomCauchy([2, 3], { key: key(42), location: 1 }).shape); // [2, 3]
 * ```
 */
export const randomCauchy: OperationFunction<RandomFloats<RandomCauchyOptions>> = withOptionalKey(
  fromKey,
  (shape, options: Options = {}) => {
    const { location = 0, scale = 1 } = options;
    return fromKey(keyOrNext(options.key), location, scale, shape as readonly number[], options);
  },
);
