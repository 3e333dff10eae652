/** Loads what was built. All calls into C are made here; a pointer goes to C only together with what says how long it is. */
import process from 'node:process';
import { type ProgramCode, programName, programsSource } from './codegen/program-code.ts';
import { blocksSource } from './runtime/blocks.ts';
import { librarySource } from './runtime/library.ts';
import type { BuildCache } from './toolchain/build-cache.ts';
import { loadSource } from './toolchain/koffi.ts';

/** What all programs share. */
export interface Library {
  /** The address of the table of functions that programs are given. */
  readonly runtime: number;
  addressOf(buffer: ArrayBufferView | ArrayBuffer): number;
  setThreads(threads: number): void;
  /** Copies so many bytes of a buffer out of a table of addresses, … */
  fetch(to: Uint8Array, table: number, buffer: number, bytes: number): void;
  /** … or into one. */
  store(from: Uint8Array, table: number, buffer: number, bytes: number): void;
}

/** A program in memory: `(runtime, addresses of buffers, their count, addresses of arrays, their count, numbers)`. */
export type ProgramFunction = (
  runtime: number,
  addresses: Float64Array,
  count: number,
  data: Float64Array,
  arrays: number,
  numbers: Float64Array,
) => void;

/** Said before what takes some seconds. */
const building = "deft: building native functions for this machine's processor, once; they are kept";

/** The flags of the functions that blocks are computed with: they are many, and their loops have all the same shape. */
const blockFlags = ['-O2', '-ftree-vectorize', '-fno-unroll-loops', '-fno-tree-slp-vectorize'];

/** Builds and loads what all programs share. Where that has to be built, the functions of blocks are as well, at the same time. */
export function loadLibrary(cache: BuildCache): Library {
  // Its threads run until the process ends, so its code stays in memory until then.
  const flags = ['-ffp-contract=fast', ...(process.platform === 'linux' ? ['-Wl,-z,nodelete'] : [])];
  const waitForBlocks = cache.has(librarySource, flags) ? () => {} : cache.begin(blocksSource, blockFlags);
  const loaded = loadSource(cache, librarySource, flags, building);
  waitForBlocks();
  const runtime = loaded.func('double deft_runtime()') as () => number;
  return {
    runtime: runtime(),
    addressOf: loaded.func('double deft_address(const void *place)') as Library['addressOf'],
    setThreads: loaded.func('void deft_set_threads(int threads)') as Library['setThreads'],
    fetch: loaded.func('void deft_fetch(void *to, double table, double buffer, double bytes)') as Library['fetch'],
    store: loaded.func(
      'void deft_store(const void *from, double table, double buffer, double bytes)',
    ) as Library['store'],
  };
}

/** Builds and loads a library of programs; their functions in order. */
export function loadPrograms(cache: BuildCache, codes: readonly ProgramCode[]): ProgramFunction[] {
  const loaded = loadSource(cache, programsSource(codes));
  const parameters =
    'double library, const double *addresses, long count, const double *data, long arrays, const double *n';
  return codes.map((_, i) => loaded.func(`void ${programName(i)}(${parameters})`) as ProgramFunction);
}

/** Runs a description: `(runtime, address of the addresses of buffers, their count, address of the words, where the list is)`. */
export type BlocksFunction = (runtime: number, addresses: number, count: number, words: number, root: number) => void;

/** Builds and loads what runs programs without code of their own. */
export function loadBlocks(cache: BuildCache): BlocksFunction {
  const loaded = loadSource(cache, blocksSource, blockFlags, building);
  return loaded.func(
    'void deft_run_blocks(double library, double addresses, double count, double words, double root)',
  ) as BlocksFunction;
}

/** A routine in memory. Its library is unloaded when nobody has `give` any more, so whoever calls it keeps this. */
export interface LoadedRoutine {
  readonly address: number;
  readonly give: () => number;
}

/** Builds and loads a routine. */
export function loadRoutine(cache: BuildCache, source: string): LoadedRoutine {
  const give = loadSource(cache, source).func('double deft_routine()') as () => number;
  return { address: give(), give };
}
