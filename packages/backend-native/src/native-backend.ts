/**
 * The native backend: programs become C, which the system's compiler builds for this machine. Elements lie in `ArrayBuffer`s, which
 * the collector takes back by itself even in a loop that never yields; what is given back earlier is used again.
 */
import { availableParallelism } from 'node:os';
import process from 'node:process';
import { bytesOf, type DType, fromStored, raise, type TypedArray, toStored } from '@deft/core';
import type { Backend, Effort, Executable, KernelProgram, MemoryReport, SizedCode, Storage } from '@deft/kernel';
import { type Library, loadLibrary } from './library.ts';
import { NativeExecutable, type NativeRuntime } from './native-executable.ts';
import { type Memory, NativeMemory } from './native-memory.ts';
import { type MakeCall, NativePrograms } from './native-programs.ts';
import { type Gone, NativeStorage } from './native-storage.ts';
import { BuildCache } from './toolchain/build-cache.ts';
import { findToolchain } from './toolchain/toolchain.ts';

/** Options of the backend. */
export interface NativeBackendOptions {
  /** Threads, with the caller; before `DEFT_THREADS`, and before the number of cores. */
  readonly threads?: number;
  /** Where built libraries are kept; see `DEFT_CACHE_DIR`. */
  readonly cacheFolder?: string;
  /** @internal Estimated nanoseconds from which a kernel is divided among threads. */
  readonly shortestDivided?: number;
}

/** Storages of fewer bytes are not told to the collector's registry, and are not in the report: that would cost more than they do. */
const smallestCounted = 4096;

function threadsWanted(stated: number | undefined): number {
  const text = process.env['DEFT_THREADS'];
  if (stated === undefined && (text === undefined || text === '')) return availableParallelism();
  const asked = stated ?? Number(text);
  if (Number.isSafeInteger(asked) && asked >= 1) return asked;
  return raise('E_BACKEND', {
    op: 'native',
    expected: 'a number of threads of 1 or more',
    found: stated === undefined ? `DEFT_THREADS=${text}` : `threads: ${stated}`,
    hint: 'leave it out to compute on all cores',
  });
}

/** Runs kernels as native code. */
export class NativeBackend implements Backend {
  readonly name = 'native';
  readonly threads: number;
  readonly canReadSync = true;
  readonly #library: Library;
  readonly #programs: NativePrograms;
  readonly #runtime: NativeRuntime;
  readonly #memory: NativeMemory;
  #arena: Memory | undefined;
  #bytes = 0;
  #count = 0;
  readonly #collected = new FinalizationRegistry<number>((bytes) => this.#uncount(bytes));

