/** The order in which an epoch visits its examples: a pure function of seed and epoch, on every machine. */
import { threefry2x32 } from '@deft/core';

/** Sets this generator apart from others that are fed with the same seed. */
const purpose = 0x73687566;

/**
 * A permutation of `0 … count − 1` (Fisher and Yates), drawn with the counter-based generator. The bias of taking 32 bits
 * for a range is below `count / 2³²`.
 */
export function epochOrder(seed: number, epoch: number, count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  const epochKey = threefry2x32([seed >>> 0, purpose], [epoch >>> 0, 0]);
  let spare: number | undefined;
  for (let i = count - 1; i > 0; i--) {
    let word = spare;
    spare = undefined;
    if (word === undefined) [word, spare] = threefry2x32(epochKey, [i, 0]);
    const other = Math.floor((word / 2 ** 32) * (i + 1));
    const held = order[i] as number;
    order[i] = order[other] as number;
    order[other] = held;
  }
  return order;
}
