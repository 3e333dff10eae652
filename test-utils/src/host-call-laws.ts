/**
 * Laws of programs that call functions of the host: what happens in the midst of a call, other runs and a failure among it, disturbs
 * neither the program nor the backend.
 */
import { isFloating, type TypedArray } from '@deft/core';
import { type Backend, interpretProgram, type KernelProgram, type Storage } from '@deft/kernel';
import fc from 'fast-check';
import { inexactOutputs, inputsFor } from './arbitraries/kernel-inputs.ts';
import { kernelProgram } from './arbitraries/kernels.ts';
import { CallObserver } from './arbitraries/observed-calls.ts';
import { compileAs, firstDifference, type LawOptions, sameCalls, uploaded } from './backend-laws.ts';

/** A program and what it gives. */
interface Case {
  readonly program: KernelProgram;
  readonly inputs: readonly TypedArray[];
  readonly expected: readonly TypedArray[];
  readonly calls: CallObserver;
}

function caseOf(program: KernelProgram, inputs: readonly TypedArray[]): Case {
  const calls = new CallObserver();
  const copies = inputs.map((input) => input.slice());
  return { program, inputs, calls, expected: calls.run(() => interpretProgram(program, copies)) };
}

function checkResults(backend: Backend, { program, expected }: Case, results: readonly Storage[]): void {
  const inexact = inexactOutputs(program);
  results.forEach((storage, i) => {
    const exact = inexact[i] !== true || !isFloating(storage.dtype);
    const difference = firstDifference(expected[i] as TypedArray, backend.readSync(storage), exact);
    if (difference !== undefined) throw new Error(`output ${i}: ${difference}`);
  });
}

const anyCase: fc.Arbitrary<Case> = kernelProgram({ forms: ['call', 'repeat', 'branch', 'loop', 'contract'] })
  .chain((program) => fc.tuple(fc.constant(program), inputsFor(program)))
  .map(([program, inputs]) => caseOf(program, inputs));

/** Runs random programs whose calls run these and other programs, dispose of what is in use, and fail. */
export function checkHostCalls(backend: Backend, options: LawOptions = {}): void {
  const { runs = 200, seed } = options;
  fc.assert(
    fc.property(anyCase, anyCase, fc.nat(), (one, other, choice) => {
      const compiled = [one, other].map(({ program }) => compileAs(options, choice)(backend, program));
      const [{ executable }] = compiled as [(typeof compiled)[0]];
      const runOf = (which: number, during?: (number: number) => void, donated = false): void => {
        const each = which === 0 ? one : other;
        const observer = new CallObserver(during);
        const inputs = uploaded(backend, each.program, each.inputs);
        const run = (): Storage[] => (compiled[which] as (typeof compiled)[0]).executable.run(inputs, donated);
        checkResults(backend, each, observer.run(run));
        sameCalls(each.calls, observer);
      };

      // Runs within calls, and runs within calls of those.
      const within = (depth: number) => (): void => {
        runOf(0, depth > 0 ? within(depth - 1) : undefined, depth === 1);
        runOf(1, depth > 0 ? within(0) : undefined);
      };
      const few = one.calls.seen.length + other.calls.seen.length < 8;
      runOf(0, within(few ? 1 : 0));
      runOf(0, within(0), true);

      // A call that fails, in a run or in one within it.
      const count = one.calls.seen.length;
      if (count > 0) {
        const error = new Error('the call fails');
        const fails = (number: number): void => {
          if (number === choice % count) throw error;
        };
        for (const donated of [false, true]) {
          const inputs = uploaded(backend, one.program, one.inputs);
          const observer = new CallObserver(fails);
          const caught = errorOf(() => observer.run(() => executable.run(inputs, donated)));
          if (caught !== error) throw new Error(`the run gave ${caught} instead of the error of the call`);
          if (observer.seen.join() !== one.calls.seen.slice(0, (choice % count) + 1).join())
            throw new Error('other calls');
          inputs.forEach((input, i) => {
            if (input.released && donated) return;
            const difference = firstDifference(one.inputs[i] as TypedArray, backend.readSync(input), true);
            if (difference !== undefined) throw new Error(`input ${i} after a failure: ${difference}`);
          });
        }
        runOf(0, () => errorOf(() => runOf(0, fails)));
      }

      // What is in use may be disposed of.
      const inputs = uploaded(backend, one.program, one.inputs);
      const observer = new CallObserver((number) => {
        if (number > 0) return;
        for (const input of inputs) input.release();
        for (const { dispose } of compiled) dispose();
        runOther(backend, other, options, choice);
      });
      const results = observer.run(() => executable.run(inputs));
      checkResults(backend, one, results);
      if (count > 0 && one.program.outputs.every((id) => !one.program.inputs.includes(id))) {
        if (!inputs.every((input) => input.released)) throw new Error('an input that was disposed of is still there');
      } else if (count === 0) for (const { dispose } of compiled) dispose();
    }),
    { numRuns: runs, ...(seed === undefined ? {} : { seed }) },
  );
}

/** A program compiled and run anew, in memory that others have given back. */
function runOther(backend: Backend, each: Case, options: LawOptions, choice: number): void {
  const { executable, dispose } = compileAs(options, choice)(backend, each.program);
  checkResults(backend, each, executable.run(uploaded(backend, each.program, each.inputs)));
  dispose();
}

function errorOf(f: () => void): unknown {
  try {
    f();
    return undefined;
  } catch (error) {
    return error;
  }
}
