/**
 * What the programs of one backend share: the memory with its heap and cells, the scratch areas, the threads, and the one
 * instance of the templates, which lives as long as the backend.
 */
import { type DType, dtypes, internal, type TypedArray } from '@deft/core';
import { ModuleBuilder } from './assembler/index.ts';
import { CellStore, type CellStoreOptions } from './cells.ts';
import { hostFunctions, hostModule } from './codegen/host-functions.ts';
import { type FixedBlock, fixArray, ScratchArea } from './fixed-memory.ts';
import { Heap } from './heap.ts';
import { HostArrays } from './host-arrays.ts';
import { emitGemm } from './templates/gemm.ts';
import { emitGemmParts } from './templates/gemm-parts.ts';
import { planThreads } from './threads/platform.ts';
import { type SharedFunction, ThreadPool } from './threads/thread-pool.ts';
import { shortestDivided, shortestDividedInLoop } from './threads/work-estimate.ts';

/** Functions that a module exports. */
export type Exported = Record<string, (...args: number[]) => number | undefined>;

/** How kernels are divided among threads. */
export interface ThreadOptions {
  /** Threads, with the caller; before `DEFT_THREADS`, and before the number of cores. */
  readonly threads?: number;
  /** @internal Estimated nanoseconds from which a kernel is divided. */
  readonly shortestDivided?: number;
  /** @internal Whether the caller takes parts back that no worker has begun. */
  readonly takesBack?: boolean;
}

/** Options of a runtime. */
export type RuntimeOptions = CellStoreOptions & ThreadOptions;

/** An instance whose functions workers can run too. */
export interface SharedModule {
  readonly exports: Exported;
  /** A function as workers see it; the module's bytes are in memory from now on. */
  shared(name: string): SharedFunction;
  /** Gives the memory of the bytes back; functions that are shared can be run no more. */
  free(): void;
}

const mostPages = 65536;

/** A memory that threads share, of as many bytes as the engine gives; none if it gives none. */
function sharedMemory(): WebAssembly.Memory | undefined {
  for (let maximum = mostPages; maximum >= 4096; maximum /= 2) {
    try {
      return new WebAssembly.Memory({ initial: 16, maximum, shared: true });
    } catch {
      // Engines on small devices reserve the whole range, or refuse it.
    }
  }
  return undefined;
}

let moduleCount = 0;

/** Memory, threads and instances of one backend. */
export class WasmRuntime {
  readonly memory: WebAssembly.Memory;
  readonly heap: Heap;
  readonly cells: CellStore;
  /** Arrays that batches are written into before they are moved into the memory. */
  readonly hostArrays: HostArrays = new HostArrays();
  /** The temporaries of the program that runs. */
  readonly arena: ScratchArea;
  /** Packed operands of the product that runs. */
  readonly packing: ScratchArea;
  /** Operands that the program which runs has packed once for all steps of a loop. */
  readonly panels: ScratchArea;
  /** The product template, see `templates/gemm.ts`, and its parts, see `templates/gemm-parts.ts`. */
  readonly templates: SharedModule;
  /** Threads to divide kernels among; none where there is one thread only. */
  readonly pool: ThreadPool | undefined;
  /** Estimated nanoseconds from which a kernel is divided. */
  readonly shortestDivided: number;
  /** The same for kernels that a loop runs again and again. */
  readonly shortestDividedInLoop: number;
  readonly #reason: string | undefined;
  readonly #host: Record<string, (...values: number[]) => number>;

  constructor(options: RuntimeOptions) {
    const { threads, reason, start } = planThreads(options.threads);
    const shared = threads > 1 ? sharedMemory() : undefined;
    this.#reason = shared === undefined ? (reason ?? 'the engine gives no shared memory') : undefined;
    this.memory = shared ?? new WebAssembly.Memory({ initial: 16, maximum: mostPages });
    this.shortestDivided = options.shortestDivided ?? shortestDivided;
    this.shortestDividedInLoop = options.shortestDivided ?? shortestDividedInLoop;
    this.pool = shared && new ThreadPool(shared, threads, start, options);
    this.#host = hostFunctions();
    this.heap = new Heap(this.memory);
    this.cells = new CellStore(this.heap, { ...options, onMoved: (bytes) => this.hostArrays.giveBack(bytes) });
    this.arena = new ScratchArea(this.cells);
    this.packing = new ScratchArea(this.cells);
    this.panels = new ScratchArea(this.cells);
    const templates = this.newModule();
    const gemm = emitGemm(templates);
    emitGemmParts(templates, gemm);
    this.templates = this.instantiate(templates);
  }

  /** Why there is one thread only, or fewer than there should be. */
  get threadsReason(): string | undefined {
    return this.#reason ?? this.pool?.problem;
  }

  /** Calls the host in the midst of a run. What runs meanwhile has scratch areas of its own; products pack anew every time. */
  outside<T>(call: () => T): T {
    const areas = [this.arena.setAside(), this.panels.setAside()];
    try {
      return call();
    } finally {
      for (const putBack of areas) putBack();
    }
  }

  /** A module to be filled that imports the memory. */
  newModule(): ModuleBuilder {
    const module = new ModuleBuilder();
    module.importMemory(this.pool === undefined ? {} : { shared: true, maximumPages: mostPages });
    return module;
  }

  /** An instance over the memory. */
  instantiate(module: ModuleBuilder): SharedModule {
    const bytes = module.finish();
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
      env: { memory: this.memory },
      [hostModule]: this.#host,
    });
    const exports = instance.exports as Exported;
    const names = Object.keys(exports);
    const moduleId = moduleCount++;
    let block: FixedBlock | undefined;
    return {
      exports,
      shared: (name) => {
        block ??= fixArray(this.cells, this.heap, bytes);
        return {
          run: exports[name] ?? internal(`no function ${name}`),
          moduleId,
          modulePointer: block.pointer,
          moduleLength: bytes.length,
          exported: names.indexOf(name),
        };
      },
      free: () => {
        block?.free();
        block = undefined;
      },
    };
  }

  /** Elements in the memory; valid until the next allocation. */
  elements(dtype: DType, pointer: number, length: number): TypedArray {
    // A view of shared memory reads and writes as any other.
    return new dtypes[dtype].array(this.heap.bytes.buffer as ArrayBuffer, pointer, length);
  }
}
