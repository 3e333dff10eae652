/** `randomErasing`: a part of images erased at random (Zhong et al. 2017). */
import type { Tensor } from '@deft/core';
import {
  add,
  arange,
  cast,
  clip,
  foldIn,
  greaterEqual,
  less,
  logicalAnd,
  mul,
  randomNormal,
  reshape,
  sqrt,
  sub,
  where,
} from '@deft/tensor';
import type { Layer } from '../layer.ts';
import { reject } from '../options.ts';
import {
  type ColorOptions,
  checkValueRange,
  draw,
  type Factor,
  factorRange,
  happens,
  imageLayer,
} from './image-layer.ts';
import { numbersLike } from './numbers.ts';

/** Options of `randomErasing`. */
export interface RandomErasingOptions extends ColorOptions {
  /** Least and greatest probability, between which that of each image is drawn; a single `f` is `[0, f]`. 1 unless told. */
  readonly factor?: Factor;
  /** Least and greatest share of height and width squared; 0.02 and 0.33 unless told. */
  readonly scale?: Factor;
  /** What is put in place, one value or one for each of three channels; normal noise unless told. */
  readonly fillValue?: number | readonly [number, number, number] | null;
}

/** The value that fills, checked. */
function checkFill(kind: string, value: unknown): number | number[] | null {
  if (value === null || Number.isFinite(value)) return value as number | null;
  if (Array.isArray(value) && value.length === 3 && value.every(Number.isFinite)) return [...value];
  return reject(kind, 'fillValue', 'a finite number, three, or null', value);
}

/**
 * In training, erases a rectangle of random images: each of its sides is the root of a random share of the image's side, its place is
 * random, and it is filled with a value or with noise within the range of values.
 *
 * @throws `E_LAYER` for bad options, inputs that are no images, and in training without a key
 * @example
 * ```ts
 * import { randomErasing } from '@deft/nn';
 * console.log(randomErasing({ factor: 0.5, fillValue: 0 }).outputShape([28, 28, 1])); // [28, 28, 1]
 * ```
 */
export function randomErasing(options: RandomErasingOptions = {}): Layer {
  const kind = 'randomErasing';
  const factor = factorRange(kind, 'factor', options.factor ?? 1, [0, 1]);
  const scale = factorRange(kind, 'scale', options.scale ?? [0.02, 0.33], [0, 1]);
  const fillValue = checkFill(kind, options.fillValue ?? null);
  const valueRange = checkValueRange(kind, options);
  const [least, greatest] = valueRange;
  return imageLayer({
    kind,
    options,
    config: { factor, scale, fillValue, valueRange },
    random: true,
    colors: Array.isArray(fillValue),
    change: (images, key) => {
      /** Which places along an axis are within the rectangle. */
      const within = (axis: 1 | 2): Tensor => {
        const size = images.shape[axis] as number;
        const length = mul(sqrt(draw(images, key, axis, scale)), size) as Tensor;
        const start = mul(draw(images, key, axis + 2, [0, 1]), sub(size, length)) as Tensor;
        const shape = axis === 1 ? [1, size, 1, 1] : [1, 1, size, 1];
        const places = cast(reshape(arange(0, size), shape), images.dtype) as Tensor;
        return logicalAnd(greaterEqual(places, start), less(places, add(start, length))) as Tensor;
      };
      const filled = (): Tensor => {
        if (fillValue !== null) return numbersLike(fillValue, images.dtype);
        const noise = randomNormal([...images.shape], { key: foldIn(key, 9) }) as Tensor;
        return cast(mul(noise, greatest), images.dtype) as Tensor;
      };
      const isErased = logicalAnd(logicalAnd(within(1), within(2)), happens(images, key, 0, factor)) as Tensor;
      return where(isErased, clip(filled(), least, greatest), images) as Tensor;
    },
  });
}
