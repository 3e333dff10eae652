/** Images moved, turned, stretched and sheared at random: `randomTranslation`, `randomRotation`, `randomZoom`, `randomShear`. */
import type { Tensor } from '@deft/core';
import { add, cos, mul, neg, sin, where } from '@deft/tensor';
import type { Layer, LayerConfig } from '../layer.ts';
import { draw, type Factor, factorRange, happens, imageLayer, type Range } from './image-layer.ts';
import { type Affine, checkSampling, type SamplingOptions, sample } from './sampling.ts';

/** A random layer by the transform that it draws. */
function affineLayer(
  kind: string,
  options: SamplingOptions,
  config: LayerConfig,
  transformOf: (images: Tensor, key: Tensor) => Affine,
): Layer {
  const sampling = checkSampling(kind, options);
  return imageLayer({
    kind,
    options,
    config: { ...config, ...sampling },
    random: true,
    change: (images, key) => sample(images, transformOf(images, key), sampling),
  });
}

const fromMinusOne: Range = [-1, 1];

/**
 * In training, moves each image down by a random share of its height and right by one of its width.
 *
 * @param heightFactor the least and the most to move down, as shares from −1 to 1; a single `f` is `[−f, f]`
 * @param widthFactor the least and the most to move right, as `heightFactor`
 * @throws `E_LAYER` for bad options, inputs that are no images, and in training without a key
 * @example
 * ```ts
 * import { randomTranslation } from '@deft/nn';
 * import { key, tensor } from '@deft/tensor';
 * const image = tensor([[[[1], [2]]]]);
 * const right = randomTranslation(0, [0.5, 0.5], { fillMode: 'constant' });
 * console.log(right.apply({}, {}, image, { training: true, key: key(0) }).output.toArray()); // → [[[[0], [1]]]]
 * ```
 */
export function randomTranslation(heightFactor: Factor, widthFactor: Factor, options: SamplingOptions = {}): Layer {
  const kind = 'randomTranslation';
  const rows = factorRange(kind, 'heightFactor', heightFactor, fromMinusOne);
  const columns = factorRange(kind, 'widthFactor', widthFactor, fromMinusOne);
  return affineLayer(kind, options, { heightFactor: rows, widthFactor: columns }, (images, key) => ({
    y0: mul(draw(images, key, 0, rows), -(images.shape[1] as number)) as Tensor,
    x0: mul(draw(images, key, 1, columns), -(images.shape[2] as number)) as Tensor,
  }));
}

/**
 * In training, turns each image about its centre by a random angle.
 *
 * @param factor the least and the greatest angle against the clock, as shares of a whole turn from −1 to 1; a single `f` is `[−f, f]`
 * @throws `E_LAYER` for bad options, inputs that are no images, and in training without a key
 * @example
 * ```ts
 * import { randomRotation } from '@deft/nn';
 * console.log(randomRotation(0.1).outputShape([28, 28, 1])); // [28, 28, 1]
 * ```
 */
export function randomRotation(factor: Factor, options: SamplingOptions = {}): Layer {
  const kind = 'randomRotation';
  const turns = factorRange(kind, 'factor', factor, fromMinusOne);
  return affineLayer(kind, options, { factor: turns }, (images, key) => {
    const angle = mul(draw(images, key, 0, turns), 2 * Math.PI) as Tensor;
    const [x, y] = [cos(angle) as Tensor, sin(angle) as Tensor];
    return { xx: x, xy: neg(y) as Tensor, yx: y, yy: x, about: 'centre' };
  });
}

/** Options of `randomZoom`. */
export interface RandomZoomOptions extends SamplingOptions {
  /** Least and most by which the width grows smaller; as the height, so that forms stay, unless told. */
  readonly widthFactor?: Factor | null;
}

/**
 * In training, draws each image nearer or further away by a random factor, about its centre.
 *
 * @param heightFactor least and most by which the height grows smaller, from −1 (nearer) to 1 (further: half as large); a single `f`
 * is `[−f, f]`
 * @throws `E_LAYER` for bad options, inputs that are no images, and in training without a key
 * @example
 * ```ts
 * import { randomZoom } from '@deft/nn';
 * console.log(randomZoom([-0.2, 0.1]).config.heightFactor); // → [-0.2, 0.1]
 * ```
 */
export function randomZoom(heightFactor: Factor, options: RandomZoomOptions = {}): Layer {
  const kind = 'randomZoom';
  const rows = factorRange(kind, 'heightFactor', heightFactor, fromMinusOne);
  const columns =
    options.widthFactor == null ? null : factorRange(kind, 'widthFactor', options.widthFactor, fromMinusOne);
  return affineLayer(kind, options, { heightFactor: rows, widthFactor: columns }, (images, key) => {
    const yy = add(draw(images, key, 0, rows), 1) as Tensor;
    return { xx: columns === null ? yy : (add(draw(images, key, 1, columns), 1) as Tensor), yy, about: 'centre' };
  });
}

/** Options of `randomShear`. */
export interface RandomShearOptions extends SamplingOptions {
  /** Least and most columns that each row moves further than the one above; a single `f` is `[−f, f]`. 0 unless told. */
  readonly xFactor?: Factor;
  /** Least and most rows that each column moves further than the one before it; 0 unless told. */
  readonly yFactor?: Factor;
}

/**
 * In training, shears each image: its rows move by a random share of their number, its columns as well, or for half of the images
 * the other way. The first pixel stays, as in Keras.
 *
 * @throws `E_LAYER` for bad options, inputs that are no images, and in training without a key
 * @example
 * ```ts
 * import { randomShear } from '@deft/nn';
 * console.log(randomShear({ xFactor: 0.3 }).config.xFactor); // → [-0.3, 0.3]
 * ```
 */
export function randomShear(options: RandomShearOptions = {}): Layer {
  const kind = 'randomShear';
  const columns = factorRange(kind, 'xFactor', options.xFactor ?? 0, fromMinusOne);
  const rows = factorRange(kind, 'yFactor', options.yFactor ?? 0, fromMinusOne);
  return affineLayer(kind, options, { xFactor: columns, yFactor: rows }, (images, key) => {
    const isOther = happens(images, key, 0, [0.5, 0.5]);
    const signed = (amount: Tensor): Tensor => where(isOther, neg(amount), amount) as Tensor;
    return { xy: signed(draw(images, key, 1, columns)), yx: signed(draw(images, key, 2, rows)) };
  });
}
