/** `cropAndResize`: boxes cut out of images, all in one size. */
import { type DimAt, type DType, type NdArray, nd, type OperationFunction, raise, type Tensor } from '@deft/core';
import { add } from './add.ts';
import { cast } from './cast.ts';
import { clip } from './clip.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { asIndices, clampIndex } from './definition/gathering.ts';
import { oneOf } from './definition/images.ts';
import { checkWholes, operand } from './definition/operand.ts';
import { finiteNumber } from './definition/options.ts';
import { elementAt, generate } from './definition/reference.ts';
import { floating, requireRank } from './definition/rules.ts';
import { countAlong, interpolate, type PixelInterpolation, pixelReader } from './definition/sampling.ts';
import type { ShapeOf } from './definition/signatures.ts';
import { expandDims } from './expand-dims.ts';
import { greaterEqual } from './greater-equal.ts';
import { lessEqual } from './less-equal.ts';
import { logicalAnd } from './logical-and.ts';
import { mul } from './mul.ts';
import { reshape } from './reshape.ts';
import { sub } from './sub.ts';
import { unstack } from './unstack.ts';
import { where } from './where.ts';

/** Options of `cropAndResize`. */
export interface CropAndResizeOptions {
  /** How a value between pixels is found; bilinear unless told. */
  readonly method?: PixelInterpolation;
  /** What lies outside of the image; 0 unless told. */
  readonly extrapolationValue?: number;
}

type Attributes = {
  readonly size: readonly number[];
  readonly method: PixelInterpolation;
  readonly extrapolationValue: number;
};

type CropAndResize = <
  const X extends TensorLike,
  const B extends TensorLike,
  const Height extends number,
  const Width extends number,
>(
  images: X,
  boxes: B,
  boxIndices: TensorLike,
  size: readonly [height: Height, width: Width],
  options?: CropAndResizeOptions,
) => Tensor<[DimAt<ShapeOf<B>, 0>, Height, Width, DimAt<ShapeOf<X>, -1>], DType>;

/**
 * Boxes cut out of a batch of images `[images, height, width, channels]`, all resized to one height and width. A row of
 * `boxes` is `[y1, x1, y2, x2]`, where 0 and 1 are the centres of the first and the last pixel; `boxIndices` tells the image
 * that each box is cut from. A box whose ends are exchanged is mirrored.
 *
 * @throws `E_RANK` and `E_SHAPE` unless there are images, boxes of four numbers and an index for each, `E_ATTRIBUTE` for a
 * bad size or an unknown method.
 * @example
 * ```ts
 * import { cropAndResize, ones } from '@deft/tensor';
 * console.log(cropAndResize(ones([1, 8, 8, 3]), [[0, 0, 0.5, 0.5]], [0], [4, 4]).shape); // [1, 4, 4, 3]
 * ```
 */
