/**
 * How operands, results and the inputs and outputs of regions of a `loop` follow each other.
 *
 * - operands: the number of steps (only if `counted`), what is closed over, the carried values at the start, the stacked inputs
 * - inputs of the body: what is closed over, the carried values, one slice of every stacked input
 * - outputs of the body: the carried values after the step, one slice of every stacked result
 * - inputs of the condition (if there is one): what is closed over, the carried values; it gives one bool
 * - results: the carried values at the end, the stacked results, and, with a condition, the number of steps taken
 */
import type { AbstractValue, Attributes, Region } from '@deft/core';

/** The attributes of a `loop`. */
export interface LoopAttributes {
  readonly [key: string]: number | boolean | null;
  /** Steps at most, and the length of all stacks; `null` where there is no bound, and then no stacks. */
  readonly steps: number | null;
  /** Whether the first operand says how many steps are taken. */
  readonly counted: boolean;
  readonly closedOver: number;
  readonly carries: number;
  readonly stacked: number;
  /** Step i is at the place from which i more steps follow: slices are taken from the last to the first. */
  readonly reverse: boolean;
}

/** The parts of a list of operands, or of things that go with operands. */
export interface LoopOperands<T> {
  readonly count: T | undefined;
  readonly closedOver: readonly T[];
  readonly carries: readonly T[];
  readonly stacked: readonly T[];
}

/** The parts of operands. */
export function loopOperands<T>(list: readonly T[], attributes: Attributes): LoopOperands<T> {
  const { counted, closedOver, carries } = attributes as LoopAttributes;
  const from = counted ? 1 : 0;
  const stackedFrom = from + closedOver + carries;
  return {
    count: counted ? list[0] : undefined,
    closedOver: list.slice(from, from + closedOver),
    carries: list.slice(from + closedOver, stackedFrom),
    stacked: list.slice(stackedFrom),
  };
}

/** The operands of parts. */
export function operandsOf<T>({ count, closedOver, carries, stacked }: LoopOperands<T>): T[] {
  return [...(count === undefined ? [] : [count]), ...closedOver, ...carries, ...stacked];
}

/** Results of the body by kind. */
export function bodyResults<T>(list: readonly T[], carries: number): { carries: readonly T[]; slices: readonly T[] } {
  return { carries: list.slice(0, carries), slices: list.slice(carries) };
}

/** Types of a region's inputs. */
export const inputTypes = (region: Region): AbstractValue[] => region.inputs.map((input) => input.abstract);

/** Types of a region's outputs. */
export const outputTypes = (region: Region): AbstractValue[] => region.outputs.map((output) => output.abstract);
