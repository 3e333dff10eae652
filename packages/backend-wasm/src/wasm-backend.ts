/**
 * The WebAssembly backend: one memory, one heap, one instance of the templates; programs add a module each. Works on any
 * engine with 128-bit SIMD, in Node and in browsers, on one thread.
 */
import { type DType, dtypeOfArray, dtypes, internal, raise, type TypedArray } from '@deft/core';
import type { Backend, Executable, KernelProgram, MemoryReport, Storage } from '@deft/kernel';
import { ModuleBuilder } from './assembler/index.ts';
import { CellStore } from './cells.ts';
import { hostFunctions, hostModule } from './codegen/host-functions.ts';
import { ScratchArea } from './fixed-memory.ts';
import { Heap } from './heap.ts';
import { emitGemm } from './templates/gemm.ts';
import { WasmExecutable } from './wasm-executable.ts';
import { WasmStorage } from './wasm-storage.ts';

type Exported = Record<string, (...args: number[]) => number | undefined>;

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
export interface WasmBackendOptions {
  /** Bytes in WebAssembly memory above which unused tensors are moved out; 256 MB unless told. Grows when live data needs it. */
  readonly softLimitBytes?: number;
}

/** Runs kernels as WebAssembly. */
export class WasmBackend implements Backend {
  readonly name = 'wasm';
  readonly threads = 1;
  readonly canReadSync = true;
  /** @internal */
  readonly heap: Heap;
  /** @internal */
  readonly cells: CellStore;
  /** @internal The temporaries of the program that runs. */
  readonly arena: ScratchArea;
  /** @internal Packed operands of the product that runs. */
  readonly packing: ScratchArea;
  /** @internal */
  readonly gemm: (...args: number[]) => number | undefined;
  readonly #memory: WebAssembly.Memory;
  readonly #host: Record<string, (...values: number[]) => number>;

  constructor(options: WasmBackendOptions = {}) {
    const problem = wasmUnavailableBecause();
    if (problem !== undefined) raise('E_BACKEND', { op: 'wasm', says: problem });
    this.#memory = new WebAssembly.Memory({ initial: 16, maximum: 65536 });
    this.#host = hostFunctions();
    this.heap = new Heap(this.#memory);
    this.cells = new CellStore(this.heap, options);
    this.arena = new ScratchArea(this.cells);
    this.packing = new ScratchArea(this.cells);
    const templates = new ModuleBuilder();
    templates.importMemory();
    emitGemm(templates);
    this.gemm = this.instantiate(templates.finish())['gemm'] ?? internal('no product template');
  }

  /** @internal An instance over the backend's memory. */
  instantiate(bytes: Uint8Array<ArrayBuffer>): Exported {
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
      env: { memory: this.#memory },
      [hostModule]: this.#host,
    });
    return instance.exports as Exported;
  }

  /** @internal Elements in wasm memory; valid until the next allocation. */
  elements(dtype: DType, pointer: number, length: number): TypedArray {
    return new dtypes[dtype].array(this.#memory.buffer, pointer, length);
  }

  upload(data: TypedArray): Storage {
    const owned =
      data.buffer.byteLength === data.byteLength && data.buffer instanceof ArrayBuffer ? data : data.slice();
    const bytes = new Uint8Array(owned.buffer as ArrayBuffer, owned.byteOffset, owned.byteLength);
    return new WasmStorage(this, dtypeOfArray(data), data.length, this.cells.fromHost(bytes));
  }

  read(storage: Storage): Promise<TypedArray> {
    return Promise.resolve(this.readSync(storage));
  }

  readSync(storage: Storage): TypedArray {
    if (!(storage instanceof WasmStorage) || storage.backend !== this) {
      raise('E_BACKEND', { says: `a buffer of backend ${storage.backend.name} was read through ${this.name}` });
    }
    const bytes = this.cells.read(storage.cell);
    return new dtypes[storage.dtype].array(bytes.buffer, bytes.byteOffset, storage.length);
  }

  compile(program: KernelProgram): Executable {
    return new WasmExecutable(this, program);
  }

  memory(): MemoryReport {
    const { residentCells, residentBytes, evictedBytes, returnedBytes } = this.cells.statistics();
    return {
      residentBytes,
      evictedBytes: evictedBytes - returnedBytes,
      reservedBytes: this.#memory.buffer.byteLength,
      storages: residentCells,
    };
  }
}

let shared: WasmBackend | undefined;

/** The process's one wasm backend. */
export function wasmBackend(): WasmBackend {
  shared ??= new WasmBackend();
  return shared;
}
