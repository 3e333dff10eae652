/** `gru`: sequences through gated recurrent units. */
import type { Tensor } from '@deft/core';
import { type GruCellOptions, gruCell } from './gru-cell.ts';
import { type RecurrentLayer, type RecurrentOptions, type RecurrentOutput, recurrentLayer } from './recurrent-layer.ts';

/** Options of `gru`. */
export interface GruOptions<S extends boolean = boolean> extends RecurrentOptions<S>, Omit<GruCellOptions, 'name'> {}

/**
 * Takes sequences `[steps, features]` through gated recurrent units (Cho et al. 2014); its gates and weights are told at `gruCell`.
 * Gives the last `h` `[units]`, with `returnSequences` all of them `[steps, units]`, with `returnState` an array with the last
 * state. Takes an array too, of sequences and the state to begin with.
 *
 * @throws `E_LAYER` for bad options and inputs that are no such sequences
 * @example
 * ```ts
 * import { gru } from '@deft/nn';
 * console.log(gru(4).outputShape([10, 3])); // [4]
 * ```
 */
export function gru<S extends boolean = false>(
  units: number,
  options: GruOptions<S> = {},
): RecurrentLayer<RecurrentOutput<S, readonly [h: Tensor]>> {
  const cell = gruCell(units, { ...options, name: undefined });
  return recurrentLayer({ kind: 'gru', cell, config: cell.config, options });
}
