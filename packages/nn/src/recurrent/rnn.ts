/** `rnn`: a layer that takes any cell, or cells above each other, through sequences. */
import type { Tensor } from '@deft/core';
import type { Cell } from './cell.ts';
import { cellFromConfig } from './cell-registry.ts';
import { type RecurrentLayer, type RecurrentOptions, type RecurrentOutput, recurrentLayer } from './recurrent-layer.ts';
import { stackedRnnCells, storedCell } from './stacked-cells.ts';

/**
 * Takes a cell through sequences `[steps, …]`, in one loop; several cells are stacked. Gives the output of the last step, or with
 * `returnSequences` those of all; with `returnState` an array of it and the last states. Takes an array too, of sequences and
 * the states to begin with.
 *
 * The weights are those of the cell.
 *
 * @throws `E_LAYER` for bad options and inputs that the cell can't take
 * @example
 * ```ts
 * import { gruCell, rnn } from '@deft/nn';
 * const layer = rnn([gruCell(8), gruCell(4)], { returnSequences: true });
 * console.log(layer.outputShape([10, 3])); // [10, 4]
 * ```
 */
export function rnn<S extends boolean = false>(
  cell: Cell | readonly Cell[],
  options: RecurrentOptions<S> = {},
): RecurrentLayer<RecurrentOutput<S, readonly Tensor[]>> {
  const own = Array.isArray(cell) ? stackedRnnCells(cell) : cellFromConfig(cell);
  return recurrentLayer({ kind: 'rnn', cell: own, config: { cell: storedCell(own) }, options });
}
