/** What is done about parts of files that make no sense, and about elements for which a function fails. */
import { DeftError, warn } from '@deft/core';
import type { Position } from './cursor.ts';
import { savedCount } from './saved-fields.ts';

/** What is done about records that make no sense, and about elements for which a function throws. */
export interface OnErrorOptions {
  /** Whether they end the pass, as they do unless told, or are passed by, counted and warned of at its end. */
  readonly onError?: 'throw' | 'skip';
  /** Called with the error of each that is passed by, again if it is read again after a restart. */
  readonly onSkip?: (error: DeftError) => void;
}

/** Counts what one pass passes by. */
export class Skipped {
  readonly #options: OnErrorOptions;
  readonly #told: (count: number) => string;
  #count: number;
  #isReported = false;

  /** `told` is what is warned of at the end. */
  constructor(options: OnErrorOptions, count: number, told: (count: number) => string) {
    this.#options = options;
    this.#count = count;
    this.#told = told;
  }

  /** Counts elements that a step passes by, from where `position` of its cursor says. */
  static elements(op: string, options: OnErrorOptions, position: Position | undefined): Skipped {
    const count = position ? savedCount(position, 'skipped') : 0;
    return new Skipped(options, count, (all) => `${op}: ${all} elements were skipped`);
  }

  get count(): number {
    return this.#count;
  }

  /** Counts an error. Throws it unless it is one of those that can be passed by, and they are. */
  add(error: unknown): true {
    const { onError = 'throw', onSkip } = this.#options;
    if (onError !== 'skip' || !(error instanceof DeftError)) throw error;
    this.#count++;
    onSkip?.(error);
    return true;
  }

  /** Warns at the end of the pass, once. */
  report(): void {
    if (this.#count > 0 && !this.#isReported) warn(this.#told(this.#count));
    this.#isReported = true;
  }
}