export const cropAndResize: OperationFunction<CropAndResize> = defineComposite({
  name: 'cropAndResize',
  inputs: ['images', 'boxes', 'boxIndices'],
  doc: {
    group: 'image',
    summary: 'Boxes cut out of images, all resized to one size.',
    math: 'row i of n is read at y₁ (H − 1) + i (y₂ − y₁) (H − 1) / (n − 1), the only one of one at (y₁ + y₂) (H − 1) / 2',
    notes: [
      'Places outside of the image give the extrapolation value.',
      'With `bilinear` it differentiates through images and boxes; at whole pixels is a kink.',
      'An index that is no image is moved to the nearest one.',
    ],
    see: ['resize', 'cropImages'],
  },
  promote: ['images', 'boxes'],
  arguments: (
    images: TensorLike,
    boxes: TensorLike,
    boxIndices: TensorLike,
    size: readonly [height: number, width: number],
    { method = 'bilinear', extrapolationValue = 0 }: CropAndResizeOptions = {},
  ) => {
    checkWholes('cropAndResize', 'size', size, 2, 1);
    const inputs = [
      operand('cropAndResize', 'images', images),
      operand('cropAndResize', 'boxes', boxes),
      asIndices('cropAndResize', boxIndices),
    ];
    const attributes: Attributes = {
      size: [...size],
      method: oneOf('cropAndResize', 'method', ['nearest', 'bilinear'], method),
      extrapolationValue: finiteNumber('cropAndResize', 'extrapolationValue', extrapolationValue),
    };
    return { inputs, attributes };
  },
  compose: ([images, boxes, boxIndices], { size, method, extrapolationValue }): Tensor => {
    const operands = [images.abstract, boxes.abstract, boxIndices.abstract];
    floating('cropAndResize', images.abstract);
    requireRank('cropAndResize', 'images', images.abstract, 4);
    requireRank('cropAndResize', 'boxes', boxes.abstract, 2);
    requireRank('cropAndResize', 'boxIndices', boxIndices.abstract, 1);
    const count = boxes.abstract.shape[0] as number;
    if (boxes.abstract.shape[1] !== 4) {
      raise('E_SHAPE', { op: 'cropAndResize', says: 'a box must have four numbers', operands });
    }
    if (boxIndices.abstract.shape[0] !== count) {
      raise('E_SHAPE', { op: 'cropAndResize', says: 'there must be one index for every box', operands });
    }
    const [y1, x1, y2, x2] = unstack(boxes, 1) as unknown as [Tensor, Tensor, Tensor, Tensor];
    const dtype = boxes.dtype as 'float32' | 'float64';
    const [, height, width] = images.abstract.shape as [number, number, number];
    const column = (x: Tensor): Tensor => reshape(x, [count, 1, 1]) as Tensor;
    const places = (from: Tensor, to: Tensor, source: number, target: number, axis: number): Tensor => {
      if (target === 1) return column(mul(add(from, to), 0.5 * (source - 1)) as Tensor);
      const step = mul(sub(to, from), (source - 1) / (target - 1));
      return add(
        column(mul(from, source - 1) as Tensor),
        mul(column(step as Tensor), countAlong(axis, target, 3, dtype)),
      );
    };
    const rows = places(y1, y2, height, size[0] as number, 1);
    const columns = places(x1, x2, width, size[1] as number, 2);
    const within = (place: Tensor, source: number): Tensor =>
      logicalAnd(greaterEqual(place, 0), lessEqual(place, source - 1)) as Tensor;
    const inside = logicalAnd(within(rows, height), within(columns, width)) as Tensor;
    const last = Math.max(0, (images.abstract.shape[0] as number) - 1);
    const chosen = cast(clip(boxIndices, 0, last) as Tensor, 'int32') as Tensor;
    const read = pixelReader(images, column(chosen));
    const found = interpolate(read, rows, columns, method, 'edge');
    return where(expandDims(inside, -1), found, extrapolationValue) as Tensor;
  },
  reference: ([images, boxes, boxIndices], { size, method, extrapolationValue }): NdArray => {
    const [, height, width, channels] = images.shape as [number, number, number, number];
    const [rows, columns] = size as [number, number];
    const place = (from: number, to: number, i: number, source: number, target: number): number =>
      (target === 1 ? (from + to) / 2 : from + (i * (to - from)) / (target - 1)) * (source - 1);
    return generate([boxes.shape[0] as number, rows, columns, channels], images.dtype, (point) => {
      const [box, i, j, channel] = point as unknown as [number, number, number, number];
      const [y1, x1, y2, x2] = [0, 1, 2, 3].map((k) => elementAt(boxes, [box, k])) as [number, number, number, number];
      const [y, x] = [place(y1, y2, i, height, rows), place(x1, x2, j, width, columns)];
      if (!(y >= 0 && y <= height - 1 && x >= 0 && x <= width - 1)) return extrapolationValue;
      const image = clampIndex(elementAt(boxIndices, [box]), images.shape[0] as number);
      const pixel = (r: number, c: number): number => elementAt(images, [image, r, c, channel]);
      if (method === 'nearest') return pixel(Math.floor(y + 0.5), Math.floor(x + 0.5));
      const [top, left] = [Math.floor(y), Math.floor(x)];
      const along = (r: number): number =>
        pixel(r, left) * (left + 1 - x) + pixel(r, Math.min(left + 1, width - 1)) * (x - left);
      return along(top) * (top + 1 - y) + along(Math.min(top + 1, height - 1)) * (y - top);
    });
  },
  samples: [
    {
      label: 'two boxes of one image',
      inputs: [
        nd([1, 3, 3, 1], [1, 5, 2, 0, 3, 1, 4, 2, 8]),
        nd([2, 4], [0.1, 0.15, 0.8, 0.95, 0.7, 0.3, 0.2, 0.6]),
        nd([2], [0, 0], 'int32'),
      ],
      rest: [[2, 2]],
      grad: 'check',
      ulp: 32,
    },
    {
      label: 'of two images with two channels',
      inputs: [
        nd([2, 2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8, 8, 7, 6, 5, 4, 3, 2, 1]),
        nd([2, 4], [0.125, 0.25, 0.875, 0.75, 0.25, 0.25, 0.75, 0.75]),
        nd([2], [1, 0], 'int32'),
      ],
      rest: [[1, 3]],
      grad: 'check',
      ulp: 32,
    },
    {
      label: 'beyond the edges',
      inputs: [nd([1, 2, 2, 1], [1, 2, 3, 4]), nd([1, 4], [-0.75, 0.25, 1.75, 1.5]), nd([1], [0], 'int32')],
      rest: [[4, 3], { extrapolationValue: 9 }],
      grad: 'check',
      ulp: 32,
    },
    {
      label: 'an index that is no image',
      inputs: [nd([1, 2, 2, 1], [1, 2, 3, 4]), nd([1, 4], [0.25, 0.25, 0.75, 0.75]), nd([1], [2], 'int32')],
      rest: [[1, 1]],
      grad: 'check',
      ulp: 32,
    },
    {
      label: 'nearest',
      inputs: [nd([1, 2, 3, 1], [1, 2, 3, 4, 5, 6]), nd([1, 4], [0.1, 0.15, 0.8, 0.95]), nd([1], [0], 'int32')],
      rest: [[3, 2], { method: 'nearest' }],
      grad: 'check',
    },
    {
      label: 'the whole image',
      inputs: [nd([1, 2, 2, 1], [1, 2, 3, 4]), nd([1, 4], [0, 0, 1, 1]), nd([1], [0], 'int32')],
      rest: [[2, 2]],
      grad: 'skip',
    },
    {
      label: 'no boxes',
      inputs: [nd([1, 2, 2, 1], [1, 2, 3, 4]), nd([0, 4], []), nd([0], [], 'int32')],
      rest: [[2, 2]],
    },
  ],
  errors: [
    {
      label: 'one image',
      inputs: [{ shape: [2, 2, 1] }, { shape: [1, 4] }, { shape: [1], dtype: 'int32' }],
      rest: [[2, 2]],
      code: 'E_RANK',
      says: /cropAndResize: images: expected rank 4, got rank 3/,
    },
    {
      label: 'broken boxes',
      inputs: [{ shape: [1, 2, 2, 1] }, { shape: [1, 3] }, { shape: [1], dtype: 'int32' }],
      rest: [[2, 2]],
      code: 'E_SHAPE',
      says: /cropAndResize: a box must have four numbers/,
    },
    {
      label: 'too few indices',
      inputs: [{ shape: [1, 2, 2, 1] }, { shape: [2, 4] }, { shape: [1], dtype: 'int32' }],
      rest: [[2, 2]],
      code: 'E_SHAPE',
      says: /cropAndResize: there must be one index for every box/,
    },
    {
      label: 'an unknown method',
      inputs: [{ shape: [1, 2, 2, 1] }, { shape: [1, 4] }, { shape: [1], dtype: 'int32' }],
      rest: [[2, 2], { method: 'cubic' }],
      code: 'E_ATTRIBUTE',
      says: /cropAndResize: method: expected 'nearest' or 'bilinear', got cubic/,
    },
  ],
});
