/** What storages of backends have in common: owners, of whom the last one's release gives the elements back. */
import { type DType, raise } from '@deft/core';
import type { Backend, Storage } from './backend.ts';

/** A storage that counts its owners. */
export abstract class CountedStorage implements Storage {
  readonly backend: Backend;
  readonly dtype: DType;
  readonly length: number;
  #owners = 1;

  constructor(backend: Backend, dtype: DType, length: number) {
    this.backend = backend;
    this.dtype = dtype;
    this.length = length;
  }

  get released(): boolean {
    return this.#owners === 0;
  }

  /** Whether one `release` would free it. */
  get hasOneOwner(): boolean {
    return this.#owners === 1;
  }

  retain(): void {
    if (this.#owners === 0) raise('E_DISPOSED', { says: 'a storage that was given back cannot get another owner' });
    this.#owners++;
  }

  release(): void {
    if (this.#owners === 0) return;
    this.#owners--;
    if (this.#owners === 0) this.free();
  }

  /** Counts as released from now on, without being freed: somebody else has taken the elements over. */
  protected giveAway(): void {
    this.#owners = 0;
  }

  /** Gives the elements back; called once. */
  protected abstract free(): void;
}
