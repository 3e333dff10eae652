/** `resizeNearestNeighbor`: images in another size, made of the old pixels. */
import { type DType, type NdArray, nd, type OperationFunction, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { elementAt, generate } from './definition/reference.ts';
import {
  pixelIndices,
  type Resize,
  type ResizeAttributes,
  resizeArguments,
  rowAxis,
  sourcePosition,
  within,
} from './definition/resizing.ts';
import { gather } from './gather.ts';

/** The old pixel that new pixel `i` shows. */
function pixelOf(i: number, source: number, target: number, rule: Omit<ResizeAttributes, 'size'>): number {
  const place = sourcePosition(i, source, target, rule);
  // The centre of a pixel stands half a pixel behind its corner, in which the nearest one is counted.
  const corner = rule.halfPixelCenters ? place + 0.5 : place;
  return within(rule.alignCorners ? Math.round(corner) : Math.floor(corner), source);
}

/**
 * Images in another height and width, each new pixel a copy of the old one at its place. `images` is
 * `[height, width, channels]` or a batch of such, of any dtype.
 *
 * @throws `E_RANK` unless these are images, `E_SHAPE` where there are no pixels to take, `E_ATTRIBUTE` for a bad size.
 * @example
 * ```ts
 * import { ravel, resizeNearestNeighbor, tensor } from '@deft/tensor';
 * const image = tensor([[[1], [2]]]);
 * console.log(ravel(resizeNearestNeighbor(image, [1, 4])).toArray()); // [1, 1, 2, 2]
 * ```
 */
export const resizeNearestNeighbor: OperationFunction<Resize<DType>> = defineComposite({
  name: 'resizeNearestNeighbor',
  inputs: ['images'],
  doc: {
    group: 'image',
    summary: 'Images in another size, made of the old pixels.',
    math: 'y[i] = x[⌊i m / n⌋] along rows and columns, for n new pixels from m old ones',
    notes: ['With `halfPixelCenters` pixel ⌊(i + ½) m / n⌋ is taken, with `alignCorners` i (m − 1) / (n − 1) rounded.'],
    see: ['resizeBilinear'],
  },
  arguments: resizeArguments('resizeNearestNeighbor'),
  compose: ([images], { size, ...rule }): Tensor => {
    const first = rowAxis('resizeNearestNeighbor', images, size);
    return size.reduce((x, target, which) => {
      const axis = first + which;
      const source = x.shape[axis] as number;
      const indices = pixelIndices(target, (i) => pixelOf(i, source, target, rule));
      return source === target ? x : (gather(x, indices, { axis }) as Tensor);
    }, images);
  },
  reference: ([images], { size, ...rule }): NdArray => {
    const first = images.shape.length - 3;
    const shape = images.shape.map((dim, axis) => size[axis - first] ?? dim);
    return generate(shape, images.dtype, (point) =>
      elementAt(
        images,
        point.map((i, axis) => {
          const target = size[axis - first];
          return target === undefined ? i : pixelOf(i, images.shape[axis] as number, target, rule);
        }),
      ),
    );
  },
  samples: [
    { label: 'larger', inputs: [nd([2, 2, 1], [0, 4, 8, 2])], rest: [[3, 5]], grad: 'check' },
    { label: 'smaller', inputs: [nd([3, 4, 1], [1, 5, 2, 0, 3, 1, 4, 2, 8, 6, 5, 7])], rest: [[2, 3]], grad: 'check' },
    {
      label: 'a batch, two channels',
      inputs: [nd([2, 1, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8])],
      rest: [[2, 3]],
      grad: 'check',
    },
    {
      label: 'corners aligned',
      inputs: [nd([2, 2, 1], [0, 4, 8, 2])],
      rest: [[3, 5], { alignCorners: true }],
      grad: 'check',
    },
    {
      label: 'half pixels',
      inputs: [nd([2, 3, 1], [0, 4, 8, 2, 1, 5])],
      rest: [[3, 2], { halfPixelCenters: true }],
      grad: 'check',
    },
    { label: 'whole numbers', inputs: [nd([1, 2, 1], [3, -4], 'int32')], rest: [[2, 3]] },
    { label: 'pixels that are no numbers', inputs: [nd([1, 2, 1], [NaN, Infinity])], rest: [[1, 4]], grad: 'skip' },
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
      label: 'no columns',
      inputs: [{ shape: [2, 0, 1] }],
      rest: [[2, 2]],
      code: 'E_SHAPE',
      says: /there are no columns to resize/,
    },
    {
      label: 'a negative size',
      inputs: [{ shape: [2, 2, 1] }],
      rest: [[-1, 2]],
      code: 'E_ATTRIBUTE',
      says: /size: expected 2 whole numbers of at least 0, got \[-1, 2\]/,
    },
  ],
});
