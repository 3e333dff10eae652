/** Elements in memory that the collector knows of: nothing has to be freed. */
import { type DType, raise } from '@deft/core';
import { type Backend, CountedStorage } from '@deft/kernel';
import type { Memory } from './native-memory.ts';

/** Told when a storage has no memory any more: whether that is free, or has another storage now. */
export type Gone = (storage: NativeStorage, memory: Memory, isFree: boolean) => void;

/** A storage of the native backend. */
export class NativeStorage extends CountedStorage {
  /** The elements as they are stored. None once all owners have released it. */
  memory: Memory | undefined;
  readonly #gone: Gone;

  constructor(backend: Backend, dtype: DType, length: number, memory: Memory, gone: Gone) {
    super(backend, dtype, length);
    this.memory = memory;
    this.#gone = gone;
  }

  /** The memory, taken over; this one counts as released. */
  handOver(): Memory {
    const { memory } = this;
    if (memory === undefined) raise('E_DISPOSED', { says: 'a storage that was given back was given away' });
    this.giveAway();
    this.#letGo(memory, false);
    return memory;
  }

  protected override free(): void {
    if (this.memory !== undefined) this.#letGo(this.memory, true);
  }

  #letGo(memory: Memory, isFree: boolean): void {
    this.#gone(this, memory, isFree);
    this.memory = undefined;
  }
}
