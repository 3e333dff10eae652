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

/** The contexts of a pass. */
export function elementContexts(seed: number, epoch: number): (index: number) => ElementContext {
  const pass = passKey(seed, elementPurpose, epoch);
  return (index) => {
    let drawn = 0;
    const key = () => positionKey(pass, index);
    return {
      index,
      epoch,
      get seed() {
        return key()[0];
      },
      random: () => uniformAt(key(), drawn++),
    };
  };
}
