/**
 * How programs become code: compiled, or, where one has to run at once, as a description for functions that are there already. Both
 * are called once a run, with the addresses of the program's buffers.
 */
import { type TypedArray, toStored } from '@deft/core';
import type { BufferSpec, KernelProgram, RoutineKernel } from '@deft/kernel';
import { describeProgram } from './blocks/program-blocks.ts';
import { routineSource } from './blocks/routine-function.ts';
import { ProgramCode } from './codegen/program-code.ts';
import {
  type BlocksFunction,
  type Library,
  type LoadedRoutine,
  loadBlocks,
  loadPrograms,
  loadRoutine,
  type ProgramFunction,
} from './library.ts';
import type { ProgramCall } from './native-executable.ts';
import type { BuildCache } from './toolchain/build-cache.ts';

/** Code over the buffers at addresses. */
export type MakeCall = (addresses: Float64Array) => ProgramCall;

/** Routines that stay loaded, by their source. */
const routines = new Map<string, LoadedRoutine>();

/** Makes code of programs. */
export class NativePrograms {
  readonly #cache: BuildCache;
  readonly #library: Library;
  readonly #shortestDivided: number | undefined;
  #blocks: BlocksFunction | undefined;

  constructor(cache: BuildCache, library: Library, shortestDivided: number | undefined) {
    this.#cache = cache;
    this.#library = library;
    this.#shortestDivided = shortestDivided;
  }

  /** Compiled code that serves the samples and what differs from them in numbers only. */
  compiled(samples: readonly KernelProgram[]): (program: KernelProgram) => MakeCall {
    const code = new ProgramCode(samples, this.#shortestDivided);
    const [run] = loadPrograms(this.#cache, [code]) as [ProgramFunction];
    return (program) => this.#callOf(code, run, program);
  }

  /** Several programs, compiled together: one start of the compiler for all of them. */
  compiledTogether(programs: readonly KernelProgram[]): MakeCall[] {
    const codes = programs.map((program, i) => new ProgramCode([program], this.#shortestDivided, i));
    const functions = loadPrograms(this.#cache, codes);
    return programs.map((program, i) =>
      this.#callOf(codes[i] as ProgramCode, functions[i] as ProgramFunction, program),
    );
  }

  #callOf(code: ProgramCode, run: ProgramFunction, program: KernelProgram): MakeCall {
    const library = this.#library;
    const data = code.dataFor(program);
    const arrays = Float64Array.from(data.arrays, (array) => library.addressOf(array));
    const numbers = Float64Array.from(data.numbers);
    return (addresses) => ({
      constants: [],
      holds: [data],
      run: () => run(library.runtime, addresses, addresses.length, arrays, data.arrays.length, numbers),
    });
  }

  /** A program by functions that were built before; `undefined` where it cannot be described. */
  described(program: KernelProgram): MakeCall | undefined {
    const library = this.#library;
    const description = describeProgram(program, {
      addressOf: (array) => library.addressOf(array),
      routine: (kernel, buffers) => this.#routine(kernel, buffers),
      shortestDivided: this.#shortestDivided,
    });
    if (description === undefined) return undefined;
    const { words, root, held } = description;
    const blocks = this.#blocksFunction();
    const constants = program.buffers.flatMap(({ role, dtype, data }, id) =>
      role === 'constant' ? [{ id, data: toStored(dtype, data as TypedArray) }] : [],
    );
    const code = library.addressOf(words);
    return (addresses) => {
      const own = library.addressOf(addresses);
      return {
        constants: constants.map(({ id, data }) => ({ id, address: library.addressOf(data) })),
        holds: [words, held, constants],
        run: () => blocks(library.runtime, own, addresses.length, code, root),
      };
    };
  }

  /** Built on first use, if it is not in the cache. */
  #blocksFunction(): BlocksFunction {
    this.#blocks ??= loadBlocks(this.#cache);
    return this.#blocks;
  }

  #routine(kernel: RoutineKernel, buffers: readonly BufferSpec[]): { address: number; list: Float64Array } {
    const { source, list } = routineSource(kernel, buffers);
    const loaded = routines.get(source) ?? loadRoutine(this.#cache, source);
    routines.set(source, loaded);
    return { address: loaded.address, list };
  }
}
