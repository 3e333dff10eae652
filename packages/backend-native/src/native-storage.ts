/** Elements in memory that the collector knows of: nothing has to be freed. */
import type { DType } from '@deft/core';
import { raise } from '@deft/core';
import type { Backend, Storage } from '@deft/kernel';
import type { Memory } from './native-memory.ts';

/** Told when a storage has no memory any more: whether that is free, or has another storage now. */
export type Gone = (storage: NativeStorage, memory: Memory, isFree: boolean) => void;

/** A storage of the native backend. */
export class NativeStorage implements Storage {
  readonly backend: Backend;
  readonly dtype: DType;
  readonly length: number;
  /** The elements as they are stored. None once all owners have released it. */
  memory: Memory | undefined;
  readonly #gone: Gone;
  #owners = 1;

  constructor(backend: Backend, dtype: DType, length: number, memory: Memory, gone: Gone) {
    this.backend = backend;
    this.dtype = dtype;
    this.length = length;
    this.memory = memory;
    this.#gone = gone;
  }

  retain(): void {
    if (this.#owners === 0) raise('E_DISPOSED', { says: 'a storage that was given back cannot get another owner' });
    this.#owners++;
  }

  release(): void {
    if (this.#owners === 0) return;
    this.#owners--;
    if (this.#owners > 0 || this.memory === undefined) return;
    this.#gone(this, this.memory, true);
    this.memory = undefined;
  }

  get released(): boolean {
    return this.#owners === 0;
  }

  /** Whether one `release` would free it. */
  get hasOneOwner(): boolean {
    return this.#owners === 1;
  }

  /** The memory, taken over; this one counts as released. */
  handOver(): Memory {
    const { memory } = this;
    if (memory === undefined) raise('E_DISPOSED', { says: 'a storage that was given back was given away' });
    this.#owners = 0;
    this.#gone(this, memory, false);
    this.memory = undefined;
    return memory;
  }
}
