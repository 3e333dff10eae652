/**
 * What a captured function holds of a backend: code and tables, which no collector knows. They are given back when a trace is
 * dropped, and when the function itself is collected: so captured functions and instances with captured methods can be made
 * and forgotten like any others.
 *
 * Invariant: nothing here leads to the function, its instance or its arguments; else they would never be collected.
 */

/** Something that holds memory of a backend. */
export interface Holding {
  dispose(): void;
}

/** All that one captured function holds. */
export class Holdings {
  readonly #all: Set<Holding> = new Set<Holding>();

  add(holding: Holding): void {
    this.#all.add(holding);
  }

  /** Gives one back. */
  drop(holding: Holding): void {
    if (this.#all.delete(holding)) holding.dispose();
  }

  dropAll(): void {
    for (const holding of [...this.#all]) this.drop(holding);
  }
}

const collected = new FinalizationRegistry<Holdings>((holdings) => holdings.dropAll());

/** Gives everything back when `owner` was collected. */
export function dropWithOwner(owner: object, holdings: Holdings): void {
  collected.register(owner, holdings);
}
