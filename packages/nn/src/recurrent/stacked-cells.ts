/** `stackedRnnCells`: cells above each other as one, all of which go through a sequence in one loop. */
import type { Tensor } from '@deft/core';
import { foldIn } from '@deft/tensor';
import type { OwnWeights } from '../define-layer.ts';
import type { ExampleShape, LayerConfig } from '../layer.ts';
import type { Fail } from '../layer-errors.ts';
import { reject } from '../options.ts';
import { type Cell, type CellStates, isCell } from './cell.ts';

/** A cell as configurations have it. */
export function storedCell({ kind, name, config }: Cell): LayerConfig {
  return { kind, name, config };
}

const statesOf = (states: CellStates, first: number, count: number): CellStates =>
  states.slice(first, first + count) as unknown as CellStates;

/** Names of stacked cells, apart: `lstmCell`, `lstmCell_1`. */
function namesApart(cells: readonly Cell[]): string[] {
  const taken = new Set<string>();
  return cells.map((cell) => {
    let name = cell.name;
    for (let number = 1; taken.has(name); number++) name = `${cell.name}_${number}`;
    taken.add(name);
    return name;
  });
}

/**
 * Cells above each other as one cell: the output of each is the input of the next, and its states are those of all.
 *
 * The weights are those of the cells, with the cell's name in front: `lstmCell_kernel`, `lstmCell_1_kernel`.
 *
 * @throws `E_LAYER` for anything but one or more cells
 * @example
 * ```ts
 * import { gruCell, lstmCell, rnn, stackedRnnCells } from '@deft/nn';
 * const layer = rnn(stackedRnnCells([lstmCell(8), gruCell(4)]));
 * console.log(layer.outputShape([10, 3])); // [4]
 * ```
 */
export function stackedRnnCells(cells: readonly Cell[], options: { readonly name?: string | undefined } = {}): Cell {
  const kind = 'stackedRnnCells';
  if (!Array.isArray(cells) || cells.length === 0 || !cells.every(isCell)) {
    reject(kind, 'cells', 'an array of cells', cells);
  }
  const names = namesApart(cells);
  const last = cells.at(-1) as Cell;
  const stateCount = cells.reduce((total, cell) => total + cell.stateCount, 0);

  /** The shape of a step that reaches every cell. */
  const reached = (stepShape: ExampleShape, fail: Fail): ExampleShape[] => {
    let shape = stepShape;
    return cells.map((cell) => {
      const before = shape;
      shape = cell.outputShape(shape, fail);
      return before;
    });
  };
  const quiet: Fail = () => reject(kind, 'cells', 'cells that take what those below give', kind);
  const all = <T>(stepShape: ExampleShape, fail: Fail, of: (cell: Cell, shape: ExampleShape, i: number) => T): T[] => {
    const shapes = reached(stepShape, fail);
    return cells.map((cell, i) => of(cell, shapes[i] as ExampleShape, i));
  };
  const weightsOf = (weights: OwnWeights, i: number): OwnWeights => {
    const prefix = `${names[i]}_`;
    const own = Object.entries(weights).filter(([name]) => name.startsWith(prefix));
    return Object.fromEntries(own.map(([name, weight]) => [name.slice(prefix.length), weight]));
  };
  return {
    kind,
    name: options.name ?? kind,
    config: { cells: cells.map(storedCell) },
    random: cells.some(({ random }) => random),
    holdsCode: cells.some(({ holdsCode }) => holdsCode),
    stateCount,
    outputState: last.outputState === undefined ? undefined : stateCount - last.stateCount + last.outputState,
    stateShapes: (stepShape, fail) => all(stepShape, fail, (cell, shape) => cell.stateShapes(shape, fail)).flat(),
    outputShape: (stepShape, fail) =>
      cells.reduce((shape: ExampleShape, cell) => cell.outputShape(shape, fail), stepShape),
    weights: (stepShape, fail) =>
      all(stepShape, fail, (cell, shape, i) =>
        cell.weights(shape, fail).map((weight) => ({ ...weight, name: `${names[i]}_${weight.name}` })),
      ).flat(),
    draw: (context) =>
      all(context.stepShape, quiet, (cell, stepShape, i) =>
        cell.draw({ ...context, stepShape, key: foldIn(context.key, i) }),
      ),
    prepare: (weights, x, drawn) =>
      (cells[0] as Cell).prepare(weightsOf(weights, 0), x, (drawn as readonly unknown[] | undefined)?.[0]),
    step: (weights, states, x, drawn) => {
      let input = x;
      let first = 0;
      const after: Tensor[] = [];
      cells.forEach((cell, i) => {
        const own = weightsOf(weights, i);
        const mine = (drawn as readonly unknown[] | undefined)?.[i];
        const prepared = i === 0 ? input : cell.prepare(own, input, mine);
        const result = cell.step(own, statesOf(states, first, cell.stateCount), prepared, mine);
        first += cell.stateCount;
        input = result.output;
        after.push(...result.states);
      });
      return { output: input, states: after };
    },
  };
}
