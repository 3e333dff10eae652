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

/** Where the channels of images stand: last (`NHWC`) or behind the batch axis (`NCHW`). */
export type DataFormat = 'NHWC' | 'NCHW';
/** Where the channels of sequences stand. */
export type SequenceFormat = 'NWC' | 'NCW';
/** Where the channels of volumes stand. */
export type VolumeFormat = 'NDHWC' | 'NCDHW';
/** Where the channels of sequences, images or volumes stand; the letters count the axes. */
export type AnyDataFormat = SequenceFormat | DataFormat | VolumeFormat;

/** The layouts of sequences (1), images (2) and volumes (3): channels last, channels first. */
const layouts: Readonly<Record<number, readonly [last: AnyDataFormat, first: AnyDataFormat]>> = {
  1: ['NWC', 'NCW'],
  2: ['NHWC', 'NCHW'],
  3: ['NDHWC', 'NCDHW'],
};
const letterNames: Readonly<Record<string, string>> = {
  N: 'batch',
  C: 'channels',
  D: 'depth',
  H: 'height',
  W: 'width',
};
const sizeNames: Readonly<Record<number, string>> = { 1: 'width', 2: 'height, width', 3: 'depth, height, width' };

/** Throws `E_ATTRIBUTE` unless the value names a layout with so many spatial axes. */
export function checkDataFormat(op: string, dataFormat: unknown, spatial = 2): void {
  const known = layouts[spatial] as readonly string[];
  if (known.includes(dataFormat as string)) return;
  raise('E_ATTRIBUTE', {
    op,
    argument: 'dataFormat',
    expected: known.map((name) => `'${name}'`).join(' or '),
    found: String(dataFormat),
  });
}

/** Whether channels come last. */
export const isChannelsLast = (dataFormat: AnyDataFormat): boolean => dataFormat.endsWith('C');

/** The spatial axes of a layout. */
export function spatialAxes(dataFormat: AnyDataFormat): readonly number[] {
  const first = isChannelsLast(dataFormat) ? 1 : 2;
  return Array.from({ length: dataFormat.length - 2 }, (_, i) => first + i);
}

/** Throws `E_RANK` unless the operand is a batch of the layout's sequences, images or volumes. */
export function checkImages(op: string, x: AbstractValue, dataFormat: AnyDataFormat): void {
  if (x.shape.length === dataFormat.length) return;
  const letters = `[${[...dataFormat].map((letter) => letterNames[letter]).join(', ')}]`;
  raise('E_RANK', {
    op,
    argument: 'x',
    expected: `rank ${dataFormat.length} ${letters}`,
    found: `rank ${x.shape.length}`,
    operands: [x],
  });
}

/** Options of poolings over sequences, images or volumes. */
export interface PoolOptions<F extends AnyDataFormat = DataFormat> {
  /** Size of a window along each spatial axis; 2 unless told. */
  readonly poolSize?: number | readonly number[];
  /** Steps from one window to the next; the size of a window unless told. */
  readonly strides?: number | readonly number[];
  /** `'valid'` (no padding) unless told. */
  readonly padding?: Padding;
  /** Channels last unless told. */
  readonly dataFormat?: F;
}

/** Attributes of poolings. */
export type PoolAttributes = {
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly padding: Padding;
  readonly dataFormat: AnyDataFormat;
};

/** Reads the options of a pooling. Throws `E_ATTRIBUTE`. */
export function poolAttributes(op: string, options: PoolOptions<AnyDataFormat>, spatial = 2): PoolAttributes {
  const [channelsLast] = layouts[spatial] as readonly [AnyDataFormat, AnyDataFormat];
  const { poolSize = 2, strides = poolSize, padding = 'valid', dataFormat = channelsLast } = options;
  checkDataFormat(op, dataFormat, spatial);
  checkPadding(op, padding, spatial);
  return {
    size: eachAxis(op, 'poolSize', poolSize, spatial),
    strides: eachAxis(op, 'strides', strides, spatial),
    padding,
    dataFormat,
  };
}

/** Attributes of a convolution. */
export type ConvolutionAttributes = {
  readonly strides: readonly number[];
  readonly padding: Padding;
  readonly dilation: readonly number[];
  readonly groups: number;
  readonly dataFormat: AnyDataFormat;
};

/** What a convolution looks at. */
export interface ConvolutionPlan {
  /** Spatial sizes of the input, and of the result. */
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
  const rank = dataFormat.length;
  if (filter.shape.length !== rank) {
    raise('E_RANK', {
      op,
      argument: 'filter',
      expected: `rank ${rank} [${sizeNames[rank - 2]}, channels / groups, filters]`,
      found: `rank ${filter.shape.length}`,
      operands: [filter],
    });
  }
  const size = filter.shape.slice(0, -2);
  const [taken, filters] = filter.shape.slice(-2) as [number, number];
  const spatial = spatialAxes(dataFormat);
  const channels = x.shape[isChannelsLast(dataFormat) ? rank - 1 : 1] as number;
  const dims = spatial.map((axis) => x.shape[axis] as number);
  const shape = [x.shape[0] as number, ...dims, channels];
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
  const padding = resolvePadding(attributes.padding, dims, { size, strides, dilation });
  const window = { axes: dims.map((_, i) => i + 1), size, strides, dilation, padding };
  return { dims, counts: windowCounts(op, { shape, text: x.text }, window, padding), window };
}

/** A host array as shape rules see it. */
export function asAbstract(array: { readonly shape: readonly number[]; readonly dtype: DType }): AbstractValue {
  return { shape: array.shape, dtype: array.dtype, weak: false, text: '' };
}
