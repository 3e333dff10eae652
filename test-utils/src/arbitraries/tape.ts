/**
 * Random structures built by plain code: a tape of random naturals answers every choice. When the tape has run out all
 * answers are the first choice, so a shorter tape gives a simpler structure, and shrinking the tape shrinks what is built.
 */
import fc from 'fast-check';

/** Answers choices from random naturals. */
export class Tape {
  readonly #naturals: readonly number[];
  #next = 0;

  constructor(naturals: readonly number[]) {
    this.#naturals = naturals;
  }

  /** A whole number from 0 to `choices − 1`. */
  take(choices: number): number {
    return (this.#naturals[this.#next++] ?? 0) % choices;
  }

  /** One of the items. */
  pick<T>(items: readonly T[]): T {
    return items[this.take(items.length)] as T;
  }

  /** True once in `times` on average; false when the tape has run out. */
  once(times: number): boolean {
    return this.take(times) === times - 1;
  }

  /** As many items as `times` says, at most; fewer when the tape has run out. */
  some<T>(times: number, make: (index: number) => T): T[] {
    return Array.from({ length: this.take(times + 1) }, (_, i) => make(i));
  }
}

/** What `build` makes of a random tape of up to `length` choices. */
export function fromTape<T>(length: number, build: (tape: Tape) => T): fc.Arbitrary<T> {
  return fc
    .array(fc.nat({ max: 65535 }), { maxLength: length, size: 'max' })
    .map((naturals) => build(new Tape(naturals)));
}
