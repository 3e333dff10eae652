/** What functions of elements are told beside the element: its number, and random numbers of its own. */
import { elementPurpose, passKey, positionKey, uniformAt } from '../random-words.ts';

/** What `map` tells its function about an element. */
export interface ElementContext {
  /** Number of the element within the pass. */
  readonly index: number;
  /** Number of the pass. */
  readonly epoch: number;
  /** 32 bits that belong to this element of this pass: a seed for generators, the same however many elements are mapped at once. */
  readonly seed: number;
  /** The next random number from 0 to below 1 that belongs to this element of this pass. */
  random(): number;
}

/** Made for every element: what hardly any function asks for is worked out when it does. */
class LazyContext implements ElementContext {
  readonly index: number;
  readonly epoch: number;
  readonly #pass: readonly [number, number];
  #drawn = 0;

  constructor(index: number, epoch: number, pass: readonly [number, number]) {
    this.index = index;
    this.epoch = epoch;
    this.#pass = pass;
  }

  get seed(): number {
    return positionKey(this.#pass, this.index)[0];
  }

  get random(): () => number {
    return () => uniformAt(positionKey(this.#pass, this.index), this.#drawn++);
  }
}

/** The contexts of a pass. */
export function elementContexts(seed: number, epoch: number): (index: number) => ElementContext {
  const pass = passKey(seed, elementPurpose, epoch);
  return (index) => new LazyContext(index, epoch, pass);
}
