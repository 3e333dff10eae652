/** `transform`: images seen through projective transforms. */
import {
  isFloating,
  isInteger,
  type NdArray,
  nd,
  type OperationFunction,
  raise,
  type SameRank,
  type Tensor,
} from '@deft/core';
import { add } from './add.ts';
import { cast } from './cast.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { oneOf } from './definition/images.ts';
import { checkWholes, operand } from './definition/operand.ts';
import { finiteNumber } from './definition/options.ts';
import { elementAt, generate } from './definition/reference.ts';
import { floating, numeric, requireRank } from './definition/rules.ts';
import {
  countAlong,
  type FillMode,
  type FillOptions,
  fillModes,
  interpolate,
  ontoAxis,
  type PixelInterpolation,
  pixelReader,
  type SampledDType,
} from './definition/sampling.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { div } from './div.ts';
import { equal } from './equal.ts';
import { expandDims } from './expand-dims.ts';
import { mul } from './mul.ts';
import { reshape } from './reshape.ts';
import { unstack } from './unstack.ts';
import { where } from './where.ts';

/** Options of `transform`. */
export interface TransformOptions extends FillOptions {
  /** Height and width of the result; those of the images unless told. */
  readonly outputShape?: readonly [height: number, width: number];
}

type Attributes = {
  readonly interpolation: PixelInterpolation;
  readonly fillMode: FillMode;
  readonly fillValue: number;
  readonly outputShape?: readonly number[];
};

/** A place of an endless row brought onto an axis, in plain numbers. */
function plainOntoAxis(place: number, size: number, mode: FillMode): number {
  const last = size - 1;
  const ends = (x: number): number => Math.min(Math.max(x, 0), last);
  if (mode === 'constant') return place;
  if (mode === 'nearest' || size === 1) return ends(place);
  if (mode === 'reflect') {
    const turn = place - Math.floor(place / (2 * size)) * 2 * size;
    return ends(turn < size ? turn : 2 * size - 1 - turn);
  }
  if (place < 0) return ends(place + size * (Math.trunc(-place / last) + 1));
  return ends(place > last ? place - size * Math.trunc(place / last) : place);
}

/**
 * A batch of images `[images, height, width, channels]` seen through projective transforms: one row of eight numbers
 * `[a0, a1, a2, b0, b1, b2, c0, c1]` for every image, or one for all. The pixel in column x and row y of the result is what
 * stands in column `(a0 x + a1 y + a2) / k` and row `(b0 x + b1 y + b2) / k` of the image, `k = c0 x + c1 y + 1`.
 *
 * @throws `E_RANK` and `E_SHAPE` unless there are images and rows of eight numbers that fit, `E_ATTRIBUTE` for an unknown
 * interpolation or fill mode, `E_DTYPE` for bool images.
 * @example
 * ```ts
 * import { ravel, tensor, transform } from '@deft/tensor';
 * const image = tensor([[[[1], [2], [3]]]]);
 * const shifted = transform(image, [[1, 0, 1, 0, 1, 0, 0, 0]], { fillMode: 'nearest' });
 * console.log(ravel(shifted).toArray()); // [2, 3, 3]
 * ```
 */
export const transform: OperationFunction<
  <const X extends TensorLike>(
    images: X,
    transforms: TensorLike,
    options?: TransformOptions,
  ) => Tensor<SameRank<ShapeOf<X>, number>, SampledDType<DTypeOfOne<X>>>
