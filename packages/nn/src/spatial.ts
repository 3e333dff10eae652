/**
 * Sequences, images and volumes: where their channels stand, and how many positions a window has along an axis. Layers of one
 * to three spatial axes are one definition each, by these.
 */
import { shapeText } from '@deft/core';
import type { ExampleShape } from './layer.ts';
import type { Fail } from './layer-errors.ts';
import type { SpatialRank } from './options.ts';

/** How the border is treated: `valid` keeps windows inside, `same` pads so that stride 1 keeps the size. */
export type Padding = 'valid' | 'same';

/** Both paddings, for checks. */
export const paddings: readonly Padding[] = ['valid', 'same'];

/** Where the channels of an example stand: behind its spatial axes or before them. */
export type DataFormat = 'channelsLast' | 'channelsFirst';

/** Both data formats, for checks. */
export const dataFormats: readonly DataFormat[] = ['channelsLast', 'channelsFirst'];

/** What the ops call a data format. */
export interface OpFormats {
  readonly 1: 'NWC' | 'NCW';
  readonly 2: 'NHWC' | 'NCHW';
  readonly 3: 'NDHWC' | 'NCDHW';
}

const opFormats: Readonly<Record<DataFormat, OpFormats>> = {
  channelsLast: { 1: 'NWC', 2: 'NHWC', 3: 'NDHWC' },
  channelsFirst: { 1: 'NCW', 2: 'NCHW', 3: 'NCDHW' },
};

/** What the ops call a data format. */
export function opFormat<R extends SpatialRank>(rank: R, dataFormat: DataFormat): OpFormats[R] {
  return opFormats[dataFormat][rank];
}

const examplesOf: Readonly<Record<SpatialRank, readonly [plural: string, axes: string]>> = {
  1: ['sequences', 'length'],
  2: ['images', 'height, width'],
  3: ['volumes', 'depth, height, width'],
};

/** An example's sizes along its spatial axes, and its channels. */
export interface SpatialShape {
  readonly sizes: readonly number[];
  readonly channels: number;
}

/** Splits an example's shape. Throws unless it has as many axes as the layer needs. */
export function spatialShape(
  inputShape: ExampleShape,
  rank: SpatialRank,
  format: DataFormat,
  fail: Fail,
): SpatialShape {
  const isLast = format === 'channelsLast';
  if (inputShape.length !== rank + 1) {
    const [plural, axes] = examplesOf[rank];
    fail({
      expected: `${plural} of shape [${isLast ? `${axes}, channels` : `channels, ${axes}`}]`,
      found: shapeText(inputShape),
      ...(rank === 2 && { hint: `give grey images an axis of size 1: ${isLast ? '[28, 28, 1]' : '[1, 28, 28]'}` }),
    });
  }
  return isLast
    ? { sizes: inputShape.slice(0, -1), channels: inputShape[rank] as number }
    : { sizes: inputShape.slice(1), channels: inputShape[0] as number };
}

/** The shape of an example with given sizes and channels. */
export function joinShape(sizes: readonly number[], channels: number, format: DataFormat): number[] {
  return format === 'channelsLast' ? [...sizes, channels] : [channels, ...sizes];
}

/** The spatial axes of a batch. */
export function batchAxes(rank: SpatialRank, format: DataFormat): number[] {
  return Array.from({ length: rank }, (_, i) => i + (format === 'channelsLast' ? 1 : 2));
}

/** A window over the spatial axes. */
export interface Window {
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly padding: Padding | 'causal';
  /** Spacing of the window's elements; 1 unless told. */
  readonly dilation?: readonly number[];
}

/** Positions of a window along each axis. Throws where it does not fit. */
export function windowCounts(sizes: readonly number[], window: Window, fail: Fail): number[] {
  return sizes.map((size, axis) => {
    const stride = window.strides[axis] as number;
    if (window.padding !== 'valid') return Math.ceil(size / stride);
    const extent = ((window.size[axis] as number) - 1) * (window.dilation?.[axis] ?? 1) + 1;
    if (extent > size) {
      const [, axes] = examplesOf[sizes.length as SpatialRank];
      fail({
        expected: `${axes.replace(/, (\w+)$/, ' and $1')} of at least ${extent} for padding valid`,
        found: String(size),
        hint: "use padding: 'same'",
      });
    }
    return Math.floor((size - extent) / stride) + 1;
  });
}
