/** The order in which an epoch visits its examples: a pure function of seed and epoch, on every machine. */
import { drawnOrder, threefry2x32 } from '@deft/core';

/** Sets this generator apart from others that are fed with the same seed. */
const purpose = 0x73687566;

/**
 * A permutation of `0 … count − 1`, drawn with the counter-based generator. The bias of taking 32 bits for a range is below
 * `count / 2³²`.
 */
export function epochOrder(seed: number, epoch: number, count: number): Uint32Array {
  const epochKey = threefry2x32([seed >>> 0, purpose], [epoch >>> 0, 0]);
  let spare: number | undefined;
  // Both words of a counter are used: the second for the place before.
  return drawnOrder(count, (place) => {
    let word = spare;
    spare = undefined;
    if (word === undefined) [word, spare] = threefry2x32(epochKey, [place, 0]);
    return word / 2 ** 32;
  });
}
