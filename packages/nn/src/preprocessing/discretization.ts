/** `discretization`: numbers by the interval that they lie in. */
import { digitize, type Tensor } from '@deft/tensor';
import { defineLayer } from '../define-layer.ts';
import type { Layer, LayerOptions } from '../layer.ts';
import { oneOf, reject, wholeNumber } from '../options.ts';
import { type AdaptData, asFloating, numberList, numbersLike, plainData } from './numbers.ts';
import { type CategoryOutput, categoryOutputs, encode, encodedShape } from './whole-numbers.ts';

/** Options of `adaptDiscretization`. */
export interface AdaptDiscretizationOptions extends LayerOptions {
  /** How intervals are given; `int`, their number, unless told. */
  readonly outputMode?: CategoryOutput;
}

/** Options of `discretization`. */
export interface DiscretizationOptions extends AdaptDiscretizationOptions {
  /** The bounds between intervals, ascending. */
  readonly binBoundaries: readonly number[];
}

/**
 * The number of the interval that each element lies in: 0 below the first bound, and one more for each bound that it has reached,
 * as `int32`; or, by `outputMode`, vectors with a place for each interval. `adaptDiscretization` finds bounds in data.
 *
 * @throws `E_LAYER` for bad options, among them bounds that do not ascend
 * @example
 * ```ts
 * import { discretization } from '@deft/nn';
 * import { tensor } from '@deft/tensor';
 * const ages = tensor([[4, 18, 70]]);
 * const layer = discretization({ binBoundaries: [18, 65] });
 * console.log(layer.apply({}, {}, ages, { training: false }).output.toArray()); // → [[0, 1, 2]]
 * ```
 */
export function discretization(options: DiscretizationOptions): Layer {
  const kind = 'discretization';
  const binBoundaries = numberList(kind, 'binBoundaries', options.binBoundaries);
  if (binBoundaries.some((bound, i) => bound <= (binBoundaries[i - 1] ?? -Infinity))) {
    reject(kind, 'binBoundaries', 'ascending numbers', binBoundaries);
  }
  const outputMode = oneOf(kind, 'outputMode', options.outputMode ?? 'int', categoryOutputs);
  const depth = binBoundaries.length + 1;
  return defineLayer({
    kind,
    options,
    ...(outputMode === 'int' ? { mask: 'keeps' } : { mask: 'ends' }),
    config: { binBoundaries, outputMode },
    outputShape: (inputShape) => encodedShape(inputShape, outputMode, depth),
    apply: (_, given) => {
      const x = asFloating(given);
      const interval = digitize(x, numbersLike(binBoundaries, x.dtype)) as Tensor;
      return encode(interval, outputMode, depth, options.dtype);
    },
  });
}

/**
 * `discretization` with bounds between which there are equally many elements of data, as Keras's `adapt` finds them (Keras
 * approximates them from a summary; here they are exact, interpolated between neighbours). Equal bounds count once, so there can
 * be fewer intervals.
 *
 * @param numBins how many intervals there are, two or more
 * @throws `E_LAYER` for bad options and data without examples
 * @example
 * ```ts
 * import { adaptDiscretization } from '@deft/nn';
 * const layer = await adaptDiscretization([1, 2, 3, 4, 5, 6, 7, 8, 9], 4);
 * console.log(layer.config.binBoundaries); // → [3, 5, 7]
 * ```
 */
export async function adaptDiscretization(
  data: AdaptData,
  numBins: number,
  options: AdaptDiscretizationOptions = {},
): Promise<Layer> {
  wholeNumber('adaptDiscretization', 'numBins', numBins, 2);
  const { values } = await plainData('adaptDiscretization', data);
  const sorted = Float64Array.from(values).sort();
  const bounds = Array.from({ length: numBins - 1 }, (_, i) => {
    const place = ((i + 1) / numBins) * (sorted.length - 1);
    const [below, above] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number];
    return below + (above - below) * (place - Math.floor(place));
  });
  return discretization({ ...options, binBoundaries: [...new Set(bounds)] });
}
