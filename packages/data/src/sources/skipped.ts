/** What is done about parts of files that make no sense. */
import { DeftError, warn } from '@deft/core';

/** What is done about records that make no sense. */
export interface OnErrorOptions {
  /** Whether they end the pass, as they do unless told, or are passed by, counted and warned of at its end. */
  readonly onError?: 'throw' | 'skip';
  /** Called with the error of each record that is passed by. */
  readonly onSkip?: (error: DeftError) => void;
}

/** Counts what one pass over a source passes by. */
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

  get count(): number {
    return this.#count;
  }

  /** Counts an error. Throws it unless it is one of the file and such are passed by. */
  add(error: unknown): void {
    const { onError = 'throw', onSkip } = this.#options;
    if (onError !== 'skip' || !(error instanceof DeftError)) throw error;
    this.#count++;
    onSkip?.(error);
  }

  /** Warns at the end of the pass, once. */
  report(): void {
    if (this.#count > 0 && !this.#isReported) warn(this.#told(this.#count));
    this.#isReported = true;
  }
}
