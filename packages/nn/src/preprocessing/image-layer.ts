/**
 * What layers for images share: they compute on batches `[images, height, width, channels]` of floats wherever the channels stand,
 * and random ones change images in training only, each with numbers of its own, drawn from the key of the pass.
 */
import { shapeText, type Tensor } from '@deft/core';
import { add, cast, div, foldIn, less, mul, randomUniform, sub, transpose } from '@deft/tensor';
import { defineLayer } from '../define-layer.ts';
import type { Layer, LayerConfig, LayerOptions } from '../layer.ts';
import { oneOf, reject } from '../options.ts';
import { type DataFormat, dataFormats, joinShape, spatialShape } from '../spatial.ts';
import { asFloating } from './numbers.ts';

/** Options of layers for images. */
export interface ImageOptions extends LayerOptions {
  /** Where the channels stand; `channelsLast` unless told. */
  readonly dataFormat?: DataFormat;
}

/** Options of layers that change colours. */
export interface ColorOptions extends ImageOptions {
  /** The least and the greatest value of pixels; 0 and 255 unless told. */
  readonly valueRange?: readonly [least: number, greatest: number];
}

/** Two numbers between which one is drawn for each image. */
export type Range = readonly [from: number, to: number];

/** A number drawn for each image: between two numbers, or as the layer says of a single one. */
export type Factor = number | Range;

/** New images of old ones, with random numbers from a key. */
export type ImageChange = (images: Tensor, key: Tensor) => Tensor;

/** What tells layers for images apart. */
interface ImageRule {
  readonly kind: string;
  readonly options: ImageOptions;
  readonly config: LayerConfig;
  /** Whether it changes images at random, in training only. */
  readonly random: boolean;
  /** Whether images have to be red, green and blue. */
  readonly colors?: boolean;
  /** Height and width of what it gives; those of the images unless told. */
  size?(height: number, width: number): readonly [height: number, width: number];
  /** New images. Random layers get a key. */
  readonly change: ImageChange;
  /** What random layers give outside of training; the images unless told. */
  readonly still?: (images: Tensor) => Tensor;
}

/** A layer for images by its rule. */
export function imageLayer(rule: ImageRule): Layer {
  const { kind, options, config, random, size } = rule;
  const dataFormat = oneOf(kind, 'dataFormat', options.dataFormat ?? 'channelsLast', dataFormats);
  const isFirst = dataFormat === 'channelsFirst';
  return defineLayer({
    kind,
    options,
    config: { ...config, dataFormat },
    random,
    outputShape: (inputShape, fail) => {
      const { sizes, channels } = spatialShape(inputShape, 2, dataFormat, fail);
      if (sizes.includes(0)) fail({ expected: 'images with pixels', found: shapeText(inputShape) });
      if (rule.colors && channels !== 3) fail({ expected: 'images of three channels', found: shapeText(inputShape) });
      const [height, width] = sizes as [number, number];
      return size === undefined ? inputShape : joinShape(size(height, width), channels, dataFormat);
    },
    apply: (_, given, { training, key }) => {
      const x = asFloating(given);
      const isStill = random && !training;
      if (isStill && rule.still === undefined) return x;
      const images = isFirst ? (transpose(x, [0, 2, 3, 1]) as Tensor) : x;
      const changed = isStill && rule.still ? rule.still(images) : rule.change(images, key as Tensor);
      const kept = changed.dtype === x.dtype ? changed : (cast(changed, x.dtype) as Tensor);
      return isFirst ? (transpose(kept, [0, 3, 1, 2]) as Tensor) : kept;
    },
  });
}

/**
 * A number for each image, `[images, 1, 1, 1]`, evenly between two.
 *
 * @param which tells several numbers of one layer apart
 */
export function draw(images: Tensor, key: Tensor, which: number, [from, to]: Range): Tensor {
  const shape = [images.shape[0] as number, 1, 1, 1];
  const options = { key: foldIn(key, which), minimum: from, maximum: to };
  return cast(randomUniform(shape, options) as Tensor, images.dtype) as Tensor;
}

/** For each image whether something happens to it, `bool[images, 1, 1, 1]`, with a probability that is drawn, too. */
export function happens(images: Tensor, key: Tensor, which: number, probability: Range): Tensor {
  const [one, other] = [foldIn(key, which), foldIn(key, which + 1000)] as [Tensor, Tensor];
  return less(draw(images, one, 0, [0, 1]), draw(images, other, 0, probability)) as Tensor;
}

/**
 * The range of a factor: one of two numbers within bounds, in any order; a single number `f` stands for the numbers from `−f`, or
 * from the lower bound where that is more, to `f`.
 */
export function factorRange(kind: string, option: string, value: unknown, [least, most]: Range): [number, number] {
  const isWithin = (one: unknown): one is number => typeof one === 'number' && one >= least && one <= most;
  if (Array.isArray(value) && value.length === 2 && value.every(isWithin)) {
    return [Math.min(...value), Math.max(...value)];
  }
  const single = typeof value === 'number' ? Math.abs(value) : undefined;
  if (isWithin(value) && isWithin(single)) return [Math.max(least, -single) + 0, single];
  return reject(kind, option, `a number or two, from ${least} to ${most}`, value);
}

/** The range of values of pixels, checked. */
export function checkValueRange(kind: string, options: ColorOptions): [number, number] {
  const value: unknown = options.valueRange ?? [0, 255];
  if (Array.isArray(value) && value.length === 2 && value.every(Number.isFinite) && value[0] < value[1]) {
    return [value[0], value[1]];
  }
  return reject(kind, 'valueRange', 'two finite numbers, the less one first', value);
}

/** Values of a range as numbers from 0 to 1. */
export const toUnit = (images: Tensor, [least, greatest]: Range): Tensor =>
  div(sub(images, least), greatest - least) as Tensor;

/** Numbers from 0 to 1 as values of a range. */
export const fromUnit = (images: Tensor, [least, greatest]: Range): Tensor =>
  add(mul(images, greatest - least), least) as Tensor;
