/** What convolutions and poolings over images share: their options and how axes are laid out. */
import { type AbstractValue, raise } from '@deft/core';
import { checkPadding, eachAxis, type Padding } from './window-geometry.ts';

/** Where the channels stand: last (`NHWC`) or behind the batch axis (`NCHW`). */
export type DataFormat = 'NHWC' | 'NCHW';

/** Throws `E_ATTRIBUTE` unless the value names a layout. */
export function checkDataFormat(op: string, dataFormat: unknown): asserts dataFormat is DataFormat {
  if (dataFormat === 'NHWC' || dataFormat === 'NCHW') return;
  raise('E_ATTRIBUTE', { op, argument: 'dataFormat', expected: "'NHWC' or 'NCHW'", found: String(dataFormat) });
}

/** The two axes of an image's rows and columns. */
export const imageAxes = (dataFormat: DataFormat): readonly [number, number] => (dataFormat === 'NHWC' ? [1, 2] : [2, 3]);

/** Throws `E_RANK` unless the operand is a batch of images. */
export function checkImages(op: string, x: AbstractValue, dataFormat: DataFormat): void {
  if (x.shape.length === 4) return;
  const letters = dataFormat === 'NHWC' ? '[batch, height, width, channels]' : '[batch, channels, height, width]';
  raise('E_RANK', { op, argument: 'x', expected: `rank 4 ${letters}`, found: `rank ${x.shape.length}`, operands: [x] });
}

/** Options of poolings. */
export interface PoolOptions {
  /** Rows and columns of a window; 2 unless told. */
  readonly poolSize?: number | readonly number[];
  /** Steps from one window to the next; the size of a window unless told. */
  readonly strides?: number | readonly number[];
  /** `'valid'` (no padding) unless told. */
  readonly padding?: Padding;
  /** `'NHWC'` unless told. */
  readonly dataFormat?: DataFormat;
}

/** Attributes of poolings. */
export type PoolAttributes = {
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly padding: Padding;
  readonly dataFormat: DataFormat;
};

/** Reads the options of a pooling. Throws `E_ATTRIBUTE`. */
export function poolAttributes(op: string, options: PoolOptions): PoolAttributes {
  const { poolSize = 2, strides = poolSize, padding = 'valid', dataFormat = 'NHWC' } = options;
  checkDataFormat(op, dataFormat);
  checkPadding(op, padding, 2);
  return { size: eachAxis(op, 'poolSize', poolSize, 2), strides: eachAxis(op, 'strides', strides, 2), padding, dataFormat };
}
