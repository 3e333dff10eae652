/** `convLstm1d`, `convLstm2d`, `convLstm3d`: sequences of sequences, images or volumes through a convolutional memory. */
import type { Tensor } from '@deft/core';
import type { PerAxis, SpatialRank } from '../options.ts';
import { type ConvLstmCellOptions, convLstmCell } from './conv-lstm-cell.ts';
import { type RecurrentLayer, type RecurrentOptions, type RecurrentOutput, recurrentLayer } from './recurrent-layer.ts';

/** Options of `convLstm1d`, `convLstm2d` and `convLstm3d`. */
export interface ConvLstmOptions<R extends SpatialRank, S extends boolean = boolean>
  extends RecurrentOptions<S>,
    ConvLstmCellOptions<R> {}

/** What a convolutional memory gives. */
type ConvLstm<S extends boolean> = RecurrentLayer<RecurrentOutput<S, readonly [h: Tensor, c: Tensor]>>;

function convLstm<R extends SpatialRank, S extends boolean>(
  rank: R,
  filters: number,
  kernelSize: PerAxis<R>,
  options: ConvLstmOptions<R, S>,
): ConvLstm<S> {
  const kind = `convLstm${rank}d`;
  const cell = convLstmCell(kind, rank, filters, kernelSize, options);
  return recurrentLayer({ kind, cell, config: cell.config, options });
}

/**
 * Takes sequences `[steps, length, channels]` through a long short-term memory whose products are convolutions over `length` (Shi
 * et al. 2015). Gives the last output `[newLength, filters]`, or what `lstm` gives by `returnSequences` and `returnState`.
 *
 * Weights `kernel` `[kernelLength, channels, 4 · filters]`, `recurrentKernel` `[kernelLength, filters, 4 · filters]` and `bias`
 * `[4 · filters]`, the gates side by side as those of `lstmCell`. The recurrent convolution keeps the state's size.
 *
 * @throws `E_LAYER` for bad options and inputs that are no such sequences
 * @example
 * ```ts
 * import { convLstm1d } from '@deft/nn';
 * console.log(convLstm1d(4, 3, { padding: 'same' }).outputShape([5, 10, 2])); // [10, 4]
 * ```
 */
export function convLstm1d<S extends boolean = false>(
  filters: number,
  kernelSize: PerAxis<1>,
  options: ConvLstmOptions<1, S> = {},
): ConvLstm<S> {
  return convLstm(1, filters, kernelSize, options);
}

/**
 * Takes sequences of images `[steps, height, width, channels]` through a long short-term memory whose products are convolutions (Shi
 * et al. 2015). Gives the last output `[newHeight, newWidth, filters]`, or what `lstm` gives by `returnSequences` and `returnState`.
 *
 * Weights as those of `convLstm1d`, kernels `[kernelHeight, kernelWidth, …]`.
 *
 * @throws `E_LAYER` for bad options and inputs that are no such sequences
 * @example
 * ```ts
 * import { convLstm2d } from '@deft/nn';
 * console.log(convLstm2d(4, 3, { returnSequences: true }).outputShape([5, 8, 8, 1])); // [5, 6, 6, 4]
 * ```
 */
export function convLstm2d<S extends boolean = false>(
  filters: number,
  kernelSize: PerAxis<2>,
  options: ConvLstmOptions<2, S> = {},
): ConvLstm<S> {
  return convLstm(2, filters, kernelSize, options);
}

/**
 * Takes sequences of volumes `[steps, depth, height, width, channels]` through a long short-term memory whose products are
 * convolutions. Gives the last output `[newDepth, newHeight, newWidth, filters]`, or what `lstm` gives by `returnSequences` and
 * `returnState`.
 *
 * Weights as those of `convLstm1d`, kernels `[kernelDepth, kernelHeight, kernelWidth, …]`.
 *
 * @throws `E_LAYER` for bad options and inputs that are no such sequences
 * @example
 * ```ts
 * import { convLstm3d } from '@deft/nn';
 * console.log(convLstm3d(2, 2).outputShape([5, 4, 4, 4, 1])); // [3, 3, 3, 2]
 * ```
 */
export function convLstm3d<S extends boolean = false>(
  filters: number,
  kernelSize: PerAxis<3>,
  options: ConvLstmOptions<3, S> = {},
): ConvLstm<S> {
  return convLstm(3, filters, kernelSize, options);
}
