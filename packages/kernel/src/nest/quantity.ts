/**
 * The numbers that code is made with. Code may be made for many sizes at once: then a kernel is given as samples, which
 * differ in numbers only. A number that is the same in all of them stands in the code; another is unknown until the code
 * runs, which finds it in a list. A kernel that is given once has no unknown numbers.
 */

/** A number that the code reads when it runs. */
export interface Unknown {
  /** Its place in the list. */
  readonly slot: number;
  /** What it is in the first sample: for choices that cost speed only. */
  readonly typical: number;
}

/** A number, or one that is unknown when code is made. It is 0, 1 or any other only if it is known to be. */
export type Quantity = number | Unknown;

/** A number to make choices by that cost speed only. */
export const typicalOf = (quantity: Quantity): number => (typeof quantity === 'number' ? quantity : quantity.typical);

/** What is known and unknown of the numbers of samples `S`. */
export class Quantities<S> {
  readonly #samples: readonly S[];
  readonly #readers: ((sample: S) => number)[] = [];
  /** Unknown numbers that are equal in every sample are one. */
  readonly #unknown = new Map<string, Unknown>();

  constructor(samples: readonly S[]) {
    this.#samples = samples;
  }

  /** Whether numbers can be unknown. */
  get many(): boolean {
    return this.#samples.length > 1;
  }

  /** The number that `read` finds in a sample. */
  of(read: (sample: S) => number): Quantity {
    const values = this.#samples.map(read);
    const first = values[0] as number;
    if (values.every((value) => Object.is(value, first))) return first;
    const key = values.map((value) => (Object.is(value, -0) ? '-0' : value)).join();
    let unknown = this.#unknown.get(key);
    if (unknown === undefined) {
      unknown = { slot: this.#readers.push(read) - 1, typical: first };
      this.#unknown.set(key, unknown);
    }
    return unknown;
  }

  /** A multiple of a number. */
  scaled(quantity: Quantity, factor: number): Quantity {
    if (typeof quantity === 'number') return quantity * factor;
    const read = this.#readers[quantity.slot] as (sample: S) => number;
    return this.of((sample) => read(sample) * factor);
  }

  /** The list of the unknown numbers of a sample. */
  listFor(sample: S): Float64Array {
    return Float64Array.from(this.#readers, (read) => read(sample));
  }
}

/** What code does with quantities, whatever they were read from. */
export type Scaling = Pick<Quantities<never>, 'scaled'>;
