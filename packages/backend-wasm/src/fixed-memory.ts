/**
 * Memory that stays where it is: programs' constants and tables, and the scratch areas that all runs share. Runs are
 * synchronous, so one arena and one packing area serve every program, as large as the largest needs; only while a program calls the
 * host others may run before it goes on, and its areas are set aside.
 */
import type { Cell, CellStore } from './cells.ts';
import type { Heap } from './heap.ts';

/** A pinned block with its address. */
export interface FixedBlock {
  readonly pointer: number;
  free(): void;
}

/** An area that grows to the largest size asked for. Its content means nothing between runs. */
export class ScratchArea {
  readonly #cells: CellStore;
  #cell: Cell | undefined;
  #pointer = 0;
  #bytes = 0;

  constructor(cells: CellStore) {
    this.#cells = cells;
  }

  /** Leaves the area as it is until the function is called that comes back; who asks meanwhile gets another one. */
  setAside(): () => void {
    const [cell, pointer, bytes] = [this.#cell, this.#pointer, this.#bytes];
    this.#cell = undefined;
    this.#bytes = 0;
    return () => {
      this.#free();
      this.#cell = cell;
      this.#pointer = pointer;
      this.#bytes = bytes;
    };
  }

  /** The address of an area of at least `bytes` bytes; earlier addresses may be void now. */
  reserve(bytes: number): number {
    if (bytes <= this.#bytes) return this.#pointer;
    this.#free();
    this.#cell = this.#cells.create(bytes);
    this.#pointer = this.#cells.pin(this.#cell);
    this.#bytes = bytes;
    return this.#pointer;
  }

  #free(): void {
    if (this.#cell === undefined) return;
    this.#cells.unpin(this.#cell);
    this.#cells.release(this.#cell);
    this.#cell = undefined;
    this.#bytes = 0;
  }
}

/** Copies an array into pinned memory. */
export function fixArray(cells: CellStore, heap: Heap, data: ArrayBufferView): FixedBlock {
  const cell = cells.create(data.byteLength);
  const pointer = cells.pin(cell);
  heap.bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), pointer);
  return {
    pointer,
    free: () => {
      cells.unpin(cell);
      cells.release(cell);
    },
  };
}
