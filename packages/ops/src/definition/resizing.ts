/**
 * Where the pixels of a resized image come from: the options, checks and coordinates that the resizing ops share. An
 * output pixel i of n looks at the position of i in the input's own pixels, of which there are m:
 *
 * - unless told, `i · m / n`: the corners of the pixels' grids coincide;
 * - with `halfPixelCenters`, `(i + ½) · m / n − ½`: the centres of the images coincide;
 * - with `alignCorners`, `i · (m − 1) / (n − 1)`: the centres of the corner pixels coincide.
 */
import { type DType, type ReplaceAxes, raise, type Tensor } from '@deft/core';
import { constantTensor, type TensorLike } from './convert.ts';
import type { Call } from './define.ts';
import { checkWholes, operand } from './operand.ts';
import type { ShapeOf } from './signatures.ts';

/** Options of the resizing ops. */
export interface ResizeOptions {
  /** The centres of the corner pixels of both images coincide. */
  readonly alignCorners?: boolean;
  /** Pixels are taken at their centres. Not together with `alignCorners`. */
  readonly halfPixelCenters?: boolean;
}

/** Attributes of the resizing ops. */
export type ResizeAttributes = {
  readonly size: readonly number[];
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
};

/** One image `[height, width, channels]` or a batch of them, the new height and width, options. */
export type Resize<D extends DType> = <
  const X extends TensorLike,
  const Height extends number,
  const Width extends number,
>(
  images: X,
  size: readonly [height: Height, width: Width],
  options?: ResizeOptions,
) => Tensor<ReplaceAxes<ReplaceAxes<ShapeOf<X>, -3, [Height]>, -2, [Width]>, D>;

/** The arguments of a resizing op. */
export function resizeArguments(
  op: string,
): (images: TensorLike, size: readonly [number, number], options?: ResizeOptions) => Call<ResizeAttributes> {
  return (images, size, { alignCorners = false, halfPixelCenters = false } = {}) => {
    checkWholes(op, 'size', size, 2, 0);
    if (alignCorners && halfPixelCenters) {
      raise('E_ATTRIBUTE', { op, argument: 'halfPixelCenters', expected: 'false with alignCorners', found: 'true' });
    }
    return { inputs: [operand(op, 'images', images)], attributes: { size: [...size], alignCorners, halfPixelCenters } };
  };
}

/** The axis of the rows; the columns are the next one. Throws `E_RANK` unless these are images, `E_SHAPE` if they are empty. */
export function rowAxis(op: string, images: Tensor, size: readonly number[]): number {
  const { rank } = images;
  const operands = [images.abstract];
  if (rank !== 3 && rank !== 4) {
    raise('E_RANK', { op, argument: 'images', expected: 'rank 3 or 4', found: `rank ${rank}`, operands });
  }
  const axis = rank - 3;
  size.forEach((target, i) => {
    if (target > 0 && images.shape[axis + i] === 0) {
      raise('E_SHAPE', { op, says: `there are no ${i === 0 ? 'rows' : 'columns'} to resize`, operands });
    }
  });
  return axis;
}

/** The position of output pixel `i` of `target` among `source` pixels. */
export function sourcePosition(
  i: number,
  source: number,
  target: number,
  { alignCorners, halfPixelCenters }: Omit<ResizeAttributes, 'size'>,
): number {
  if (halfPixelCenters) return ((i + 0.5) * source) / target - 0.5;
  return alignCorners && target > 1 ? (i * (source - 1)) / (target - 1) : (i * source) / target;
}

/** Pixel numbers as the indices of a gather. */
export function pixelIndices(target: number, pixelOf: (i: number) => number): Tensor {
  const data = Int32Array.from({ length: target }, (_, i) => pixelOf(i));
  return constantTensor({ shape: [target], dtype: 'int32', data });
}

/** `position` within the pixels there are. */
export const within = (position: number, source: number): number => Math.min(Math.max(position, 0), source - 1);
