/**
 * What captured functions hold of a backend: code and tables, which no collector knows. They are given back when a trace is
 * dropped, when the function itself is collected, and where there are too many of them: finalisers do not run within a
 * synchronous loop, and one that makes captured functions has to stay bounded too. A function whose code was given back is traced
 * again when it is called.
 *
 * Invariant: nothing here leads to the function, its instance or its arguments; else they would never be collected.
 */

/** Something that holds memory of a backend. */
export interface Holding {
  dispose(): void;
}

/** Programs that all captured functions together keep, besides those that are running. */
const mostPrograms = 1024;

/** All that one captured function holds. */
export class Holdings {
  readonly #all: Set<Holding> = new Set<Holding>();
  /** Whether a trace was used again since it was last looked at. */
  wasUsed = false;
  /** Calls that have not ended. */
  running = 0;
  /** Whether everything was given back behind the function's back. */
  wereTaken = false;
  /** Whether there may be too much of it; what was compiled ahead of time stays. */
  isManaged = false;

  add(holding: Holding): void {
    this.#all.add(holding);
    if (!this.isManaged) return;
    managed.add(this);
    if (++programs > mostPrograms) takeBack(this);
  }

  /** Gives one back. */
  drop(holding: Holding): void {
    if (!this.#all.delete(holding)) return;
    if (this.isManaged) programs--;
    if (this.#all.size === 0) managed.delete(this);
    holding.dispose();
  }

  dropAll(): void {
    for (const holding of [...this.#all]) this.drop(holding);
  }
}

/** Those that hold something and may be asked to give it back, in the order in which they were made or passed over. */
const managed = new Set<Holdings>();
let programs = 0;

/** Gives back what was not used for longest; functions that were used since the last time are passed over once. */
function takeBack(keeping: Holdings): void {
  for (let left = 2 * managed.size; left > 0 && programs > mostPrograms; left--) {
    const [oldest] = managed;
    if (oldest === undefined) return;
    if (oldest === keeping || oldest.running > 0 || oldest.wasUsed) {
      oldest.wasUsed = false;
      managed.delete(oldest);
      managed.add(oldest);
    } else {
      oldest.wereTaken = true;
      oldest.dropAll();
    }
  }
}

const collected = new FinalizationRegistry<Holdings>((holdings) => holdings.dropAll());

/** Gives everything back when `owner` was collected, and earlier where there is too much. */
export function dropWithOwner(owner: object, holdings: Holdings): void {
  holdings.isManaged = true;
  collected.register(owner, holdings);
}
