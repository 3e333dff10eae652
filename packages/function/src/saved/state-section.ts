/**
 * The cells of state that functions of a file share. A variable is saved with its name and the value that it holds; a cell that every process
 * has (the count of the global generator, the order of effects) by its name, and stays the reader's own.
 */
import {
  abstractValue,
  findSharedState,
  raise,
  type StateCell,
  sharedStateName,
  type Tensor,
  variableMaker,
} from '@deft/core';
import { damaged } from './file-error.ts';
import type { CellData } from './manifest.ts';
import type { TensorWriter } from './tensor-section.ts';

/** Collects cells. */
export class CellWriter {
  readonly #tensors: TensorWriter;
  readonly #cells = new Map<StateCell, CellData>();
  readonly #names = new Set<string>();

  constructor(tensors: TensorWriter) {
    this.#tensors = tensors;
  }

  /** The number of a cell. Throws `E_ARGUMENT` for one that files cannot name. */
  add(cell: StateCell, argument: string): number {
    if (!this.#cells.has(cell)) this.#cells.set(cell, this.#dataOf(cell, argument));
    return [...this.#cells.keys()].indexOf(cell);
  }

  #dataOf(cell: StateCell, argument: string): CellData {
    const shared = sharedStateName(cell);
    if (shared !== undefined) return { kind: 'shared', name: shared };
    const name = variableMaker()?.nameOf(cell);
    if (name === undefined) {
      return raise('E_ARGUMENT', {
        op: 'serialize',
        argument,
        says: `it uses ${cell.label}, state of a kind that a file cannot hold`,
      });
    }
    return { kind: 'variable', name: this.#unique(name), tensor: this.#tensors.add(cell.outside(undefined)) };
  }

  /** The name, or where another variable has it or there is none, one with a number behind it. */
  #unique(name: string): string {
    let unique = name === '' || name === '__proto__' ? 'variable 1' : name;
    for (let i = 2; this.#names.has(unique); i++) unique = `${name === '' ? 'variable' : name} ${i}`;
    this.#names.add(unique);
    return unique;
  }

  finish(): readonly CellData[] {
    return [...this.#cells.values()];
  }
}

/** A variable of a file, which the functions of the file share. */
export interface LoadedVariable extends StateCell {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: Tensor['dtype'];
  /** The value at this place of the program. */
  readonly value: Tensor;
  /** Replaces the value from here on. Throws `E_SHAPE` or `E_DTYPE` for one of another shape or dtype. */
  assign(value: Tensor | number | readonly unknown[]): void;
}

/** Makes the cells of a file. `tensorOf` gives a tensor by its number. */
export function makeCells(cells: readonly CellData[], tensorOf: (index: number) => Tensor): readonly StateCell[] {
  return cells.map((cell, i) => {
    if (cell.kind === 'shared') {
      return (
        findSharedState(cell.name) ??
        damaged(
          `manifest.cells[${i}]`,
          `there is no ${JSON.stringify(cell.name)} here: import what uses it from @deft/ops`,
        )
      );
    }
    const maker = variableMaker();
    if (maker === undefined)
      return damaged(`manifest.cells[${i}]`, 'there are no variables here: import variable from @deft/ops');
    const made = maker.make(cell.name, tensorOf(cell.tensor));
    const { shape, dtype } = tensorOf(cell.tensor).abstract;
    return made.abstract.text === abstractValue(shape, dtype).text
      ? made
      : damaged(`manifest.cells[${i}]`, 'it is no variable');
  });
}
