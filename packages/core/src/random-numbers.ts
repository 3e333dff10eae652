/** Numbers for checks of derivatives and of ops: random directions that are the same in every run. */

/** A generator of numbers between −1 and 1, never near 0, so that no direction hides an element. */
export function randomNumbers(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b9) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    const unit = ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    return unit < 0.5 ? -0.25 - 1.5 * unit : 0.25 + 1.5 * (unit - 0.5);
  };
}
