/** `resize`: images in another size, by a choice of filters. */
import {
  type DType,
  isFloating,
  isInteger,
  nd,
  type OperationFunction,
  type ReplaceAxes,
  type Tensor,
} from '@deft/core';
import { cast } from './cast.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { oneOf } from './definition/images.ts';
import { checkWholes, operand } from './definition/operand.ts';
import { elementAt, generate } from './definition/reference.ts';
import { filters, resampleAxis, type Taps, tapsAround } from './definition/resampling.ts';
import { rowAxis, sourcePosition } from './definition/resizing.ts';
import { floating } from './definition/rules.ts';
import type { ShapeOf } from './definition/signatures.ts';
import { resizeNearestNeighbor } from './resize-nearest-neighbor.ts';

/** How `resize` computes what lies between pixels. */
export type Interpolation = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos3' | 'lanczos5';

/** Options of `resize`. */
export interface ImageResizeOptions {
  /** How new pixels are computed; bilinear unless told. */
  readonly interpolation?: Interpolation;
  /** Widens the filter where images become smaller, so that no pattern of the old pixels shines through; not of `nearest`. */
  readonly antialias?: boolean;
}

type Attributes = {
  readonly size: readonly number[];
  readonly interpolation: Interpolation;
  readonly antialias: boolean;
};

const centres = { halfPixelCenters: true, alignCorners: false } as const;

/** The taps of new pixel `i`. */
function tapsOf(i: number, source: number, target: number, { interpolation, antialias }: Attributes): Taps {
  const position = sourcePosition(i, source, target, centres);
  if (interpolation === 'nearest') return [[Math.floor(position + 0.5), 1]];
  return tapsAround(position, source, filters[interpolation], antialias ? Math.max(1, source / target) : 1);
}

/**
 * Images in another height and width; the centres of old and new images coincide. `images` is
 * `[height, width, channels]` or a batch of such.
 *
 * @throws `E_RANK` unless these are images, `E_SHAPE` where there are no pixels to take, `E_ATTRIBUTE` for a bad size or an
 * unknown interpolation.
 * @example
 * ```ts
 * import { ravel, resize, tensor } from '@deft/tensor';
 * const image = tensor([[[0], [4], [2], [6]]]);
 * console.log(ravel(resize(image, [1, 2])).toArray()); // [2, 4]
 * ```
 */
export const resize: OperationFunction<
  <const X extends TensorLike, const Height extends number, const Width extends number>(
    images: X,
    size: readonly [height: Height, width: Width],
    options?: ImageResizeOptions,
  ) => Tensor<ReplaceAxes<ReplaceAxes<ShapeOf<X>, -3, [Height]>, -2, [Width]>, DType>
