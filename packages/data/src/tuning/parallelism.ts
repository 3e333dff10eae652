/** How many elements a step works on at once: a number that the user gave, or one that is tuned. */
import type { Pass } from '../cursor.ts';
import { now } from '../measuring/stages.ts';
import { ElementBytes } from './budget.ts';
import { TunedCount, type TuningOptions } from './tuned-count.ts';

/** What is tuned. */
export interface TunedParallelism extends TuningOptions {
  /** What the number counts, in reports. */
  readonly name: 'parallel' | 'workers';
  /** Elements at once for each of them. */
  readonly elementsEach: number;
}

/** Of one pass. */
export interface Parallelism {
  /** Elements at once, now. */
  readonly elements: number;
  /** Results come later than they are asked for: several at once are of use. */
  comesLater(): void;
  /** A result was given, for which its reader waited since a time. */
  gave(result: unknown, since: number): void;
  close(): void;
}

/** What passes over one step tune, one after the other. A pass beside another has a number of its own. */
export class ParallelismOfStep {
  readonly #tuned: TunedParallelism;
  #free: TunedCount | undefined;
  #last = 1;

  constructor(tuned: TunedParallelism) {
    this.#tuned = tuned;
  }

  open({ budget, stage }: Pass): Parallelism {
    const { name, elementsEach } = this.#tuned;
    const bytes = new ElementBytes();
    const tuned = this.#free ?? new TunedCount(this.#last, this.#tuned);
    this.#free = undefined;
    const user = {};
    tuned.begin((count) => {
      const elements = count * elementsEach;
      return budget.grants(user, { workers: name === 'workers' ? count : 0, elements, bytes: elements * bytes.mean });
    });
    const note = (): void => {
      if (stage) stage.chosen = { [name]: tuned.count };
    };
    note();
    return {
      get elements() {
        return tuned.count * elementsEach;
      },
      comesLater: () => tuned.raise(4),
      gave: (result, since) => {
        const at = now();
        bytes.add(result);
        tuned.gave(at, at - since);
        note();
      },
      close: () => {
        budget.release(user);
        this.#last = tuned.count;
        this.#free = tuned;
      },
    };
  }
}

/** A number that stays as it was given. */
export function fixedParallelism(elements: number): Parallelism {
  return { elements, comesLater: () => {}, gave: () => {}, close: () => {} };
}
