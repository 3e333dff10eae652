/** Cells by kind: how each is made again from its configuration, with the checks that a user's options pass. */
import { isRecord, reject } from '../options.ts';
import { type Cell, isCell } from './cell.ts';
import { gruCell } from './gru-cell.ts';
import { lstmCell } from './lstm-cell.ts';
import { simpleRnnCell } from './simple-rnn-cell.ts';
import { stackedRnnCells } from './stacked-cells.ts';

/** How deep stacked cells may be nested in a configuration. */
const deepestNesting = 8;

type MakeCell = (units: never, options: never) => Cell;

const makers: { readonly [kind: string]: MakeCell } = {
  simpleRnnCell,
  lstmCell,
  gruCell,
};

/** A cell of a configuration, or a cell itself. Throws `E_LAYER` for what is neither. */
export function cellFromConfig(given: unknown, depth: number = deepestNesting): Cell {
  if (isCell(given)) return given;
  if (!isRecord(given) || depth === 0) return reject('rnn', 'cell', 'a cell, or an array of cells', given);
  const { kind, name, config } = given;
  if (!isRecord(config)) return reject('rnn', 'cell.config', 'an object', config);
  if (kind === 'stackedRnnCells') {
    const { cells } = config;
    if (!Array.isArray(cells)) return reject('rnn', 'cell.config.cells', 'an array of cells', cells);
    const made = cells.map((one: unknown) => cellFromConfig(one, depth - 1));
    return stackedRnnCells(made, { name: name as string });
  }
  if (typeof kind !== 'string' || !Object.hasOwn(makers, kind)) {
    return reject('rnn', 'cell.kind', `one of ${Object.keys(makers).join(', ')}, stackedRnnCells`, kind);
  }
  const { units, ...options } = config;
  return (makers[kind] as MakeCell)(units as never, { ...options, name } as never);
}
