/** How many elements a step takes ahead: a number that the user gave, or one that is tuned. */
import type { Pass } from '../cursor.ts';
import { ElementBytes } from './budget.ts';

/** Of one pass. */
export interface BufferSize {
  /** Elements, now. */
  readonly size: number;
  /** An element was asked for while so many were ready. */
  asked(ready: number): void;
  /** An element was taken ahead. */
  took(element: unknown): void;
  close(): void;
}

/**
 * What passes over one step tune, one after the other. A buffer that was full and yet is found empty is too small for how unevenly
 * its elements come or are used: it is doubled. One that is never full would be no better if it were larger.
 */
export class BufferSizeOfStep {
  #size = 2;

  open({ budget, stage }: Pass): BufferSize {
    const user = {};
    const bytes = new ElementBytes();
    const grants = (size: number): boolean =>
      budget.grants(user, { workers: 0, elements: size, bytes: size * bytes.mean });
    let size = this.#size;
    while (!grants(size) && size > 1) size = Math.floor(size / 2);
    let hasBeenFull = false;
    const note = (): void => {
      if (stage) stage.chosen = { buffer: size };
    };
    note();
    return {
      get size() {
        return size;
      },
      asked: (ready) => {
        if (ready >= size) hasBeenFull = true;
        if (ready > 0 || !hasBeenFull || !grants(2 * size)) return;
        hasBeenFull = false;
        size *= 2;
        note();
      },
      took: (element) => bytes.add(element),
      close: () => {
        budget.release(user);
        this.#size = size;
      },
    };
  }
}

/** A number that stays as it was given. */
export function fixedBufferSize(size: number): BufferSize {
  return { size, asked: () => {}, took: () => {}, close: () => {} };
}
