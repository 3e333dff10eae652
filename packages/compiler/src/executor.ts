/**
 * Who runs compiled programs on tensors. The eager executor is one; `jit` asks the base interpreter for it, so that
 * capture needs to know no backend and works on whatever executes the surrounding code.
 */
import type { AbstractValue, Interpreter, Tensor } from '@deft/core';
import type { Backend, Executable, KernelProgram, SizedCode } from '@deft/kernel';

export type { Executable, SizedCode } from '@deft/kernel';

/** A base interpreter that runs programs. */
export interface ProgramExecutor extends Interpreter {
  readonly backend: Backend;
  /** Compiles a program for this executor's backend. */
  compileProgram(program: KernelProgram): Executable;
  /** Compiles a program for every size, given at some (see `Backend.compileSizes`). */
  compileSizes(samples: readonly KernelProgram[]): SizedCode;
  /** Runs an executable on concrete tensors (lifting plain ones); the results have the given types, in order. */
  runExecutable(executable: Executable, inputs: readonly Tensor[], results: readonly AbstractValue[]): Tensor[];
  /** Gives up a tensor whose memory the caller handed over; using it later raises `E_DISPOSED` with `reason`. */
  donate(tensor: Tensor, reason: () => string): void;
}

/** Whether an interpreter runs programs. */
export function isProgramExecutor(interpreter: Interpreter): interpreter is ProgramExecutor {
  return 'compileProgram' in interpreter && 'runExecutable' in interpreter;
}
