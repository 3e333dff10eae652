/** `randomGumbel`: random numbers as the largest of many are distributed. */
import { carrierOf, type DType, type OperationFunction, type Tensor } from '@deft/core';
import { cast } from './cast.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { type LocationScaleOptions, locationScaleCall, moved, openUnitNumbers } from './definition/distributions.ts';
import { keyOrNext } from './definition/global-generator.ts';
import { locationScaleErrors, locationScaleSamples } from './definition/location-scale-samples.ts';
import { type RandomFloats, withOptionalKey } from './definition/random.ts';
import { log } from './log.ts';
import { neg } from './neg.ts';

/** Options of `randomGumbel`. */
export interface RandomGumbelOptions extends LocationScaleOptions {}

type Options = RandomGumbelOptions & { readonly dtype?: DType };

type FromKey = (
  key: Tensor,
  location: TensorLike,
  scale: TensorLike,
  shape: readonly number[],
  options?: Options,
) => Tensor;

const fromKey: OperationFunction<FromKey> = defineComposite({
  name: 'randomGumbel',
  inputs: ['key', 'location', 'scale'],
  doc: {
    group: 'random',
    summary: 'Random numbers as the largest of many are distributed.',
    math: 'P(x ≤ t) = exp(−exp(−(t − location) / scale))',
    notes: [
      'By the inverse of the distribution function, −ln(−ln u), in float64 and then rounded, so that no digits are lost around 0.',
      'It differentiates through location and scale.',
      'Without a key, the global generator gives one.',
    ],
    see: ['key', 'randomCategorical', 'randomExponential'],
  },
  arguments: (key: Tensor, location: TensorLike, scale: TensorLike, shape: readonly number[], options: Options = {}) =>
    locationScaleCall('randomGumbel', key, location, scale, { shape, dtype: options.dtype }),
  compose: ([key, location, scale], { shape, dtype }): Tensor => {
    const u = openUnitNumbers('randomGumbel', key, shape, 'float64');
    return moved(cast(neg(log(neg(log(u)))), carrierOf(dtype)) as Tensor, location, scale, dtype);
  },
  samples: locationScaleSamples,
  errors: locationScaleErrors('randomGumbel'),
});

/**
 * Random numbers as the largest of many are distributed. Location and scale are numbers or tensors that broadcast to the shape.
 *
 * @throws `E_BROADCAST` for a parameter that does not fit the shape, `E_DTYPE` for a dtype that is not floating,
 * `E_CAPTURE_IMPURE` without a key during a capture.
 * @example
 * ```ts
 * import { key, randomGumbel } from '@deft/tensor';
 * console.log(randomGumbel([2, 3], { key: key(42) }).shape); // [2, 3]
 * ```
 */
export const randomGumbel: OperationFunction<RandomFloats<RandomGumbelOptions>> = withOptionalKey(
  fromKey,
  (shape, options: Options = {}) => {
    const { location = 0, scale = 1 } = options;
    return fromKey(keyOrNext(options.key), location, scale, shape as readonly number[], options);
  },
);
