/** `simpleRnn`: sequences through a dense layer that sees what it gave before. */
import type { Tensor } from '@deft/core';
import type { CellOptions } from './cell-options.ts';
import { type RecurrentLayer, type RecurrentOptions, type RecurrentOutput, recurrentLayer } from './recurrent-layer.ts';
import { simpleRnnCell } from './simple-rnn-cell.ts';

/** Options of `simpleRnn`. */
export interface SimpleRnnOptions<S extends boolean = boolean> extends RecurrentOptions<S>, Omit<CellOptions, 'name'> {}

/**
 * Takes sequences `[steps, features]` through a fully recurrent cell: `h ← activation(x · kernel + h · recurrentKernel + bias)` (Elman
 * 1990). Gives the last `h` `[units]`, with `returnSequences` all of them `[steps, units]`, with `returnState` an array with the last
 * state. Takes an array too, of sequences and the state to begin with.
 *
 * Weights `kernel` `[features, units]`, `recurrentKernel` `[units, units]`, `bias` `[units]`.
 *
 * @throws `E_LAYER` for bad options and inputs that are no such sequences
 * @example
 * ```ts
 * import { simpleRnn } from '@deft/nn';
 * console.log(simpleRnn(4, { returnSequences: true }).outputShape([10, 3])); // [10, 4]
 * ```
 */
export function simpleRnn<S extends boolean = false>(
  units: number,
  options: SimpleRnnOptions<S> = {},
): RecurrentLayer<RecurrentOutput<S, readonly [h: Tensor]>> {
  const cell = simpleRnnCell(units, { ...options, name: undefined });
  return recurrentLayer({ kind: 'simpleRnn', cell, config: cell.config, options });
}
