/**
 * What the programs of one backend share: the memory with its heap and cells, the scratch areas, and the one instance of the
 * templates, which lives as long as the backend.
 */
import { type DType, dtypes, internal, type TypedArray } from '@deft/core';
import { ModuleBuilder } from './assembler/index.ts';
import { CellStore, type CellStoreOptions } from './cells.ts';
import { hostFunctions, hostModule } from './codegen/host-functions.ts';
import { ScratchArea } from './fixed-memory.ts';
import { Heap } from './heap.ts';
import { emitGemm } from './templates/gemm.ts';

/** Functions that a module exports. */
export type Exported = Record<string, (...args: number[]) => number | undefined>;

/** Memory and instances of one backend. */
export class WasmRuntime {
  readonly memory: WebAssembly.Memory;
  readonly heap: Heap;
  readonly cells: CellStore;
  /** The temporaries of the program that runs. */
  readonly arena: ScratchArea;
  /** Packed operands of the product that runs. */
  readonly packing: ScratchArea;
  /** The product template, see `templates/gemm.ts`. */
  readonly gemm: (...args: number[]) => number | undefined;
  readonly #host: Record<string, (...values: number[]) => number>;

  constructor(options: CellStoreOptions) {
    this.memory = new WebAssembly.Memory({ initial: 16, maximum: 65536 });
    this.#host = hostFunctions();
    this.heap = new Heap(this.memory);
    this.cells = new CellStore(this.heap, options);
    this.arena = new ScratchArea(this.cells);
    this.packing = new ScratchArea(this.cells);
    const templates = new ModuleBuilder();
    templates.importMemory();
    emitGemm(templates);
    this.gemm = this.instantiate(templates.finish())['gemm'] ?? internal('no product template');
  }

  /** An instance over the memory. */
  instantiate(bytes: Uint8Array<ArrayBuffer>): Exported {
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
      env: { memory: this.memory },
      [hostModule]: this.#host,
    });
    return instance.exports as Exported;
  }

  /** Elements in the memory; valid until the next allocation. */
  elements(dtype: DType, pointer: number, length: number): TypedArray {
    return new dtypes[dtype].array(this.memory.buffer, pointer, length);
  }
}