  constructor(options: NativeBackendOptions = {}) {
    const toolchain = findToolchain();
    if (typeof toolchain === 'string') raise('E_BACKEND', { op: 'native', says: toolchain });
    const cache = new BuildCache(toolchain, options.cacheFolder);
    this.#library = loadLibrary(cache);
    this.#programs = new NativePrograms(cache, this.#library, options.shortestDivided);
    this.#memory = new NativeMemory((buffer) => this.#library.addressOf(buffer));
    this.threads = threadsWanted(options.threads);
    this.#runtime = {
      backend: this,
      allocate: (bytes) => this.#memory.take(bytes),
      arena: (bytes) => this.#arenaOf(bytes),
      storage: (dtype, length, memory) => this.#storage(dtype, length, memory),
      outside: (call) => this.#outside(call),
      library: this.#library,
    };
  }

  upload(dtype: DType, elements: TypedArray): Storage {
    const data = toStored(dtype, elements);
    // Small typed arrays lie in the engine's own memory, which moves; a buffer does not.
    const isWhole = data.buffer instanceof ArrayBuffer && data.byteLength === data.buffer.byteLength;
    if (isWhole && data.byteLength > 64) {
      return this.#storage(dtype, data.length, this.#memory.of(data.buffer as ArrayBuffer));
    }
    const memory = this.#memory.take(data.byteLength);
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    new Uint8Array(memory.buffer, memory.offset, bytes.length).set(bytes);
    return this.#storage(dtype, data.length, memory);
  }

  arrayFor(dtype: DType, length: number): TypedArray | undefined {
    // Dtypes whose elements on the host are those in memory.
    if (dtype !== 'float32' && dtype !== 'float64' && dtype !== 'int32' && dtype !== 'uint32') return undefined;
    const buffer = this.#memory.whole(length * bytesOf(dtype));
    return buffer && fromStored(dtype, new Uint8Array(buffer));
  }

  read(storage: Storage): Promise<TypedArray> {
    return Promise.resolve(this.readSync(storage));
  }

  readSync(storage: Storage): TypedArray {
    if (!(storage instanceof NativeStorage) || storage.backend !== this) {
      raise('E_BACKEND', { says: `a buffer of backend ${storage.backend.name} was read through ${this.name}` });
    }
    const { memory, dtype, length } = storage;
    if (memory === undefined) raise('E_DISPOSED', { says: 'a storage was read after it was given back' });
    const { buffer, offset } = memory;
    return fromStored(dtype, new Uint8Array(buffer.slice(offset, offset + length * bytesOf(dtype))));
  }

  compile(program: KernelProgram, effort: Effort = 'full'): Executable {
    this.#library.setThreads(this.threads);
    const described = effort === 'quick' ? this.#programs.described(program) : undefined;
    const call = described ?? this.#programs.compiled([program])(program);
    return new NativeExecutable(this.#runtime, program, call);
  }

  /** Compiles several programs as one library, which takes much less time than one after the other. */
  compileTogether(programs: readonly KernelProgram[]): Executable[] {
    this.#library.setThreads(this.threads);
    const calls = this.#programs.compiledTogether(programs);
    return programs.map((program, i) => new NativeExecutable(this.#runtime, program, calls[i] as MakeCall));
  }

  compileSizes(samples: readonly KernelProgram[]): SizedCode {
    this.#library.setThreads(this.threads);
    const callFor = this.#programs.compiled(samples);
    return {
      at: (program) => new NativeExecutable(this.#runtime, program, callFor(program)),
      dispose: () => {},
    };
  }

  memory(): MemoryReport {
    // Within a loop that never yields nobody is told what was collected, but the engine knows how much is left in all.
    const bytes = Math.min(this.#bytes, process.memoryUsage().arrayBuffers);
    return { residentBytes: bytes, evictedBytes: 0, reservedBytes: bytes, storages: this.#count };
  }

  #outside<T>(call: () => T): T {
    const arena = this.#arena;
    this.#arena = undefined;
    try {
      return call();
    } finally {
      this.#arena = arena;
    }
  }

  #arenaOf(bytes: number): number {
    if (this.#arena === undefined || this.#arena.bytes < bytes) this.#arena = this.#memory.of(new ArrayBuffer(bytes));
    return this.#arena.address;
  }

  #storage(dtype: DType, length: number, memory: Memory): NativeStorage {
    const storage = new NativeStorage(this, dtype, length, memory, this.#gone);
    const { bytes } = memory;
    if (bytes >= smallestCounted) {
      this.#bytes += bytes;
      this.#count++;
      this.#collected.register(storage, bytes, storage);
    }
    return storage;
  }

  readonly #gone: Gone = (storage, memory, isFree) => {
    if (memory.bytes >= smallestCounted) {
      this.#collected.unregister(storage);
      this.#uncount(memory.bytes);
    }
    if (isFree) this.#memory.giveBack(memory);
  };

  #uncount(bytes: number): void {
    this.#bytes -= bytes;
    this.#count--;
  }
}

let shared: NativeBackend | undefined;

/** The process's one native backend. Throws `E_BACKEND` where there is no C compiler. */
export function nativeBackend(): NativeBackend {
  shared ??= new NativeBackend();
  return shared;
}
