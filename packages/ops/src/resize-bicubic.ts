/** `resizeBicubic`: images in another size, between pixels by cubic polynomials. */
import { type DType, nd, type OperationFunction, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { elementAt, generate } from './definition/reference.ts';
import { cubicFilter, cubicTapsWithEdges, resampleAxis, type Taps, tapsAround } from './definition/resampling.ts';
import { type Resize, type ResizeAttributes, resizeArguments, rowAxis, sourcePosition } from './definition/resizing.ts';
import { floating } from './definition/rules.ts';

const keys = cubicFilter(-0.5);
const sharp = cubicFilter(-0.75);

/** The taps of new pixel `i`. */
function tapsOf(i: number, source: number, target: number, rule: Omit<ResizeAttributes, 'size'>): Taps {
  const position = sourcePosition(i, source, target, rule);
  return rule.halfPixelCenters ? tapsAround(position, source, keys) : cubicTapsWithEdges(position, source, sharp);
}

/**
 * Images in another height and width, each new pixel a weighted sum of the sixteen around its place in the old image.
 * `images` is `[height, width, channels]` or a batch of such.
 *
 * @throws `E_RANK` unless these are images, `E_SHAPE` where there are no pixels to take, `E_ATTRIBUTE` for a bad size.
 * @example
 * ```ts
 * import { ravel, resizeBicubic, tensor } from '@deft/tensor';
 * const image = tensor([[[0], [4]]]);
 * console.log(ravel(resizeBicubic(image, [1, 4])).toArray()); // [0, 2, 4, 4.375]
 * ```
 */
export const resizeBicubic: OperationFunction<Resize<DType>> = defineComposite({
  name: 'resizeBicubic',
  inputs: ['images'],
  doc: {
    group: 'image',
    summary: 'Images in another size, between pixels by cubic polynomials.',
    math: 'y[i] = Σₖ w(p − k) x[k] along rows and columns, w(d) = (a + 2)|d|³ − (a + 3)d² + 1 up to 1, a|d|³ − 5ad² + 8a|d| − 4a up to 2',
    notes: [
      'Place p of new pixel i, of n from m old ones: i m / n; with `halfPixelCenters` (i + ½) m / n − ½; with `alignCorners` i (m − 1) / (n − 1).',
      'a = −¾ and edges are repeated; with `halfPixelCenters` a = −½ and pixels outside are left out, as in TensorFlow.',
      'Nothing is smoothed when an image becomes smaller; `resize` can.',
      'Keys, “Cubic convolution interpolation for digital image processing” (1981).',
    ],
    see: ['resize', 'resizeBilinear'],
  },
  promote: 'float',
  arguments: resizeArguments('resizeBicubic'),
  compose: ([images], { size, ...rule }): Tensor => {
    floating('resizeBicubic', images.abstract);
    const first = rowAxis('resizeBicubic', images, size);
    return size.reduce((x, target, which) => {
      const source = x.abstract.shape[first + which] as number;
      const taps = Array.from({ length: target }, (_, i) => tapsOf(i, source, target, rule));
      return source === target ? x : resampleAxis(x, first + which, taps);
    }, images);
  },
  reference: ([images], { size, ...rule }) => {
    const first = images.shape.length - 3;
    const shape = images.shape.map((dim, axis) => size[axis - first] ?? dim);
    return generate(shape, images.dtype, (point) => {
      const [rows, columns] = size.map((target, which) =>
        tapsOf(point[first + which] as number, images.shape[first + which] as number, target, rule),
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
      label: 'smaller',
      inputs: [nd([3, 4, 1], [1, 5, 2, 0, 3, 1, 4, 2, 8, 6, 5, 7])],
      rest: [[2, 3]],
      grad: 'check',
    },
    {
      label: 'a batch, two channels',
      inputs: [nd([2, 1, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8])],
      rest: [[2, 3]],
      grad: 'check',
    },
    {
      label: 'corners aligned',
      inputs: [nd([2, 2, 1], [0, 4, 8, 2])],
      rest: [[3, 4], { alignCorners: true }],
      grad: 'check',
    },
    {
      label: 'half pixels',
      inputs: [nd([2, 3, 1], [0, 4, 8, 2, 1, 5])],
      rest: [[3, 5], { halfPixelCenters: true }],
      grad: 'check',
    },
    { label: 'the same size', inputs: [nd([1, 2, 1], [3, -4])], rest: [[1, 2]], grad: 'check' },
    { label: 'whole numbers', inputs: [nd([1, 2, 1], [0, 4], 'int32')], rest: [[1, 4]] },
    { label: 'a pixel that is no number', inputs: [nd([1, 5, 1], [NaN, 1, 2, 3, 4])], rest: [[1, 10]], grad: 'skip' },
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
      label: 'both rules',
      inputs: [{ shape: [2, 2, 1] }],
      rest: [[2, 2], { alignCorners: true, halfPixelCenters: true }],
      code: 'E_ATTRIBUTE',
      says: /halfPixelCenters: expected false with alignCorners/,
    },
  ],
});
