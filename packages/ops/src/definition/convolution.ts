/** What convolutions and poolings over images share: their options and how axes are laid out. */
import { type AbstractValue, type DType, raise } from '@deft/core';
import {
  type AxisPadding,
  checkPadding,
  eachAxis,
  type Padding,
  resolvePadding,
  windowCounts,
} from './window-geometry.ts';

/** Where the channels stand: last (`NHWC`) or behind the batch axis (`NCHW`). */
export type DataFormat = 'NHWC' | 'NCHW';

/** Throws `E_ATTRIBUTE` unless the value names a layout. */
export function checkDataFormat(op: string, dataFormat: unknown): asserts dataFormat is DataFormat {
  if (dataFormat === 'NHWC' || dataFormat === 'NCHW') return;
  raise('E_ATTRIBUTE', { op, argument: 'dataFormat', expected: "'NHWC' or 'NCHW'", found: String(dataFormat) });
}

/** The two axes of an image's rows and columns. */
export const imageAxes = (dataFormat: DataFormat): readonly [number, number] =>
  dataFormat === 'NHWC' ? [1, 2] : [2, 3];

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
  return {
    size: eachAxis(op, 'poolSize', poolSize, 2),
    strides: eachAxis(op, 'strides', strides, 2),
    padding,
    dataFormat,
  };
}

/** The two axes of rows and columns where channels come last. */
export const images = [1, 2] as const;

/** Attributes of a convolution. */
export type ConvolutionAttributes = {
  readonly strides: readonly number[];
  readonly padding: Padding;
  readonly dilation: readonly number[];
  readonly groups: number;
  readonly dataFormat: DataFormat;
};

/** What a convolution looks at. */
export interface ConvolutionPlan {
  /** Rows and columns of the input, and of the result. */
  readonly dims: readonly number[];
  readonly counts: readonly number[];
  /** The windows of the input in channels-last layout. */
  readonly window: {
    readonly axes: readonly number[];
    readonly size: readonly number[];
    readonly strides: readonly number[];
    readonly dilation: readonly number[];
    readonly padding: readonly AxisPadding[];
  };
}

/** Checks that input and filter fit, and says which windows the filters see. */
export function planConvolution(
  op: string,
  x: AbstractValue,
  filter: AbstractValue,
  attributes: ConvolutionAttributes,
): ConvolutionPlan {
  const { strides, dilation, groups, dataFormat } = attributes;
  checkImages(op, x, dataFormat);
  if (filter.shape.length !== 4) {
    raise('E_RANK', {
      op,
      argument: 'filter',
      expected: 'rank 4 [height, width, channels / groups, filters]',
      found: `rank ${filter.shape.length}`,
      operands: [filter],
    });
  }
  const [kh, kw, taken, filters] = filter.shape as readonly [number, number, number, number];
  const shape = dataFormat === 'NHWC' ? x.shape : [0, 2, 3, 1].map((axis) => x.shape[axis] as number);
  const channels = shape[3] as number;
  const operands = [x, filter];
  if (channels !== taken * groups) {
    const takes = groups === 1 ? String(taken) : `${groups} groups of ${taken}`;
    raise('E_CONV_CHANNELS', {
      op,
      says: `the input has ${channels} channels, the filter takes ${takes}`,
      operands,
    });
  }
  if (filters % groups !== 0) {
    raise('E_CONV_CHANNELS', {
      op,
      says: `${filters} filters cannot be cut into ${groups} groups`,
      operands,
    });
  }
  const size = [kh, kw];
  const dims = shape.slice(1, 3);
  const padding = resolvePadding(attributes.padding, dims, { size, strides, dilation });
  const window = { axes: images, size, strides, dilation, padding };
  return { dims, counts: windowCounts(op, { shape, text: x.text }, window, padding), window };
}

/** A host array as shape rules see it. */
export function asAbstract(array: { readonly shape: readonly number[]; readonly dtype: DType }): AbstractValue {
  return { shape: array.shape, dtype: array.dtype, weak: false, text: '' };
}
