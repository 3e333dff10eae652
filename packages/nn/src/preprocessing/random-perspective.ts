/** `randomPerspective`: images seen from another point at random. */
import type { Tensor } from '@deft/core';
import { add, cast, concat, div, mul, reshape, sub, transform, where, zerosLike } from '@deft/tensor';
import type { Layer } from '../layer.ts';
import { finite, oneOf } from '../options.ts';
import { draw, type Factor, factorRange, happens, type ImageOptions, imageLayer } from './image-layer.ts';

/** Options of `randomPerspective`. */
export interface RandomPerspectiveOptions extends ImageOptions {
  /** Least and greatest probability, between which that of each image is drawn; a single `f` is `[0, f]`. 1 unless told. */
  readonly factor?: Factor;
  /** How far corners move at most, as a share of their distance from the first pixel times two; 1 unless told. */
  readonly scale?: number;
  /** How a value between pixels is found; `bilinear` unless told. */
  readonly interpolation?: 'bilinear' | 'nearest';
  /** The value beyond the edges; 0 unless told. */
  readonly fillValue?: number;
}

/** Column and row of a point of each image. */
export type Point = readonly [x: Tensor, y: Tensor];

/**
 * The eight numbers of `transform` for each image that bring points to the corners of rectangles of a width and a height. The points
 * are those of the corners top left, top right, bottom left and bottom right. The map of the unit square to four points
 * is that of P. Heckbert (1989); this is its inverse, up to the size.
 */
export function toRectangle(points: readonly [Point, Point, Point, Point], width: number, height: number): Tensor {
  const [[x0, y0], [x1, y1], [x3, y3], [x2, y2]] = points;
  const minus = (p: Tensor, q: Tensor): Tensor => sub(p, q) as Tensor;
  const times = (p: Tensor, q: Tensor): Tensor => mul(p, q) as Tensor;
  const plus = (p: Tensor, q: Tensor): Tensor => add(p, q) as Tensor;
  /** p s − q r. */
  const cross = (p: Tensor, q: Tensor, r: Tensor, s: Tensor): Tensor => minus(times(p, s), times(q, r));
  const [dx1, dy1, dx2, dy2] = [minus(x1, x2), minus(y1, y2), minus(x3, x2), minus(y3, y2)];
  const [sx, sy] = [plus(minus(x0, x1), minus(x2, x3)), plus(minus(y0, y1), minus(y2, y3))];
  const size = cross(dx1, dx2, dy1, dy2);
  const g = div(cross(sx, dx2, sy, dy2), size) as Tensor;
  const h = div(cross(dx1, sx, dy1, sy), size) as Tensor;
  const [a, b] = [plus(minus(x1, x0), times(g, x1)), plus(minus(x3, x0), times(h, x3))];
  const [d, e] = [plus(minus(y1, y0), times(g, y1)), plus(minus(y3, y0), times(h, y3))];
  const [c, f] = [x0, y0];
  const last = cross(a, b, d, e);
  const columns = [
    mul(minus(e, times(f, h)), width),
    mul(minus(times(c, h), b), width),
    mul(cross(b, c, e, f), width),
    mul(minus(times(f, g), d), height),
    mul(minus(a, times(c, g)), height),
    mul(minus(times(c, d), times(a, f)), height),
    cross(d, e, g, h),
    minus(times(b, g), times(a, h)),
  ] as Tensor[];
  return concat(columns.map((column) => reshape(div(column, last), [-1, 1])) as Tensor[], 1) as Tensor;
}

/**
 * In training, shows random images from another point: their corners move by a random share of their distance from the first pixel,
 * which stays, as in Keras.
 *
 * @throws `E_LAYER` for bad options, inputs that are no images, and in training without a key
 * @example
 * ```ts
 * import { randomPerspective } from '@deft/nn';
 * console.log(randomPerspective({ scale: 0.3 }).outputShape([28, 28, 1])); // [28, 28, 1]
 * ```
 */
export function randomPerspective(options: RandomPerspectiveOptions = {}): Layer {
  const kind = 'randomPerspective';
  const factor = factorRange(kind, 'factor', options.factor ?? 1, [0, 1]);
  const scale = factorRange(kind, 'scale', finite(kind, 'scale', options.scale ?? 1), [0, 1])[1];
  const words = ['bilinear', 'nearest'] as const;
  const interpolation = oneOf(kind, 'interpolation', options.interpolation ?? 'bilinear', words);
  const fillValue = finite(kind, 'fillValue', options.fillValue ?? 0);
  return imageLayer({
    kind,
    options,
    config: { factor, scale, interpolation, fillValue },
    random: true,
    change: (images, key) => {
      const dtype = images.dtype === 'float64' ? 'float64' : 'float32';
      // An image of one row or column has corners, too.
      const [height, width] = images.shape.slice(1, 3).map((size) => Math.max(1, size - 1)) as [number, number];
      const moved = (which: number, distance: number): Tensor =>
        mul(cast(draw(images, key, which, [1 - scale / 2, 1 + scale / 2]), dtype), distance) as Tensor;
      const still = zerosLike(moved(1, 0)) as Tensor;
      const rows = toRectangle(
        [
          [still, still],
          [moved(1, width), still],
          [still, moved(2, height)],
          [moved(3, width), moved(4, height)],
        ],
        width,
        height,
      );
      const seen = transform(images, rows, { interpolation, fillMode: 'constant', fillValue });
      return where(happens(images, key, 0, factor), seen, images) as Tensor;
    },
  });
}
