/**
 * Reading images between and beyond their pixels: what ops share that look at computed places. Places are tensors of rows
 * and columns counted from the centre of the first pixel; what is read differentiates through the pixels and, where it is
 * interpolated, through the places.
 */
import type { DType, Tensor } from '@deft/core';
import { add } from '../add.ts';
import { cast } from '../cast.ts';
import { clip } from '../clip.ts';
import { div } from '../div.ts';
import { expandDims } from '../expand-dims.ts';
import { floor } from '../floor.ts';
import { gather } from '../gather.ts';
import { greater } from '../greater.ts';
import { greaterEqual } from '../greater-equal.ts';
import { less } from '../less.ts';
import { lessEqual } from '../less-equal.ts';
import { logicalAnd } from '../logical-and.ts';
import { mul } from '../mul.ts';
import { neg } from '../neg.ts';
import { reshape } from '../reshape.ts';
import { sub } from '../sub.ts';
import { trunc } from '../trunc.ts';
import { where } from '../where.ts';
import { constantTensor } from './convert.ts';
import type { FloatingDType } from './signatures.ts';

/** How a value between pixels is found. */
export type PixelInterpolation = 'nearest' | 'bilinear';

/** The dtype of images that were sampled: floats keep theirs, whole numbers keep it where the nearest pixel is taken. */
export type SampledDType<D extends DType> = D extends FloatingDType ? D : D | 'float32';

/** What lies beyond the edges of an image. */
export type FillMode = 'constant' | 'reflect' | 'wrap' | 'nearest';

/** Options of ops that move pixels. */
export interface FillOptions {
  /** How a value between pixels is found. */
  readonly interpolation?: PixelInterpolation;
  /** What lies beyond the edges: one value (unless told), the image mirrored, repeated, or its edges drawn out. */
  readonly fillMode?: FillMode;
  /** The value beyond the edges in the mode `constant`; 0 unless told. */
  readonly fillValue?: number;
}

/** The fill modes. */
export const fillModes = ['constant', 'reflect', 'wrap', 'nearest'] as const;

/** The numbers 0, 1, … as a tensor whose other axes have size 1. */
export function countAlong(axis: number, count: number, rank: number, dtype: 'int32' | 'float32' | 'float64'): Tensor {
  const numbers = Array.from({ length: count }, (_, i) => i);
  const data =
    dtype === 'int32'
      ? Int32Array.from(numbers)
      : dtype === 'float32'
        ? Float32Array.from(numbers)
        : Float64Array.from(numbers);
  const shape = Array.from({ length: rank }, (_, a) => (a === axis ? count : 1));
  return constantTensor({ shape, dtype, data });
}

/** The nearest pixel. */
export const nearestPixel = (place: Tensor): Tensor => floor(add(place, 0.5)) as Tensor;

/** `x mod period`, from 0 to the period. */
const modulo = (x: Tensor, period: number): Tensor => sub(x, mul(floor(div(x, period)), period)) as Tensor;

/** Places of an endless row that shows an axis of `size` pixels forwards and backwards in turn: d c b a | a b c d | d c b a. */
export function reflected(place: Tensor, size: number): Tensor {
  const turn = modulo(place, 2 * size);
  return clip(where(less(turn, size), turn, sub(2 * size - 1, turn)), 0, size - 1) as Tensor;
}

/** As `reflected` without repeating the ends: d c b | a b c d | c b a. Of whole places. */
export function mirrored(place: Tensor, size: number): Tensor {
  if (size === 1) return mul(place, 0) as Tensor;
  const turn = modulo(place, 2 * size - 2);
  return where(less(turn, size), turn, sub(2 * size - 2, turn)) as Tensor;
}

/** Places of an endless row that repeats an axis: a b c d | a b c d | a b c d. Of whole places. */
export const repeated = (place: Tensor, size: number): Tensor => modulo(place, size);

/** Places of an endless row brought onto the axis, as TensorFlow's projective transform does. */
export function ontoAxis(place: Tensor, size: number, mode: FillMode): Tensor {
  if (mode === 'constant') return place;
  if (mode === 'nearest' || size <= 1) return clip(place, 0, Math.max(0, size - 1)) as Tensor;
  if (mode === 'reflect') return reflected(place, size);
  const last = size - 1;
  const before = add(place, mul(add(trunc(div(neg(place), last)), 1), size));
  const behind = sub(place, mul(trunc(div(place, last)), size));
  return clip(where(less(place, 0), before, where(greater(place, last), behind, place)), 0, last) as Tensor;
}

/**
 * Reads the pixels of a batch `[images, height, width, channels]` at whole rows and columns: the channels become the last
 * axis. Those outside of the image are `outside`, or the nearest inside.
 */
export type PixelReader = (rows: Tensor, columns: Tensor, outside: number | 'edge') => Tensor;

/** A reader of the images that `numbers` (int32) names for every place. */
export function pixelReader(images: Tensor, numbers: Tensor): PixelReader {
  const [, height, width, channels] = images.abstract.shape as [number, number, number, number];
  const flat = reshape(images, [-1, channels]);
  const first = mul(numbers, height * width);
  const inside = (place: Tensor, size: number): Tensor =>
    logicalAnd(greaterEqual(place, 0), lessEqual(place, size - 1)) as Tensor;
  const whole = (place: Tensor, size: number): Tensor => cast(clip(place, 0, size - 1), 'int32') as Tensor;
  return (rows, columns, outside) => {
    const at = add(add(first, mul(whole(rows, height), width)), whole(columns, width));
    const pixels = gather(flat, at as Tensor) as Tensor;
    if (outside === 'edge') return pixels;
    const isInside = logicalAnd(inside(rows, height), inside(columns, width)) as Tensor;
    return where(expandDims(isInside, -1), pixels, outside) as Tensor;
  };
}

/** What a reader gives at places between pixels. */
export function interpolate(
  read: PixelReader,
  rows: Tensor,
  columns: Tensor,
  interpolation: PixelInterpolation,
  outside: number | 'edge',
): Tensor {
  if (interpolation === 'nearest') return read(nearestPixel(rows), nearestPixel(columns), outside);
  const [top, left] = [floor(rows) as Tensor, floor(columns) as Tensor];
  const down = expandDims(sub(rows, top), -1) as Tensor;
  const right = expandDims(sub(columns, left), -1) as Tensor;
  const along = (row: Tensor): Tensor =>
    add(mul(read(row, left, outside), sub(1, right)), mul(read(row, add(left, 1) as Tensor, outside), right)) as Tensor;
  return add(mul(along(top), sub(1, down)), mul(along(add(top, 1) as Tensor), down)) as Tensor;
}