> = defineComposite({
  name: 'resize',
  inputs: ['images'],
  doc: {
    group: 'image',
    summary: 'Images in another size, by a choice of filters.',
    math: 'y[i] = Σₖ w((p − k) / s) x[k] / Σₖ w((p − k) / s) along rows and columns, p = (i + ½) m / n − ½',
    notes: [
      's is 1; with `antialias` it is m / n where the n new pixels are fewer than the m old ones.',
      'w is the triangle of bilinear, the cubic of Keys with a = −½, or sinc(d) sinc(d / r) within r = 3 or 5 of Lanczos.',
      '`nearest` copies pixels and keeps the dtype.',
    ],
    see: ['resizeBilinear', 'resizeBicubic', 'resizeNearestNeighbor'],
  },
  arguments: (
    images: TensorLike,
    size: readonly [number, number],
    { interpolation = 'bilinear', antialias = false }: ImageResizeOptions = {},
  ) => {
    checkWholes('resize', 'size', size, 2, 0);
    const names = ['nearest', 'bilinear', 'bicubic', 'lanczos3', 'lanczos5'] as const;
    const chosen = oneOf('resize', 'interpolation', names, interpolation);
    const input = operand('resize', 'images', images);
    return { inputs: [input], attributes: { size: [...size], interpolation: chosen, antialias } };
  },
  compose: ([images], attributes): Tensor => {
    const { size, interpolation } = attributes;
    const first = rowAxis('resize', images, size);
    if (interpolation === 'nearest') {
      return resizeNearestNeighbor(images, size as [number, number], { halfPixelCenters: true });
    }
    const whole = isInteger(images.dtype);
    const input: Tensor = whole ? cast(images, 'float32') : images;
    floating('resize', input.abstract);
    return size.reduce((x, target, which) => {
      const source = x.abstract.shape[first + which] as number;
      const taps = Array.from({ length: target }, (_, i) => tapsOf(i, source, target, attributes));
      return source === target ? x : resampleAxis(x, first + which, taps);
    }, input);
  },
  reference: ([images], attributes) => {
    const first = images.shape.length - 3;
    const shape = images.shape.map((dim, axis) => attributes.size[axis - first] ?? dim);
    const keeps = attributes.interpolation === 'nearest' || isFloating(images.dtype);
    return generate(shape, keeps ? images.dtype : 'float32', (point) => {
      const [rows, columns] = attributes.size.map((target, which) =>
        tapsOf(point[first + which] as number, images.shape[first + which] as number, target, attributes),
      ) as [Taps, Taps];
      let total = 0;
      for (const [row, rowWeight] of rows) {
        for (const [column, columnWeight] of columns) {
          const at = [...point.slice(0, first), row, column, point.at(-1) as number];
          total += rowWeight * columnWeight * elementAt(images, at);
        }
      }
      return total;
    });
  },
  samples: [
    { label: 'larger', inputs: [nd([2, 2, 1], [0, 4, 8, 2])], rest: [[3, 4]], grad: 'check' },
    {
      label: 'smaller, smoothed',
      inputs: [nd([3, 4, 1], [1, 5, 2, 0, 3, 1, 4, 2, 8, 6, 5, 7])],
      rest: [[2, 3], { antialias: true }],
      grad: 'check',
    },
    {
      label: 'nearest',
      inputs: [nd([2, 3, 1], [1, 5, 2, 0, 3, 1])],
      rest: [[3, 2], { interpolation: 'nearest' }],
      grad: 'check',
    },
    {
      label: 'nearest, whole numbers',
      inputs: [nd([1, 2, 1], [1, 5], 'int32')],
      rest: [[1, 3], { interpolation: 'nearest' }],
    },
    {
      label: 'a batch, two channels, bicubic',
      inputs: [nd([2, 1, 3, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])],
      rest: [[2, 4], { interpolation: 'bicubic' }],
      grad: 'check',
    },
    {
      label: 'lanczos3',
      inputs: [nd([1, 4, 1], [1, 5, 2, 0])],
      rest: [[2, 7], { interpolation: 'lanczos3' }],
      grad: 'check',
    },
    {
      label: 'lanczos5, smoothed',
      inputs: [nd([1, 6, 1], [1, 5, 2, 0, 3, 1])],
      rest: [[1, 4], { interpolation: 'lanczos5', antialias: true }],
      grad: 'check',
    },
    { label: 'one pixel', inputs: [nd([1, 1, 1], [3])], rest: [[2, 2], { interpolation: 'bicubic' }], grad: 'check' },
    { label: 'the same size', inputs: [nd([1, 2, 1], [3, -4])], rest: [[1, 2]], grad: 'check' },
    { label: 'whole numbers', inputs: [nd([1, 2, 1], [0, 4], 'int32')], rest: [[1, 4]] },
    { label: 'a pixel that is no number', inputs: [nd([1, 4, 1], [NaN, 1, 2, 3])], rest: [[1, 2]], grad: 'skip' },
    { label: 'to nothing', inputs: [nd([1, 2, 1], [3, -4])], rest: [[0, 2]] },
    { label: 'no images', inputs: [nd([0, 1, 2, 1], [])], rest: [[2, 2]] },
  ],
  errors: [
    {
      label: 'no image',
      inputs: [{ shape: [2, 2] }],
      rest: [[2, 2]],
      code: 'E_RANK',
      says: /resize: images: expected rank 3 or 4, got rank 2/,
    },
    {
      label: 'no columns',
      inputs: [{ shape: [2, 0, 1] }],
      rest: [[2, 2]],
      code: 'E_SHAPE',
      says: /resize: there are no columns to resize/,
    },
    {
      label: 'an unknown interpolation',
      inputs: [{ shape: [2, 2, 1] }],
      rest: [[2, 2], { interpolation: 'area' }],
      code: 'E_ATTRIBUTE',
      says: /resize: interpolation: expected 'nearest', .*or 'lanczos5', got area/,
    },
    {
      label: 'bool',
      inputs: [{ shape: [2, 2, 1], dtype: 'bool' }],
      rest: [[3, 2]],
      code: 'E_DTYPE',
      says: /resize: expected floating input, got bool/,
    },
  ],
});
