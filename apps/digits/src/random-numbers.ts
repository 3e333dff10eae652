/**
 * The small generator behind the split of the data: SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom
 * number generators", OOPSLA 2014). Its state is one 64-bit number that grows by a fixed odd amount; the output is that
 * number mixed. It is here, and not in the tensor library, so that the same seed gives the same split forever.
 */

const GOLDEN_GAMMA = 0x9e3779b97f4a7c15n;
const FIRST_MULTIPLIER = 0xbf58476d1ce4e5b9n;
const SECOND_MULTIPLIER = 0x94d049bb133111ebn;

/** A deterministic stream of random numbers: the same seed gives the same stream on every machine. */
export class RandomNumbers {
  #state: bigint;

  /** @param seed - any integer; its lowest 64 bits count */
  constructor(seed: number) {
    this.#state = BigInt.asUintN(64, BigInt(seed));
  }

  /** The next 64 random bits. */
  next(): bigint {
    this.#state = BigInt.asUintN(64, this.#state + GOLDEN_GAMMA);
    let mixed = this.#state;
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 30n)) * FIRST_MULTIPLIER);
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 27n)) * SECOND_MULTIPLIER);
    return mixed ^ (mixed >> 31n);
  }

  /**
   * An integer from 0 to `bound - 1`, each equally likely: of the 2³² values of the upper half, those beyond the last
   * whole multiple of `bound` are drawn again.
   *
   * @param bound - an integer from 1 to 2³²
   */
  below(bound: number): number {
    const usable = 2 ** 32 - (2 ** 32 % bound);
    for (;;) {
      const value = Number(this.next() >> 32n);
      if (value < usable) {
        return value % bound;
      }
    }
  }

  /** Puts the elements of `items` in a random order, in place (Fisher and Yates), and returns `items`. */
  shuffle(items: Int32Array): Int32Array {
    for (let last = items.length - 1; last > 0; last -= 1) {
      const other = this.below(last + 1);
      const kept = items[last] as number;
      items[last] = items[other] as number;
      items[other] = kept;
    }
    return items;
  }
}
