/**
 * The WebAssembly backend: one memory, one heap, one instance of the templates; programs add a module each. Works on any
 * engine with 128-bit SIMD, in Node and in browsers; where memory can be shared it computes on all cores.
 */
import { type DType, fromStored, raise, type TypedArray, toStored } from '@deft/core';
import {
  type Backend,
  bufferBytes,
  type Executable,
  type KernelProgram,
  type MemoryReport,
  type SizedCode,
  type Storage,
} from '@deft/kernel';
import { ModuleBuilder } from './assembler/index.ts';
import { emitGemm } from './templates/gemm.ts';
import { WasmCode } from './wasm-code.ts';
import { WasmExecutable } from './wasm-executable.ts';
import { type ThreadOptions, WasmRuntime } from './wasm-runtime.ts';
import { WasmStorage } from './wasm-storage.ts';

/** A module of one function that adds two vectors: valid exactly where SIMD is there. */
function simdProbe(): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  module.importMemory();
  emitGemm(module, { name: 'probe' });
  return module.finish();
}

/** Why WebAssembly cannot run here, or `undefined` if it can. */
export function wasmUnavailableBecause(): string | undefined {
  if (typeof WebAssembly !== 'object') return 'this engine has no WebAssembly';
  return WebAssembly.validate(simdProbe()) ? undefined : 'this engine has no WebAssembly SIMD';
}

/** Options of the backend. */
export interface WasmBackendOptions extends ThreadOptions {
  /** Bytes in WebAssembly memory above which unused tensors are moved out; 256 MB unless told. Grows when live data needs it. */
  readonly softLimitBytes?: number;
}

/** Runs kernels as WebAssembly. */
export class WasmBackend implements Backend {
  readonly name = 'wasm';
  readonly threads: number;
  readonly canReadSync = true;
  readonly #runtime: WasmRuntime;

  constructor(options: WasmBackendOptions = {}) {
    const problem = wasmUnavailableBecause();
    if (problem !== undefined) raise('E_BACKEND', { op: 'wasm', says: problem });
    this.#runtime = new WasmRuntime(options);
    this.threads = this.#runtime.pool?.threads ?? 1;
  }

  /**
   * Why there is one thread only (one was asked for, the page is not cross-origin isolated, …) or fewer than `threads`;
   * `undefined` where all is as it should be.
   */
  get threadsReason(): string | undefined {
    return this.#runtime.threadsReason;
  }

  /**
   * Waits until the workers are there, which are otherwise started by the first kernel that is worth dividing and help from
   * when they are there. Gives the number of threads.
   *
   * @example
   * await backend.startThreads(); // before a measurement
   */
  async startThreads(): Promise<number> {
    const { pool } = this.#runtime;
    if (pool === undefined) return 1;
    while (pool.available() < pool.threads && pool.problem === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return pool.available();
  }

  upload(dtype: DType, elements: TypedArray): Storage {
    const data = toStored(dtype, elements);
    const owned =
      data.buffer.byteLength === data.byteLength && data.buffer instanceof ArrayBuffer ? data : data.slice();
    const bytes = new Uint8Array(owned.buffer as ArrayBuffer, owned.byteOffset, owned.byteLength);
    const { cells } = this.#runtime;
    return new WasmStorage(this, cells, dtype, data.length, cells.fromHost(bytes));
  }

  arrayFor(dtype: DType, length: number): TypedArray | undefined {
    return this.#runtime.hostArrays.take(dtype, length);
  }

  read(storage: Storage): Promise<TypedArray> {
    return Promise.resolve(this.readSync(storage));
  }

  readSync(storage: Storage): TypedArray {
    if (!(storage instanceof WasmStorage) || storage.backend !== this) {
      raise('E_BACKEND', { says: `a buffer of backend ${storage.backend.name} was read through ${this.name}` });
    }
    const bytes = this.#runtime.cells.read(storage.cell);
    return fromStored(storage.dtype, bytes);
  }

  compile(program: KernelProgram): Executable {
    checkAddressable(program);
    return new WasmExecutable(this, this.#runtime, program, new WasmCode(this.#runtime, [program]), true);
  }

  compileSizes(samples: readonly KernelProgram[]): SizedCode {
    const code = new WasmCode(this.#runtime, samples);
    return {
      at: (program) => {
        checkAddressable(program);
        return new WasmExecutable(this, this.#runtime, program, code, false);
      },
      dispose: () => code.dispose(),
    };
  }

  memory(): MemoryReport {
    const { residentCells, residentBytes, evictedBytes, returnedBytes } = this.#runtime.cells.statistics();
    return {
      residentBytes,
      evictedBytes: evictedBytes - returnedBytes,
      reservedBytes: this.#runtime.memory.buffer.byteLength,
      storages: residentCells,
    };
  }
}

/** WebAssembly counts bytes in 32 bits. */
const addressableBytes = 2 ** 32;

/** Throws `E_MEMORY` for a program that no WebAssembly memory holds. */
function checkAddressable({ arenaBytes, buffers }: KernelProgram): void {
  const largest = buffers.reduce((most, buffer) => Math.max(most, bufferBytes(buffer)), arenaBytes);
  if (largest < addressableBytes) return;
  raise('E_MEMORY', {
    expected: `room for ${largest} bytes in WebAssembly memory`,
    found: `at most ${addressableBytes} bytes`,
    hint: 'WebAssembly addresses 4 GiB: use smaller batches or smaller tensors',
  });
}

let shared: WasmBackend | undefined;

/** The process's one wasm backend. */
export function wasmBackend(): WasmBackend {
  shared ??= new WasmBackend();
  return shared;
}
