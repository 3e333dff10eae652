/** Elements kept by the wasm backend: a cell with owners. */
import { type DType, raise } from '@deft/core';
import type { Backend, Storage } from '@deft/kernel';
import type { Cell, CellStore } from './cells.ts';

/** A storage of the wasm backend. */
export class WasmStorage implements Storage {
  readonly backend: Backend;
  readonly dtype: DType;
  readonly length: number;
  /** @internal */
  readonly cell: Cell;
  readonly #cells: CellStore;
  #owners = 1;

  constructor(backend: Backend, cells: CellStore, dtype: DType, length: number, cell: Cell) {
    this.backend = backend;
    this.#cells = cells;
    this.dtype = dtype;
    this.length = length;
    this.cell = cell;
  }

  get released(): boolean {
    return this.#owners === 0;
  }

  /** @internal Whether one `release` would free it. */
  get hasOneOwner(): boolean {
    return this.#owners === 1;
  }

  /** @internal A storage that takes the memory over; this one counts as released. */
  handOver(dtype: DType, length: number): WasmStorage {
    this.#owners = 0;
    return new WasmStorage(this.backend, this.#cells, dtype, length, this.#cells.donate(this.cell));
  }

  retain(): void {
    if (this.#owners === 0) raise('E_DISPOSED', { says: 'a storage that was given back cannot get another owner' });
    this.#owners++;
  }

  release(): void {
    if (this.#owners === 0) return;
    this.#owners--;
    if (this.#owners === 0) this.#cells.release(this.cell);
  }
}
