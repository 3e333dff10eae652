/**
 * The native backend: programs become C, which the system's compiler builds for this machine. Elements lie in `ArrayBuffer`s, which
 * the collector takes back by itself even in a loop that never yields; what is given back earlier is used again.
 */
import { availableParallelism } from 'node:os';
import process from 'node:process';
import { bytesOf, type DType, fromStored, raise, type TypedArray, toStored } from '@deft/core';
import type { Backend, Executable, KernelProgram, MemoryReport, SizedCode, Storage } from '@deft/kernel';
import { ProgramCode } from './codegen/program-code.ts';
import { type Library, loadLibrary, loadProgram } from './library.ts';
import { type Memory, NativeExecutable, type NativeRuntime } from './native-executable.ts';
import { NativeStorage } from './native-storage.ts';
import { BuildCache } from './toolchain/build-cache.ts';
import { findToolchain } from './toolchain/toolchain.ts';

/** Why the native backend cannot run here, or `undefined` if it can. */
export function nativeUnavailableBecause(): string | undefined {
  const toolchain = findToolchain();
  return typeof toolchain === 'string' ? toolchain : undefined;
}

/** Options of the backend. */
export interface NativeBackendOptions {
  /** Threads, with the caller; before `DEFT_THREADS`, and before the number of cores. */
  readonly threads?: number;
  /** Where built libraries are kept; see `DEFT_CACHE_DIR`. */
  readonly cacheFolder?: string;
  /** @internal Estimated nanoseconds from which a kernel is divided among threads. */
  readonly shortestDivided?: number;
}

/** What is smaller is left to the collector when it is given back. */
const smallestPooled = 1024;
/** Given-back memory of one size that waits for its next use. */
const mostPooled = 8;

function threadsWanted(stated: number | undefined): number {
  const text = process.env['DEFT_THREADS'];
  const asked = stated ?? (text === undefined || text === '' ? availableParallelism() : Number(text));
  return Number.isSafeInteger(asked) && asked >= 1 ? asked : 1;
}

/** Runs kernels as native code. */
export class NativeBackend implements Backend {
  readonly name = 'native';
  readonly threads: number;
  readonly canReadSync = true;
  readonly #cache: BuildCache;
  readonly #library: Library;
  readonly #shortest: number | undefined;
  readonly #runtime: NativeRuntime;
  readonly #pool = new Map<number, Memory[]>();
  #arena: Memory | undefined;
  #bytes = 0;
  #count = 0;
  readonly #collected = new FinalizationRegistry<number>((bytes) => this.#uncount(bytes));

  constructor(options: NativeBackendOptions = {}) {
    const toolchain = findToolchain();
    if (typeof toolchain === 'string') raise('E_BACKEND', { op: 'native', says: toolchain });
    this.#cache = new BuildCache(toolchain, options.cacheFolder);
    this.#library = loadLibrary(this.#cache);
    this.#shortest = options.shortestDivided;
    this.threads = threadsWanted(options.threads);
    this.#runtime = {
      backend: this,
      library: this.#library.runtime,
      allocate: (bytes) => this.#allocate(bytes),
      arena: (bytes) => this.#arenaOf(bytes),
      addressOf: (array) => this.#library.addressOf(array),
      storage: (dtype, length, memory) => this.#storage(dtype, length, memory),
    };
  }

  upload(dtype: DType, elements: TypedArray): Storage {
    const data = toStored(dtype, elements);
    // Small typed arrays lie in the engine's own memory, which moves; a buffer does not.
    const isWhole = data.buffer instanceof ArrayBuffer && data.byteLength === data.buffer.byteLength;
    const buffer = isWhole && data.byteLength > 64 ? (data.buffer as ArrayBuffer) : copyOf(data);
    return this.#storage(dtype, data.length, { buffer, address: this.#library.addressOf(buffer) });
  }

  read(storage: Storage): Promise<TypedArray> {
    return Promise.resolve(this.readSync(storage));
  }

  readSync(storage: Storage): TypedArray {
    if (!(storage instanceof NativeStorage) || storage.backend !== this) {
      raise('E_BACKEND', { says: `a buffer of backend ${storage.backend.name} was read through ${this.name}` });
    }
    const { buffer, dtype, length } = storage;
    if (buffer === undefined) raise('E_DISPOSED', { says: 'a storage was read after it was given back' });
    return fromStored(dtype, new Uint8Array(buffer.slice(0, length * bytesOf(dtype))));
  }

  compile(program: KernelProgram): Executable {
    const sized = this.compileSizes([program]);
    return sized.at(program);
  }

  compileSizes(samples: readonly KernelProgram[]): SizedCode {
    const code = new ProgramCode(samples, this.#shortest);
    const run = loadProgram(this.#cache, code.source);
    this.#library.setThreads(this.threads);
    return {
      at: (program) => new NativeExecutable(this.#runtime, program, run, code.dataFor(program)),
      dispose: () => {},
    };
  }

  memory(): MemoryReport {
    return { residentBytes: this.#bytes, evictedBytes: 0, reservedBytes: this.#bytes, storages: this.#count };
  }

  #allocate(bytes: number): Memory {
    const known = this.#pool.get(bytes)?.pop();
    if (known !== undefined) return known;
    const buffer = new ArrayBuffer(Math.max(bytes, 8));
    return { buffer, address: this.#library.addressOf(buffer) };
  }

  #arenaOf(bytes: number): number {
    if (this.#arena === undefined || this.#arena.buffer.byteLength < bytes) this.#arena = this.#allocate(bytes);
    return this.#arena.address;
  }

  #storage(dtype: DType, length: number, memory: Memory): NativeStorage {
    const bytes = memory.buffer.byteLength;
    this.#bytes += bytes;
    this.#count++;
    const storage = new NativeStorage(this, dtype, length, memory, (released) => {
      this.#collected.unregister(released);
      this.#uncount(bytes);
      this.#keep(memory);
    });
    this.#collected.register(storage, bytes, storage);
    return storage;
  }

  /** Memory that was given back, for the next storage of its size. */
  #keep(memory: Memory): void {
    const bytes = memory.buffer.byteLength;
    if (bytes < smallestPooled) return;
    const list = this.#pool.get(bytes) ?? [];
    this.#pool.set(bytes, list);
    if (list.length < mostPooled) list.push(memory);
  }

  #uncount(bytes: number): void {
    this.#bytes -= bytes;
    this.#count--;
  }
}

function copyOf(data: ArrayBufferView): ArrayBuffer {
  const buffer = new ArrayBuffer(Math.max(8, data.byteLength));
  new Uint8Array(buffer).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return buffer;
}

let shared: NativeBackend | undefined;

/** The process's one native backend. Throws `E_BACKEND` where there is no C compiler. */
export function nativeBackend(): NativeBackend {
  shared ??= new NativeBackend();
  return shared;
}
