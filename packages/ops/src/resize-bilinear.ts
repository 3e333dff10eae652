/** `resizeBilinear`: images in another size, between pixels linearly. */
import { type DType, nd, type OperationFunction, type Tensor } from '@deft/core';
import { add } from './add.ts';
import { constantTensor } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { elementAt, generate } from './definition/reference.ts';
import { pixelIndices, type Resize, resizeArguments, rowAxis, sourcePosition, within } from './definition/resizing.ts';
import { floating } from './definition/rules.ts';
import { gather } from './gather.ts';
import { mul } from './mul.ts';
import { reshape } from './reshape.ts';
import { sub } from './sub.ts';

/**
 * Images in another height and width, each new pixel a weighted mean of the four around its place in the old image.
 * `images` is `[height, width, channels]` or a batch of such.
 *
 * @throws `E_RANK` unless these are images, `E_SHAPE` where there are no pixels to take, `E_ATTRIBUTE` for a bad size.
 * @example
 * ```ts
 * import { ravel, resizeBilinear, tensor } from '@deft/tensor';
 * const image = tensor([[[0], [4]]]);
 * console.log(ravel(resizeBilinear(image, [1, 4])).toArray()); // [0, 2, 4, 4]
 * ```
 */
export const resizeBilinear: OperationFunction<Resize<DType>> = defineComposite({
  name: 'resizeBilinear',
  inputs: ['images'],
  doc: {
    group: 'image',
    summary: 'Images in another size, between pixels linearly.',
    math: 'y[i] = (1 − t) x[⌊p⌋] + t x[⌈p⌉], t = p − ⌊p⌋, along rows and columns',
    notes: [
      'Place p of new pixel i, of n from m old ones: i m / n; with `halfPixelCenters` (i + ½) m / n − ½; with `alignCorners` i (m − 1) / (n − 1).',
      'Nothing is smoothed when an image becomes smaller.',
    ],
    see: ['resizeNearestNeighbor'],
  },
  promote: 'float',
  arguments: resizeArguments('resizeBilinear'),
  compose: ([images], { size, ...rule }): Tensor => {
    floating('resizeBilinear', images.abstract);
    const first = rowAxis('resizeBilinear', images, size);
    return size.reduce((x, target, which) => {
      const axis = first + which;
      const source = x.shape[axis] as number;
      if (source === target && !rule.halfPixelCenters) return x;
      const place = (i: number): number => sourcePosition(i, source, target, rule);
      const low = gather(
        x,
        pixelIndices(target, (i) => within(Math.floor(place(i)), source)),
        { axis },
      ) as Tensor;
      const high = gather(
        x,
        pixelIndices(target, (i) => within(Math.ceil(place(i)), source)),
        { axis },
      ) as Tensor;
      const share = Array.from({ length: target }, (_, i) => place(i) - Math.floor(place(i)));
      const shares = constantTensor(nd([target], share, x.dtype));
      const weight = reshape(shares, [target, ...x.shape.slice(axis + 1).map(() => 1)]) as Tensor;
      return add(mul(low, sub(1, weight)), mul(high, weight)) as Tensor;
    }, images);
  },
  reference: ([images], { size, ...rule }) => {
    const first = images.shape.length - 3;
    const shape = images.shape.map((dim, axis) => size[axis - first] ?? dim);
    return generate(shape, images.dtype, (point) => {
      const around = size.map((target, which) => {
        const source = images.shape[first + which] as number;
        const place = sourcePosition(point[first + which] as number, source, target, rule);
        const share = place - Math.floor(place);
        const low = within(Math.floor(place), source);
        const high = within(Math.ceil(place), source);
        return [
          [low, 1 - share],
          [high, share],
        ] as const;
      });
      const [rows, columns] = around as [(typeof around)[number], (typeof around)[number]];
      let total = 0;
      for (const [row, rowShare] of rows) {
        for (const [column, columnShare] of columns) {
          const at = [...point.slice(0, first), row, column, point.at(-1) as number];
          total += rowShare * columnShare * elementAt(images, at);
        }
      }
      return total;
    });
  },
  samples: [
    { label: 'larger', inputs: [nd([2, 2, 1], [0, 4, 8, 2])], rest: [[3, 4]], grad: 'check', ulp: 4 },
    {
      label: 'smaller',
      inputs: [nd([3, 4, 1], [1, 5, 2, 0, 3, 1, 4, 2, 8, 6, 5, 7])],
      rest: [[2, 3]],
      grad: 'check',
      ulp: 4,
    },
    {
      label: 'a batch, two channels',
      inputs: [nd([2, 1, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8])],
      rest: [[2, 3]],
      grad: 'check',
      ulp: 4,
    },
    {
      label: 'corners aligned',
      inputs: [nd([2, 2, 1], [0, 4, 8, 2])],
      rest: [[3, 4], { alignCorners: true }],
      grad: 'check',
      ulp: 4,
    },
    {
      label: 'half pixels',
      inputs: [nd([2, 2, 1], [0, 4, 8, 2])],
      rest: [[3, 4], { halfPixelCenters: true }],
      grad: 'check',
      ulp: 4,
    },
    { label: 'the same size', inputs: [nd([1, 2, 1], [3, -4])], rest: [[1, 2]], grad: 'check' },
    {
      label: 'one pixel, aligned',
      inputs: [nd([2, 1, 1], [3, 5])],
      rest: [[1, 2], { alignCorners: true }],
      grad: 'check',
    },
    { label: 'a pixel that is no number', inputs: [nd([1, 2, 1], [NaN, 1])], rest: [[1, 4]], grad: 'skip', ulp: 4 },
    { label: 'to nothing', inputs: [nd([1, 2, 1], [3, -4])], rest: [[0, 2]] },
    { label: 'no images', inputs: [nd([0, 1, 2, 1], [])], rest: [[2, 2]] },
  ],
  errors: [
    {
      label: 'no image',
      inputs: [{ shape: [2, 2] }],
      rest: [[2, 2]],
      code: 'E_RANK',
      says: /images: expected rank 3 or 4, got rank 2/,
    },
    {
      label: 'no rows',
      inputs: [{ shape: [0, 2, 1] }],
      rest: [[2, 2]],
      code: 'E_SHAPE',
      says: /there are no rows to resize/,
    },
    {
      label: 'half a pixel',
      inputs: [{ shape: [2, 2, 1] }],
      rest: [[2, 0.5]],
      code: 'E_ATTRIBUTE',
      says: /size: expected 2 whole numbers of at least 0, got \[2, 0.5\]/,
    },
    {
      label: 'both rules',
      inputs: [{ shape: [2, 2, 1] }],
      rest: [[2, 2], { alignCorners: true, halfPixelCenters: true }],
      code: 'E_ATTRIBUTE',
      says: /halfPixelCenters: expected false with alignCorners/,
    },
  ],
});
