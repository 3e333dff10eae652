/**
 * What an op does with operands of known types, or a direction of its derivative, as one program: traced and compiled once,
 * then run for every call. A backend knows bytes and not ops, so where memory runs out it is here that the op is named.
 */
import { compileGraph, type ProgramExecutor } from '@deft/compiler';
import { type AbstractValue, DeftError, type Operation, type Tensor } from '@deft/core';
import { traceGraph } from '@deft/graph';
import type { Executable } from '@deft/kernel';

/** The op that a program is of, for messages. */
export interface ProgramOwner {
  readonly operation: Operation;
  readonly operands: readonly AbstractValue[];
}

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
    const { graph } = traceGraph(f, inputs);
    const { program, captures } = compileGraph(graph);
    this.#executor = executor;
    this.#owner = owner;
    this.#results = results;
    this.#captures = captures;
    try {
      this.#executable = executor.compileProgram(program, 'quick');
    } catch (error) {
      throw namingOwner(error, owner);
    }
  }

  run(inputs: readonly Tensor[]): Tensor[] {
    const all = this.#captures.length === 0 ? inputs : [...inputs, ...this.#captures];
    try {
      return this.#executor.runExecutable(this.#executable, all, this.#results);
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
