/**
 * Laws every backend keeps, as checks that its own tests run: random programs give what the kernel interpreter gives,
 * and the same bits however many threads there are.
 */
import { dtypes, isFloating, randomNumbers, type TypedArray } from '@deft/core';
import {
  type Backend,
  type BufferSpec,
  type Effort,
  type Executable,
  interpretProgram,
  type KernelProgram,
  type Storage,
} from '@deft/kernel';
import fc from 'fast-check';
import { inexactOutputs, inputsFor } from './arbitraries/kernel-inputs.ts';
import { type KernelProgramOptions, kernelProgram } from './arbitraries/kernels.ts';
import { CallObserver } from './arbitraries/observed-calls.ts';
import { withOtherSizes } from './arbitraries/other-sizes.ts';

/** How far apart two numbers may be where a transcendental function is involved, relative to their size. */
const relativeTolerance = 2e-6;

function closeEnough(expected: number, found: number, exact: boolean): boolean {
  if (expected === found || (Number.isNaN(expected) && Number.isNaN(found))) return true;
  return !exact && Math.abs(expected - found) <= relativeTolerance * Math.max(1, Math.abs(expected));
}

/** The first place where two arrays differ, or `undefined`. */
export function firstDifference(expected: TypedArray, found: TypedArray, exact: boolean): string | undefined {
  if (expected.constructor !== found.constructor)
    return `${expected.constructor.name} against ${found.constructor.name}`;
  if (expected.length !== found.length) return `${expected.length} elements against ${found.length}`;
  for (let i = 0; i < expected.length; i++) {
    if (!closeEnough(expected[i] as number, found[i] as number, exact)) {
      return `element ${i}: expected ${expected[i]}, got ${found[i]}`;
    }
  }
  return undefined;
}

/** Throws unless two runs have called the host alike. */
export function sameCalls(expected: CallObserver, found: CallObserver): void {
  if (expected.seen.join('\n') === found.seen.join('\n')) return;
  throw new Error(`calls of the host: expected\n${expected.seen.join('\n')}\ngot\n${found.seen.join('\n')}`);
}

/** How a program is compiled: for its sizes, or for every size, where any of its numbers may be unknown to the code. */
type Compile = (backend: Backend, program: KernelProgram) => { executable: Executable; dispose(): void };

/** How the options say. */
export const compileAs = ({ everySize = false, effort = 'full' }: LawOptions, choice: number): Compile =>
  everySize ? forEverySize(choice) : forItsSizes(effort);

const forItsSizes =
  (effort: Effort): Compile =>
  (backend, program) => {
    const executable = backend.compile(program, effort);
    return { executable, dispose: () => executable.dispose() };
  };

function forEverySize(seed: number): Compile {
  const random = randomNumbers(seed);
  const changes = (): number => Math.max(0, Math.floor(random() * 5));
  return (backend, program) => {
    const samples = [program, withOtherSizes(program, changes)];
    const code = backend.compileSizes(random() < 0 ? samples : samples.reverse());
    const executable = code.at(program);
    return {
      executable,
      dispose: () => {
        executable.dispose();
        code.dispose();
      },
    };
  };
}

/** What the laws are tried on. */
export type LawOptions = KernelProgramOptions & {
  /** Random programs of any kind unless told. */
  readonly programs?: fc.Arbitrary<KernelProgram>;
  readonly runs?: number;
  readonly seed?: number;
  /** Whether code is made for every size, without knowing numbers of the program. */
  readonly everySize?: boolean;
  /** What the code is worth, where it is made for the sizes of a program. */
  readonly effort?: Effort;
};

/**
 * Runs random programs on a backend, with inputs kept and given up, and on the interpreter. Throws with the shrunk program where
 * they differ.
 */
export function checkBackendAgainstInterpreter(backend: Backend, options: LawOptions = {}): void {
  const { runs = 300, seed, programs = kernelProgram(options) } = options;
  const withInputs = programs.chain((program) => fc.tuple(fc.constant(program), inputsFor(program)));
  fc.assert(
    fc.property(withInputs, fc.integer(), ([program, inputs], choice) => {
      const plain = new CallObserver();
      const expected = plain.run(() =>
        interpretProgram(
          program,
          inputs.map((input) => input.slice()),
        ),
      );
      const { executable, dispose } = compileAs(options, choice)(backend, program);
      const outputs = [false, true].flatMap((donated) => {
        const observer = new CallObserver();
        const results = observer.run(() => executable.run(uploaded(backend, program, inputs), donated));
        sameCalls(plain, observer);
        return results;
      });
      const inexact = inexactOutputs(program);
      outputs.forEach((storage, place) => {
        const i = place % expected.length;
        const found = backend.readSync(storage);
        const exact = inexact[i] !== true || !isFloating(storage.dtype);
        const difference = firstDifference(expected[i] as TypedArray, found, exact);
        if (difference !== undefined) throw new Error(`output ${i} (${dtypes[storage.dtype].kind}): ${difference}`);
      });
      dispose();
    }),
    { numRuns: runs, ...(seed === undefined ? {} : { seed }) },
  );
}

/** Runs random programs on several backends and asks that all results have the same bits. */
export function checkBackendsAgree(
  backends: readonly Backend[],
  options: KernelProgramOptions & { readonly runs?: number; readonly seed?: number } = {},
): void {
  const { runs = 300, seed, ...rest } = options;
  const withInputs = kernelProgram(rest).chain((program) => fc.tuple(fc.constant(program), inputsFor(program)));
  fc.assert(
    fc.property(withInputs, ([program, inputs]) => {
      const results = backends.map((backend) => bytesOfResults(backend, program, inputs));
      results.forEach((found, which) => {
        found.forEach((bytes, i) => {
          const difference = firstDifference((results[0] as Uint8Array[])[i] as Uint8Array, bytes, true);
          if (difference !== undefined) throw new Error(`backend ${which}, bytes of output ${i}: ${difference}`);
        });
      });
    }),
    { numRuns: runs, ...(seed === undefined ? {} : { seed }) },
  );
}

/** The inputs as storages. */
export function uploaded(backend: Backend, program: KernelProgram, inputs: readonly TypedArray[]): Storage[] {
  return inputs.map((input, i) =>
    backend.upload((program.buffers[program.inputs[i] as number] as BufferSpec).dtype, input.slice()),
  );
}

function bytesOfResults(backend: Backend, program: KernelProgram, inputs: readonly TypedArray[]): Uint8Array[] {
  const executable = backend.compile(program);
  const outputs = executable.run(uploaded(backend, program, inputs));
  const bytes = outputs.map((storage) => {
    const { buffer, byteOffset, byteLength } = backend.readSync(storage);
    return new Uint8Array(buffer, byteOffset, byteLength);
  });
  executable.dispose();
  return bytes;
}
