/**
 * What an op does with operands of known types, or a direction of its derivative, as one program: traced and compiled once,
 * then run for every call. A backend knows bytes and not ops, so where memory runs out it is here that the op is named.
 */
import { compileGraph, type ProgramExecutor } from '@deft/compiler';
import {
  type AbstractValue,
  bytesOf,
  checksNumerics,
  DeftError,
  type Operation,
  recorder,
  type SpanArguments,
  sizeOf,
  span,
  type Tensor,
} from '@deft/core';
import { traceGraph } from '@deft/graph';
import type { Executable } from '@deft/kernel';
import { checkFinite } from './check-finite.ts';

/** The op that a program is of, for messages. */
export interface ProgramOwner {
  readonly operation: Operation;
  readonly operands: readonly AbstractValue[];
  /** A direction of its derivative; the op itself without. */
  readonly direction?: 'forward' | 'backward';
}

const bytesIn = (types: readonly AbstractValue[]): number =>
  types.reduce((sum, { shape, dtype }) => sum + sizeOf(shape) * bytesOf(dtype), 0);

/** What a program computes. */
export interface ProgramFunction {
  readonly f: (inputs: readonly Tensor[]) => readonly Tensor[];
  readonly inputs: readonly AbstractValue[];
  readonly results: readonly AbstractValue[];
}

/** A program of an op. */
export class OperationProgram {
  readonly #executor: ProgramExecutor;
  readonly #owner: ProgramOwner;
  readonly #executable: Executable;
  readonly #results: readonly AbstractValue[];
  /** Tensors the op's own code reads besides its inputs. */
  readonly #captures: readonly Tensor[];

  constructor({ f, inputs, results }: ProgramFunction, owner: ProgramOwner, executor: ProgramExecutor) {
    const made = span(`compile ${owner.operation.name}`, 'compile', undefined, () => {
      const { graph } = traceGraph(f, inputs);
      const { program, captures } = compileGraph(graph);
      try {
        return { executable: executor.compileProgram(program, 'quick'), captures };
      } catch (error) {
        throw namingOwner(error, owner);
      }
    });
    this.#executor = executor;
    this.#owner = owner;
    this.#results = results;
    this.#captures = made.captures.map(({ tensor }) => tensor);
    this.#executable = made.executable;
  }

  run(inputs: readonly Tensor[]): Tensor[] {
    return recorder === undefined ? this.#run(inputs) : this.#runAsSpan(inputs);
  }

  #runAsSpan(inputs: readonly Tensor[]): Tensor[] {
    const { operation, direction } = this.#owner;
    const types = inputs.map(({ abstract }) => abstract);
    const args = (): SpanArguments => ({
      operands: types.map(({ text }) => text).join(', '),
      results: this.#results.map(({ text }) => text).join(', '),
      bytes: bytesIn(types) + bytesIn(this.#results),
    });
    const name = direction === undefined ? operation.name : `${operation.name} ${direction}`;
    return span(name, direction === undefined ? 'op' : 'derivative', args, () => this.#run(inputs));
  }

  #run(inputs: readonly Tensor[]): Tensor[] {
    const all = this.#captures.length === 0 ? inputs : [...inputs, ...this.#captures];
    try {
      const results = this.#executor.runExecutable(this.#executable, all, this.#results);
      if (checksNumerics()) checkFinite(this.#owner.operation, inputs, results);
      return results;
    } catch (error) {
      throw namingOwner(error, this.#owner);
    }
  }

  dispose(): void {
    this.#executable.dispose();
  }
}

/** An error that memory ran out tells the op; others stay as they are. */
function namingOwner(error: unknown, { operation, operands }: ProgramOwner): unknown {
  if (!(error instanceof DeftError) || error.code !== 'E_MEMORY') return error;
  return new DeftError('E_MEMORY', { ...error.details, op: operation.name, operands });
}
