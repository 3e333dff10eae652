/** `rotateWithOffset`: images turned around a point. */
import { type NdArray, nd, type OperationFunction, raise, type Tensor } from '@deft/core';
import { constantTensor, type TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { operand } from './definition/operand.ts';
import { finiteNumber } from './definition/options.ts';
import { elementAt, generate } from './definition/reference.ts';
import { requireRank } from './definition/rules.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { gather } from './gather.ts';
import { reshape } from './reshape.ts';
import { where } from './where.ts';

/** Options of `rotateWithOffset`. */
export interface RotateWithOffsetOptions {
  /** What shows where nothing was turned to: one value, or one for each of the first three channels; 0 unless told. */
  readonly fillValue?: number | readonly [number, number, number];
  /** The point that stays, as a share of width and height, or of both; 0.5 unless told. */
  readonly center?: number | readonly [x: number, y: number];
}

type Attributes = { readonly radians: number; readonly fill: readonly number[]; readonly center: readonly number[] };

/** The pixel that shows in a column and row of the result, or undefined outside of the image. */
function sourceOf(
  row: number,
  column: number,
  height: number,
  width: number,
  { radians, center }: Attributes,
): readonly [row: number, column: number] | undefined {
  const [cx, cy] = [width * (center[0] as number), height * (center[1] as number)];
  const [dx, dy] = [column - cx, row - cy];
  const x = Math.round(dx * Math.cos(radians) - dy * Math.sin(radians) + cx);
  const y = Math.round(dx * Math.sin(radians) + dy * Math.cos(radians) + cy);
  return x >= 0 && x < width && y >= 0 && y < height ? [y, x] : undefined;
}

/** The fill value of a channel: a fourth one, the opacity beside three colours, is full. */
const fillOf = (fill: readonly number[], channel: number): number =>
  fill.length === 1 ? (fill[0] as number) : channel === 3 ? 255 : (fill[channel] ?? 0);

/**
 * A batch of images `[images, height, width, channels]` turned around a point, counter-clockwise for a positive angle. Every
 * pixel is a copy of the nearest old one.
 *
 * @throws `E_RANK` unless these are a batch of images, `E_ATTRIBUTE` for an angle, a point or a value that is not finite.
 * @example
 * ```ts
 * import { ravel, rotateWithOffset, tensor } from '@deft/tensor';
 * const image = tensor([[[[1], [2]], [[3], [4]]]]);
 * console.log(ravel(rotateWithOffset(image, Math.PI, { center: 0.25 })).toArray()); // [4, 3, 2, 1]
 * ```
 */
export const rotateWithOffset: OperationFunction<
  <const X extends TensorLike>(
    images: X,
    radians: number,
    options?: RotateWithOffsetOptions,
  ) => Tensor<ShapeOf<X>, DTypeOfOne<X>>
> = defineComposite({
  name: 'rotateWithOffset',
  inputs: ['images'],
  doc: {
    group: 'image',
    summary: 'Images turned around a point.',
    math: 'y[y, x] = image[round(cᵧ + (x − cₓ) sin φ + (y − cᵧ) cos φ), round(cₓ + (x − cₓ) cos φ − (y − cᵧ) sin φ)]',
    notes: [
      'The centre is c = center · (width, height), as in TensorFlow.js: 0.5 is half a pixel behind the middle.',
      'Beside three fill values a fourth channel, the opacity, becomes 255.',
    ],
    see: ['rot90', 'transform'],
  },
  arguments: (images: TensorLike, radians: number, options: RotateWithOffsetOptions = {}) => {
    const { fillValue = 0, center = 0.5 } = options;
    const both = typeof center === 'number' ? [center, center] : center;
    const fill = typeof fillValue === 'number' ? [fillValue] : fillValue;
    if (both.length !== 2 || (fill.length !== 1 && fill.length !== 3)) {
      raise('E_ATTRIBUTE', {
        op: 'rotateWithOffset',
        argument: both.length === 2 ? 'fillValue' : 'center',
        expected: both.length === 2 ? 'a number or three' : 'a number or two',
        found: both.length === 2 ? String(fill) : String(both),
      });
    }
    const attributes: Attributes = {
      radians: finiteNumber('rotateWithOffset', 'radians', radians),
      fill: fill.map((value) => finiteNumber('rotateWithOffset', 'fillValue', value)),
      center: both.map((value) => finiteNumber('rotateWithOffset', 'center', value)),
    };
    return { inputs: [operand('rotateWithOffset', 'images', images)], attributes };
  },
  compose: ([images], attributes): Tensor => {
    requireRank('rotateWithOffset', 'images', images.abstract, 4);
    const [count, height, width, channels] = images.abstract.shape as [number, number, number, number];
    const size = height * width;
    if (count * size * channels === 0) return images;
    const sources = Array.from({ length: size }, (_, i) =>
      sourceOf(Math.floor(i / width), i % width, height, width, attributes),
    );
    const indices = Int32Array.from(sources, (source) => (source ? source[0] * width + source[1] : 0));
    const inside = Uint8Array.from(sources, (source) => Number(source !== undefined));
    const fill = Array.from({ length: channels }, (_, channel) => fillOf(attributes.fill, channel));
    const turned = gather(
      reshape(images, [count, size, channels]),
      constantTensor({ shape: [size], dtype: 'int32', data: indices }),
      { axis: 1 },
    ) as Tensor;
    const shown = where(
      constantTensor({ shape: [size, 1], dtype: 'bool', data: inside }),
      turned,
      constantTensor(nd([channels], fill, images.dtype)),
    ) as Tensor;
    return reshape(shown, [count, height, width, channels]) as Tensor;
  },
  reference: ([images], attributes): NdArray =>
    generate(images.shape, images.dtype, ([image, row, column, channel]) => {
      const [, height, width] = images.shape as [number, number, number];
      const source = sourceOf(row as number, column as number, height, width, attributes);
      if (source === undefined) return fillOf(attributes.fill, channel as number);
      return elementAt(images, [image as number, ...source, channel as number]);
    }),
  samples: [
    { label: 'an eighth', inputs: [nd([1, 3, 3, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9])], rest: [Math.PI / 4], grad: 'check' },
    {
      label: 'two images around a point',
      inputs: [nd([2, 2, 3, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])],
      rest: [-0.7, { center: [0.25, 0.75], fillValue: 5 }],
      grad: 'check',
    },
    {
      label: 'colours and opacity',
      inputs: [nd([1, 2, 1, 4], [1, 2, 3, 4, 5, 6, 7, 8], 'int32')],
      rest: [1.5, { fillValue: [7, 8, 9] }],
    },
    { label: 'not at all', inputs: [nd([1, 1, 2, 1], [1, 2])], rest: [0], grad: 'check' },
    { label: 'no images', inputs: [nd([0, 2, 2, 1], [])], rest: [1] },
  ],
  errors: [
    {
      label: 'one image',
      inputs: [{ shape: [2, 2, 1] }],
      rest: [1],
      code: 'E_RANK',
      says: /rotateWithOffset: images: expected rank 4, got rank 3/,
    },
    {
      label: 'two fill values',
      inputs: [{ shape: [1, 2, 2, 3] }],
      rest: [1, { fillValue: [1, 2] }],
      code: 'E_ATTRIBUTE',
      says: /rotateWithOffset: fillValue: expected a number or three, got 1,2/,
    },
    {
      label: 'no angle',
      inputs: [{ shape: [1, 2, 2, 3] }],
      rest: [Number.NaN],
      code: 'E_ATTRIBUTE',
      says: /rotateWithOffset: radians: expected a finite number, got NaN/,
    },
  ],
});
