/**
 * A bounded cache of compiled ops: by op, then by signature text. When it is full the least recently used half of it is
 * dropped, so that a program with ever new shapes keeps bounded memory without paying for exact recency on every call.
 */
import type { Operation } from '@deft/core';

interface Slot<T> {
  readonly value: T;
  usedAt: number;
}

/** Compiled things by op and signature. */
export class ExecutableCache<T> {
  readonly #limit: number;
  readonly #drop: (value: T) => void;
  readonly #byOperation = new Map<Operation, Map<string, Slot<T>>>();
  #size = 0;
  #clock = 0;

  constructor(limit: number, drop: (value: T) => void) {
    this.#limit = limit;
    this.#drop = drop;
  }

  /** Number of entries. */
  get size(): number {
    return this.#size;
  }

  get(operation: Operation, signature: string): T | undefined {
    const slot = this.#byOperation.get(operation)?.get(signature);
    if (slot === undefined) return undefined;
    slot.usedAt = ++this.#clock;
    return slot.value;
  }

  set(operation: Operation, signature: string, value: T): void {
    if (this.#size >= this.#limit) this.#dropOlderHalf();
    let entries = this.#byOperation.get(operation);
    if (entries === undefined) {
      entries = new Map();
      this.#byOperation.set(operation, entries);
    }
    entries.set(signature, { value, usedAt: ++this.#clock });
    this.#size++;
  }

  /** Drops everything. */
  clear(): void {
    for (const entries of this.#byOperation.values()) {
      for (const slot of entries.values()) this.#drop(slot.value);
    }
    this.#byOperation.clear();
    this.#size = 0;
  }

  #dropOlderHalf(): void {
    const times = [...this.#byOperation.values()].flatMap((entries) =>
      [...entries.values()].map((slot) => slot.usedAt),
    );
    const middle = times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
    for (const [operation, entries] of this.#byOperation) {
      for (const [signature, slot] of entries) {
        if (slot.usedAt >= middle) continue;
        this.#drop(slot.value);
        entries.delete(signature);
        this.#size--;
      }
      if (entries.size === 0) this.#byOperation.delete(operation);
    }
  }
}
