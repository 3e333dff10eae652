/** `lstm`: sequences through a long short-term memory. */
import type { Tensor } from '@deft/core';
import { type LstmCellOptions, lstmCell } from './lstm-cell.ts';
import { type RecurrentLayer, type RecurrentOptions, type RecurrentOutput, recurrentLayer } from './recurrent-layer.ts';

/** Options of `lstm`. */
export interface LstmOptions<S extends boolean = boolean> extends RecurrentOptions<S>, Omit<LstmCellOptions, 'name'> {}

/**
 * Takes sequences `[steps, features]` through a long short-term memory (Hochreiter and Schmidhuber 1997); its gates and weights
 * are told at `lstmCell`. Gives the last output `h` `[units]`, with `returnSequences` all of them `[steps, units]`, with
 * `returnState` an array of it and the last states `h` and `c`. Takes an array too, of sequences and states to begin with.
 *
 * @throws `E_LAYER` for bad options and inputs that are no such sequences
 * @example
 * ```ts
 * import { functional, input, lstm } from '@deft/nn';
 * const source = input([12, 3]);
 * const target = input([7, 2]);
 * const [, h, c] = lstm(8, { returnState: true })(source);
 * const decoded = lstm(8, { returnSequences: true })([target, h, c]);
 * console.log(functional({ inputs: [source, target], outputs: decoded }).outputShape([[12, 3], [7, 2]])); // → [7, 8]
 * ```
 */
export function lstm<S extends boolean = false>(
  units: number,
  options: LstmOptions<S> = {},
): RecurrentLayer<RecurrentOutput<S, readonly [h: Tensor, c: Tensor]>> {
  const cell = lstmCell(units, { ...options, name: undefined });
  return recurrentLayer({ kind: 'lstm', cell, config: cell.config, options });
}
