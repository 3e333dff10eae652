/** `normalization`: features of known mean and variance brought to mean 0 and variance 1, and back. */
import { raise, shapeText, type Tensor } from '@deft/core';
import { add, div, mul, reshape, sub } from '@deft/tensor';
import { defineLayer } from '../define-layer.ts';
import type { ExampleShape, Layer, LayerOptions } from '../layer.ts';
import type { Fail } from '../layer-errors.ts';
import { axisList, placesOf } from '../normalization-parts.ts';
import { flag, reject } from '../options.ts';
import { type AdaptData, asFloating, numberOrList, numbersLike, plainData } from './numbers.ts';

/** Options of `adaptNormalization`. */
export interface AdaptNormalizationOptions extends LayerOptions {
  /**
   * Axes of the batch (the first of an example is 1) along which each place has a mean and a variance of its own; the last unless
   * told. With null there is one of each for everything.
   */
  readonly axis?: number | readonly number[] | null;
  /** Whether it goes the other way, from mean 0 and variance 1 to the given ones; false unless told. */
  readonly invert?: boolean;
}

/** Options of `normalization`. */
export interface NormalizationOptions extends AdaptNormalizationOptions {
  /** One mean for everything, or one for each place along the axes, the last axis fastest. */
  readonly mean: number | readonly number[];
  /** Variances, as means. */
  readonly variance: number | readonly number[];
}

/** Smaller deviations count as this. */
const leastDeviation = 1e-7;

const axesOf = (axis: AdaptNormalizationOptions['axis']): number[] | null =>
  axis === null ? null : axisList('normalization', axis ?? -1);

/**
 * Subtracts a known mean and divides by the root of a known variance. `adaptNormalization` computes both from data. Whole numbers
 * become float32.
 *
 * @throws `E_LAYER` for bad options, and inputs with other places along the axes than there are means
 * @example
 * ```ts
 * import { normalization } from '@deft/nn';
 * import { tensor } from '@deft/tensor';
 * const layer = normalization({ mean: [1, 10], variance: [4, 25] });
 * console.log(layer.apply({}, {}, tensor([[3, 0]]), { training: false }).output.toArray()); // [[1, -2]]
 * ```
 */
export function normalization(options: NormalizationOptions): Layer {
  const kind = 'normalization';
  const axis = axesOf(options.axis);
  const invert = flag(kind, 'invert', options.invert ?? false);
  const mean = numberOrList(kind, 'mean', options.mean);
  const variance = numberOrList(kind, 'variance', options.variance);
  if ([variance].flat().some((one) => one < 0)) reject(kind, 'variance', 'no negative numbers', variance);
  const deviation = [variance].flat().map((one) => Math.max(Math.sqrt(one), leastDeviation));
  /** The shape of means and deviations beside an example. */
  const kept = (inputShape: ExampleShape, fail: Fail): number[] => {
    const places = axis === null ? [] : placesOf(axis, inputShape, fail);
    const shape = inputShape.map((dim, place) => (places.includes(place) ? dim : 1));
    const count = shape.reduce((product, dim) => product * dim, 1);
    for (const list of [mean, variance]) {
      if (typeof list !== 'number' && list.length !== count) {
        fail({ expected: `examples with ${list.length} places along axis ${axis}`, found: shapeText(inputShape) });
      }
    }
    return shape;
  };
  return defineLayer({
    kind,
    options,
    mask: 'keeps',
    config: { axis, mean, variance, invert },
    outputShape: (inputShape, fail) => {
      kept(inputShape, fail);
      return inputShape;
    },
    apply: (_, given, __, fail): Tensor => {
      const x = asFloating(given);
      const shape = kept(x.shape.slice(1), fail);
      const beside = (numbers: readonly number[]): Tensor => {
        const made = numbersLike(numbers, x.dtype);
        return numbers.length === 1 ? made : (reshape(made, [1, ...shape]) as Tensor);
      };
      const [center, spread] = [beside([mean].flat()), beside(deviation)];
      return (invert ? add(mul(x, spread), center) : div(sub(x, center), spread)) as Tensor;
    },
  });
}

/** Sums of numbers by the place that each belongs to. */
function sumsBy(places: readonly number[], count: number, numbers: (i: number) => number): number[] {
  const sums = new Array<number>(count).fill(0);
  places.forEach((place, i) => {
    sums[place] = (sums[place] as number) + numbers(i);
  });
  return sums;
}

/**
 * `normalization` with the mean and the variance of data, as Keras's `adapt` computes them. The first axis of the data counts
 * examples.
 *
 * @throws `E_LAYER` for bad options, and data without examples or without the axes
 * @example
 * ```ts
 * import { adaptNormalization } from '@deft/nn';
 * const layer = await adaptNormalization([[1, 10], [3, 20]]);
 * console.log(layer.config.mean, layer.config.variance); // → [2, 15] [1, 25]
 * ```
 */
export async function adaptNormalization(data: AdaptData, options: AdaptNormalizationOptions = {}): Promise<Layer> {
  const { values, shape } = await plainData('adaptNormalization', data);
  const axes = axesOf(options.axis);
  const places =
    axes === null
      ? []
      : placesOf(axes, shape.slice(1), (details) =>
          raise('E_LAYER', { op: 'adaptNormalization', argument: 'data', ...details }),
        );
  const sizes = shape.map((dim, axis) => (places.includes(axis - 1) ? dim : 1));
  const count = sizes.reduce((product, dim) => product * dim, 1);
  const placeOfEach = values.map((_, i) => {
    let [rest, place, step] = [i, 0, 1];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const dim = shape[axis] as number;
      if (places.includes(axis - 1)) {
        place += (rest % dim) * step;
        step *= dim;
      }
      rest = Math.floor(rest / dim);
    }
    return place;
  });
  const each = values.length / count;
  const mean = sumsBy(placeOfEach, count, (i) => values[i] as number).map((sum) => sum / each);
  const variance = sumsBy(placeOfEach, count, (i) => {
    const distance = (values[i] as number) - (mean[placeOfEach[i] as number] as number);
    return distance * distance;
  }).map((sum) => sum / each);
  return normalization({ ...options, mean, variance });
}
