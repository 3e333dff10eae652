/**
 * A bounded cache of traces by signature text, least recently used out first. An entry that leaves gives its compiled
 * code back.
 */

/** Values by text, at most `limit` of them. */
export class TraceCache<T> {
  readonly #limit: number;
  readonly #drop: (value: T) => void;
  // A Map iterates in the order of insertion, so re-inserting on use keeps the oldest first.
  readonly #entries = new Map<string, T>();

  constructor(limit: number, drop: (value: T) => void) {
    this.#limit = limit;
    this.#drop = drop;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): T | undefined {
    const value = this.#entries.get(key);
    if (value === undefined || this.#entries.size === 1) return value;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  set(key: string, value: T): void {
    if (this.#entries.size >= this.#limit) {
      const [oldest] = this.#entries;
      if (oldest) {
        this.#entries.delete(oldest[0]);
        this.#drop(oldest[1]);
      }
    }
    this.#entries.set(key, value);
  }

  values(): IterableIterator<T> {
    return this.#entries.values();
  }

  clear(): void {
    for (const value of this.#entries.values()) this.#drop(value);
    this.#entries.clear();
  }
}
