/** Elements in memory that the collector knows of: nothing has to be freed. */
import type { DType } from '@deft/core';
import { raise } from '@deft/core';
import type { Backend, Storage } from '@deft/kernel';

/** A storage of the native backend. */
export class NativeStorage implements Storage {
  readonly backend: Backend;
  readonly dtype: DType;
  readonly length: number;
  /** The elements as they are stored; it never moves. None once all owners have released it. */
  buffer: ArrayBuffer | undefined;
  /** Where it lies. */
  readonly address: number;
  readonly #released: (storage: NativeStorage) => void;
  #owners = 1;

  constructor(
    backend: Backend,
    dtype: DType,
    length: number,
    memory: { readonly buffer: ArrayBuffer; readonly address: number },
    released: (storage: NativeStorage) => void,
  ) {
    this.backend = backend;
    this.dtype = dtype;
    this.length = length;
    this.buffer = memory.buffer;
    this.address = memory.address;
    this.#released = released;
  }

  retain(): void {
    if (this.#owners === 0) raise('E_DISPOSED', { says: 'a storage that was given back cannot get another owner' });
    this.#owners++;
  }

  release(): void {
    if (this.#owners === 0) return;
    this.#owners--;
    if (this.#owners > 0) return;
    this.#released(this);
    this.buffer = undefined;
  }

  get released(): boolean {
    return this.#owners === 0;
  }

  /** Whether one `release` would free it. */
  get hasOneOwner(): boolean {
    return this.#owners === 1;
  }

  /** The memory, taken over; this one counts as released. */
  handOver(): { readonly buffer: ArrayBuffer; readonly address: number } {
    const { buffer, address } = this;
    if (buffer === undefined) raise('E_DISPOSED', { says: 'a storage that was given back was given away' });
    this.#owners = 0;
    this.buffer = undefined;
    return { buffer, address };
  }
}
