/**
 * Who runs compiled programs on tensors. The eager executor is one; `jit` asks the base interpreter for it, so that
 * capture needs to know no backend and works on whatever executes the surrounding code.
 */
import type { AbstractValue, Interpreter, Tensor } from '@deft/core';
import type { Backend, Effort, Executable, KernelProgram, SizedCode } from '@deft/kernel';

export type { Executable, SizedCode } from '@deft/kernel';

/** Tensors whose memory the caller hands over to a run. */
export interface Donation {
  /** Places among the inputs. */
  readonly places: readonly number[];
  /** Why they are gone, said by the error that using them later raises. */
  readonly reason: () => string;
}

/** A base interpreter that runs programs. */
export interface ProgramExecutor extends Interpreter {
  readonly backend: Backend;
  /** Compiles a program for this executor's backend. */
  compileProgram(program: KernelProgram, effort?: Effort): Executable;
  /** Compiles a program for every size, given at some (see `Backend.compileSizes`). */
  compileSizes(samples: readonly KernelProgram[]): SizedCode;
  /**
   * Runs an executable on concrete tensors (lifting plain ones); the results have the given types, in order. Donated tensors
   * are gone afterwards: using one raises `E_DISPOSED` with the reason. Where a run fails they stay as they are, unless it had
   * begun to write over them.
   */
  runExecutable(
    executable: Executable,
    inputs: readonly Tensor[],
    results: readonly AbstractValue[],
    donation?: Donation,
  ): Tensor[];
}

/** Whether an interpreter runs programs. */
export function isProgramExecutor(interpreter: Interpreter): interpreter is ProgramExecutor {
  return 'compileProgram' in interpreter && 'runExecutable' in interpreter;
}
