/**
 * Threefry-2x32 with 20 rounds, the counter-based generator behind all randomness: Salmon et al., "Parallel random
 * numbers: as easy as 1, 2, 3" (SC 2011). Written once over an abstract 32-bit arithmetic, so that the host function
 * here and the kernel expression that backends run are the same text.
 */

/** 32-bit wrapping arithmetic on values of type `T`. */
export interface WordArithmetic<T> {
  add(a: T, b: T): T;
  xor(a: T, b: T): T;
  rotateLeft(a: T, bits: number): T;
  constant(value: number): T;
}

const rotations = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;
const parity = 0x1bd11bda;

/** Both output words for a key and a counter. */
export function threefryWith<T>(word: WordArithmetic<T>, key: readonly [T, T], counter: readonly [T, T]): [T, T] {
  const schedule = [key[0], key[1], word.xor(word.xor(key[0], key[1]), word.constant(parity))] as const;
  let x = word.add(counter[0], schedule[0]);
  let y = word.add(counter[1], schedule[1]);
  for (let group = 0; group < 5; group++) {
    for (const bits of rotations[(group % 2) as 0 | 1]) {
      x = word.add(x, y);
      y = word.xor(word.rotateLeft(y, bits), x);
    }
    x = word.add(x, schedule[((group + 1) % 3) as 0 | 1 | 2]);
    y = word.add(word.add(y, schedule[((group + 2) % 3) as 0 | 1 | 2]), word.constant(group + 1));
  }
  return [x, y];
}

const hostWords: WordArithmetic<number> = {
  add: (a, b) => (a + b) >>> 0,
  xor: (a, b) => (a ^ b) >>> 0,
  rotateLeft: (a, bits) => ((a << bits) | (a >>> (32 - bits))) >>> 0,
  constant: (value) => value >>> 0,
};

/** Threefry-2x32-20 on the host: two unsigned words for a key and a counter. */
export function threefry2x32(key: readonly [number, number], counter: readonly [number, number]): [number, number] {
  return threefryWith(hostWords, key, counter);
}
