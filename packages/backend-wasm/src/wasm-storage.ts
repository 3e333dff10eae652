/** Elements kept by the wasm backend: a cell with owners. */
import type { DType } from '@deft/core';
import { type Backend, CountedStorage } from '@deft/kernel';
import type { Cell, CellStore } from './cells.ts';

/** A storage of the wasm backend. */
export class WasmStorage extends CountedStorage {
  /** @internal */
  readonly cell: Cell;
  readonly #cells: CellStore;

  constructor(backend: Backend, cells: CellStore, dtype: DType, length: number, cell: Cell) {
    super(backend, dtype, length);
    this.#cells = cells;
    this.cell = cell;
  }

  /** @internal A storage that takes the memory over; this one counts as released. */
  handOver(dtype: DType, length: number): WasmStorage {
    this.giveAway();
    return new WasmStorage(this.backend, this.#cells, dtype, length, this.#cells.donate(this.cell));
  }

  protected override free(): void {
    this.#cells.release(this.cell);
  }
}
