/**
 * Types of convolutions and poolings: rank, batch and channels are known as far as the operands' are; how many places a
 * window has along the other axes takes arithmetic and is left to run time.
 */
import type { Dim, DimAt, Mismatch, Shape, ShowShape, UnifiedDim } from '@deft/core';
import type { AnyDataFormat } from './convolution.ts';

/** Open sizes of the spatial axes. */
export type Open1 = [number];
export type Open2 = [number, number];
export type Open3 = [number, number, number];

type ChannelsLast = 'NWC' | 'NHWC' | 'NDHWC';
type ChannelsFirst = Exclude<AnyDataFormat, ChannelsLast>;

/** Batch, spatial axes and channels in their order. */
type LaidOut<N extends Dim, Spatial extends Shape, C extends Dim, F> = [F] extends [ChannelsLast]
  ? [N, ...Spatial, C]
  : [F] extends [ChannelsFirst]
    ? [N, C, ...Spatial]
    : [N, number, ...Spatial];

type Channels<S extends Shape, F> = [F] extends [ChannelsLast]
  ? DimAt<S, -1>
  : [F] extends [ChannelsFirst]
    ? DimAt<S, 1>
    : number;

/** The shape of a convolution with `Out` channels. */
export type Convolved<S extends Shape, Out extends Dim, F, Spatial extends Shape> = LaidOut<
  DimAt<S, 0>,
  Spatial,
  Out,
  F
>;

/** The shape of a pooling. */
export type Pooled<S extends Shape, F, Spatial extends Shape> = LaidOut<DimAt<S, 0>, Spatial, Channels<S, F>, F>;

/** `unknown` when a shape may have the rank; else a one-line message. */
export type CheckRank<S extends Shape, Rank extends number> = number extends S['length']
  ? unknown
  : S['length'] extends Rank
    ? unknown
    : Mismatch<`expected rank ${Rank}, got ${ShowShape<S>}`>;

/** `unknown` when a filter may take the channels of `S`, which it states along axis `A`; else a one-line message. */
export type CheckChannels<S extends Shape, Filter extends Shape, F, Groups, A extends -1 | -2> = Groups extends 1
  ? [UnifiedDim<Channels<S, F>, DimAt<Filter, A>>] extends [never]
    ? Mismatch<`the filter takes ${DimAt<Filter, A>} channels, x has ${Channels<S, F>}`>
    : unknown
  : unknown;
