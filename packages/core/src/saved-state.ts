/**
 * How programs that leave the process name the cells of state they use. A *shared* cell is one that every process has (the count of the
 * global generator, the order of effects): it is saved as its name. A variable is saved with its name and its value, and made anew.
 */
import { internal } from './errors.ts';
import type { StateCell } from './state.ts';
import type { Tensor } from './tensor.ts';

const shared = new Map<string, StateCell>();

/** Enters a cell that every process has under its name in files. */
export function registerSharedState(name: string, cell: StateCell): void {
  if (shared.has(name)) internal(`the cell ${name} is registered twice`);
  shared.set(name, cell);
}

/** The cell of that name, if the part of the library that has it is loaded. */
export function findSharedState(name: string): StateCell | undefined {
  return shared.get(name);
}

/** The name in files of a cell that every process has. */
export function sharedStateName(cell: StateCell): string | undefined {
  for (const [name, known] of shared) if (known === cell) return name;
  return undefined;
}

/** What makes variables, and knows them. */
export interface VariableMaker {
  make(name: string, value: Tensor): StateCell;
  /** The name of a variable, which may be empty; `undefined` for another cell. */
  nameOf(cell: StateCell): string | undefined;
}

let maker: VariableMaker | undefined;

/** Called once by the package that has variables. */
export function provideVariables(provided: VariableMaker): void {
  maker = provided;
}

/** What makes variables; `undefined` where they are not loaded. */
export function variableMaker(): VariableMaker | undefined {
  return maker;
}