> = defineComposite({
  name: 'transform',
  inputs: ['images', 'transforms'],
  doc: {
    group: 'image',
    summary: 'Images seen through projective transforms.',
    math: 'y[y, x] = image[(b₀x + b₁y + b₂) / k, (a₀x + a₁y + a₂) / k], k = c₀x + c₁y + 1',
    notes: [
      'Beyond the edges: `constant` gives the fill value, `reflect` d c b a | a b c d | d c b a, `wrap` a b c d | a b c d, `nearest` the edge, with the rounding of TensorFlow between the last pixel and the first.',
      'Where k is 0 the result is the fill value. Interpolation is `nearest` unless told.',
      'With `bilinear` it differentiates through images and transforms; at whole pixels is a kink.',
    ],
    see: ['affineTransform', 'perspectiveTransform', 'rotateWithOffset', 'mapCoordinates'],
  },
  arguments: (images: TensorLike, transforms: TensorLike, options: TransformOptions = {}) => {
    const { interpolation = 'nearest', fillMode = 'constant', fillValue = 0, outputShape } = options;
    if (outputShape !== undefined) checkWholes('transform', 'outputShape', outputShape, 2, 0);
    const attributes: Attributes = {
      interpolation: oneOf('transform', 'interpolation', ['nearest', 'bilinear'], interpolation),
      fillMode: oneOf('transform', 'fillMode', fillModes, fillMode),
      fillValue: finiteNumber('transform', 'fillValue', fillValue),
      ...(outputShape ? { outputShape: [...outputShape] } : {}),
    };
    const inputs = [operand('transform', 'images', images), operand('transform', 'transforms', transforms)];
    return { inputs, attributes };
  },
  compose: ([images, transforms], { interpolation, fillMode, fillValue, outputShape }): Tensor => {
    const operands = [images.abstract, transforms.abstract];
    requireRank('transform', 'images', images.abstract, 4);
    requireRank('transform', 'transforms', transforms.abstract, 2);
    numeric('transform', images.abstract);
    floating('transform', transforms.abstract);
    const [count, height, width, channels] = images.abstract.shape as [number, number, number, number];
    const [rows, numbers] = transforms.abstract.shape as [number, number];
    if (numbers !== 8 || (rows !== 1 && rows !== count)) {
      const says = `transforms must be one row of eight numbers or ${count}`;
      raise('E_SHAPE', { op: 'transform', says, operands });
    }
    const [newHeight, newWidth] = (outputShape ?? [height, width]) as [number, number];
    const whole = isInteger(images.dtype);
    const input: Tensor = whole && interpolation === 'bilinear' ? cast(images, 'float32') : images;
    if (interpolation === 'bilinear') floating('transform', input.abstract);
    if (count * newHeight * newWidth * channels > 0 && height * width === 0) {
      raise('E_SHAPE', { op: 'transform', says: 'there are no pixels to take', operands });
    }
    const dtype = transforms.dtype as 'float32' | 'float64';
    const [a0, a1, a2, b0, b1, b2, c0, c1] = (unstack(transforms, 1) as unknown as Tensor[]).map((one) =>
      reshape(one, [rows, 1, 1]),
    ) as unknown as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
    const [y, x] = [countAlong(1, newHeight, 3, dtype), countAlong(2, newWidth, 3, dtype)];
    const depth = add(add(mul(c0, x), mul(c1, y)), 1) as Tensor;
    const endless = equal(depth, 0) as Tensor;
    const divisor = where(endless, 1, depth) as Tensor;
    const column = div(add(add(mul(a0, x), mul(a1, y)), a2), divisor) as Tensor;
    const row = div(add(add(mul(b0, x), mul(b1, y)), b2), divisor) as Tensor;
    const read = pixelReader(input, countAlong(0, count, 3, 'int32'));
    const found = interpolate(
      read,
      ontoAxis(row, height, fillMode),
      ontoAxis(column, width, fillMode),
      interpolation,
      fillMode === 'constant' ? fillValue : 'edge',
    );
    // Places may be finer than pixels: the result is as precise as the images.
    return cast(where(expandDims(endless, -1), fillValue, found) as Tensor, input.dtype) as Tensor;
  },
  reference: ([images, transforms], { interpolation, fillMode, fillValue, outputShape }): NdArray => {
    const [count, height, width, channels] = images.shape as [number, number, number, number];
    const [newHeight, newWidth] = (outputShape ?? [height, width]) as [number, number];
    const keeps = interpolation === 'nearest' || isFloating(images.dtype);
    return generate([count, newHeight, newWidth, channels], keeps ? images.dtype : 'float32', (point) => {
      const [image, y, x, channel] = point as unknown as [number, number, number, number];
      const [a0, a1, a2, b0, b1, b2, c0, c1] = Array.from({ length: 8 }, (_, i) =>
        elementAt(transforms, [image, i]),
      ) as [number, number, number, number, number, number, number, number];
      const depth = c0 * x + c1 * y + 1;
      if (depth === 0) return fillValue;
      const column = plainOntoAxis((a0 * x + a1 * y + a2) / depth, width, fillMode);
      const row = plainOntoAxis((b0 * x + b1 * y + b2) / depth, height, fillMode);
      const pixel = (r: number, c: number): number =>
        r >= 0 && r < height && c >= 0 && c < width ? elementAt(images, [image, r, c, channel]) : fillValue;
      if (interpolation === 'nearest') return pixel(Math.floor(row + 0.5), Math.floor(column + 0.5));
      const [top, left] = [Math.floor(row), Math.floor(column)];
      const along = (r: number): number => pixel(r, left) * (left + 1 - column) + pixel(r, left + 1) * (column - left);
      return along(top) * (top + 1 - row) + along(top + 1) * (row - top);
    });
  },
  samples: [
    {
      label: 'nearest, turned',
      inputs: [nd([1, 2, 3, 1], [1, 2, 3, 4, 5, 6]), nd([1, 8], [0.8, -0.6, 0.33, 0.6, 0.8, -0.2, 0, 0])],
      grad: 'check',
    },
    {
      label: 'bilinear, projective, two images',
      inputs: [
        nd([2, 2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8, 8, 7, 6, 5, 4, 3, 2, 1]),
        nd([2, 8], [0.93, 0.13, 0.15, -0.1, 0.85, 0.27, 0.05, 0.1, 1.1, 0, -0.35, 0.2, 0.7, 0.17, 0, -0.05]),
      ],
      rest: [{ interpolation: 'bilinear', fillValue: 3 }],
      grad: 'check',
      ulp: 64,
    },
    {
      label: 'reflected',
      inputs: [nd([1, 1, 4, 1], [1, 2, 3, 4]), nd([1, 8], [2.3, 0, -5.15, 0, 1, 0, 0, 0])],
      rest: [{ interpolation: 'bilinear', fillMode: 'reflect' }],
      grad: 'check',
      ulp: 64,
    },
    {
      label: 'repeated',
      inputs: [nd([1, 1, 4, 1], [1, 2, 3, 4]), nd([1, 8], [2.3, 0, -5.15, 0, 1, 0, 0, 0])],
      rest: [{ interpolation: 'bilinear', fillMode: 'wrap', outputShape: [1, 6] }],
      grad: 'check',
      ulp: 64,
    },
    {
      label: 'edges drawn out, another size',
      inputs: [nd([1, 2, 2, 1], [1, 2, 3, 4]), nd([1, 8], [0.7, 0, -1.15, 0, 0.7, -0.65, 0, 0])],
      rest: [{ interpolation: 'bilinear', fillMode: 'nearest', outputShape: [3, 5] }],
      grad: 'check',
      ulp: 64,
    },
    {
      label: 'whole numbers',
      inputs: [nd([1, 1, 3, 1], [1, 2, 3], 'int32'), nd([1, 8], [1, 0, 1, 0, 1, 0, 0, 0])],
      rest: [{ fillValue: -1 }],
      grad: 'skip',
    },
    {
      label: 'a pixel endlessly far away',
      inputs: [nd([1, 1, 3, 1], [1, 2, 3]), nd([1, 8], [1, 0, 0, 0, 1, 0, -1, 0])],
      rest: [{ fillValue: 9, fillMode: 'nearest' }],
      grad: 'skip',
    },
    {
      label: 'whole numbers between float64 places',
      inputs: [nd([1, 1, 3, 1], [1, 2, 3], 'int32'), nd([1, 8], [1, 0, 0.25, 0, 1, 0, 0, 0], 'float64')],
      rest: [{ interpolation: 'bilinear' }],
      grad: 'skip',
    },
    { label: 'no images', inputs: [nd([0, 2, 2, 1], []), nd([1, 8], [1, 0, 0, 0, 1, 0, 0, 0])] },
  ],
  errors: [
    {
      label: 'one image',
      inputs: [{ shape: [2, 2, 1] }, { shape: [1, 8] }],
      code: 'E_RANK',
      says: /transform: images: expected rank 4, got rank 3/,
    },
    {
      label: 'nine numbers',
      inputs: [{ shape: [2, 2, 2, 1] }, { shape: [1, 9] }],
      code: 'E_SHAPE',
      says: /transform: transforms must be one row of eight numbers or 2/,
    },
    {
      label: 'no pixels',
      inputs: [{ shape: [1, 0, 2, 1] }, { shape: [1, 8] }],
      rest: [{ outputShape: [2, 2] }],
      code: 'E_SHAPE',
      says: /transform: there are no pixels to take/,
    },
    {
      label: 'bool',
      inputs: [{ shape: [1, 2, 2, 1], dtype: 'bool' }, { shape: [1, 8] }],
      code: 'E_DTYPE',
      says: /transform: expected numeric input, got bool/,
    },
    {
      label: 'an unknown fill mode',
      inputs: [{ shape: [1, 2, 2, 1] }, { shape: [1, 8] }],
      rest: [{ fillMode: 'mirror' }],
      code: 'E_ATTRIBUTE',
      says: /transform: fillMode: expected 'constant', 'reflect', 'wrap' or 'nearest', got mirror/,
    },
  ],
});
