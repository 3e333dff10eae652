/** Elements kept by the wasm backend: a cell with owners. */
import { type DType, raise } from '@deft/core';
import type { Storage } from '@deft/kernel';
import type { Cell } from './cells.ts';
import type { WasmBackend } from './wasm-backend.ts';

/** A storage of the wasm backend. */
export class WasmStorage implements Storage {
  readonly backend: WasmBackend;
  readonly dtype: DType;
  readonly length: number;
  /** @internal */
  readonly cell: Cell;
  #owners = 1;

  constructor(backend: WasmBackend, dtype: DType, length: number, cell: Cell) {
    this.backend = backend;
    this.dtype = dtype;
    this.length = length;
    this.cell = cell;
  }

  get released(): boolean {
    return this.#owners === 0;
  }

  retain(): void {
    if (this.#owners === 0) raise('E_DISPOSED', { says: 'a storage that was given back cannot get another owner' });
    this.#owners++;
  }

  release(): void {
    if (this.#owners === 0) return;
    this.#owners--;
    if (this.#owners === 0) this.backend.cells.release(this.cell);
  }
}
