/** Sums, moments and shares whose true values are known, with the bounds that hold for them in float32. */
import * as deft from '@deft/tensor';

/** A result with what it is exactly. */
export interface KnownResult {
  readonly name: string;
  readonly run: () => number;
  readonly exact: number;
  /** Units in the last place of the exact value in float32. */
  readonly bound: number;
}

const repeated = (count: number, of: readonly number[]): deft.Tensor =>
  deft.tensor(Float32Array.from({ length: count }, (_, i) => of[i % of.length] as number));

/** Numbers that look random, the same each time. */
const spread = (count: number): number[] =>
  Array.from({ length: count }, (_, i) => (((i * 7919) % 10007) / 10007) * 20 - 10);

function furthestFromOne(shares: deft.Tensor, columns: number): number {
  const data = shares.dataSync();
  let furthest = 1;
  for (let row = 0; row * columns < data.length; row++) {
    let total = 0;
    for (let i = 0; i < columns; i++) total += Number(data[row * columns + i]);
    if (Math.abs(total - 1) > Math.abs(furthest - 1)) furthest = total;
  }
  return furthest;
}

/** The results; `size` elements in the longest sums. */
export function knownResults(size: number): readonly KnownResult[] {
  const { fround } = Math;
  return [
    {
      name: `sum of ${size.toLocaleString('en-US')} times 0.1`,
      run: () => deft.sum(repeated(size, [0.1])).item(),
      exact: size * fround(0.1),
      bound: 1,
    },
    {
      name: 'variance of 10,000 + {0, 1, 2}',
      run: () => deft.variance(repeated(3, [10_000, 10_001, 10_002])).item(),
      exact: 2 / 3,
      bound: 1,
    },
    {
      name: 'variance of 196,608 numbers 10,000 + {0, 1, 2}',
      run: () => deft.variance(repeated(196_608, [10_000, 10_001, 10_002])).item(),
      exact: 2 / 3,
      bound: 2,
    },
    {
      name: 'mean of 262,144 numbers 1,000,000 + {0, 1, 2, 3}',
      run: () => deft.mean(repeated(262_144, [1e6, 1e6 + 1, 1e6 + 2, 1e6 + 3])).item(),
      exact: 1e6 + 1.5,
      bound: 1,
    },
    {
      name: 'logSumExp of three times 1,000',
      run: () => deft.logSumExp(deft.tensor([1000, 1000, 1000])).item(),
      exact: 1000 + Math.log(3),
      bound: 1,
    },
    {
      name: 'logSumExp of −1,000 and −1,000',
      run: () => deft.logSumExp(deft.tensor([-1000, -1000])).item(),
      exact: -1000 + Math.LN2,
      bound: 1,
    },
    {
      name: 'logSumExp of 0 and −∞',
      run: () => deft.logSumExp(deft.tensor([0, Number.NEGATIVE_INFINITY])).item(),
      exact: 0,
      bound: 0,
    },
    {
      name: 'the row of softmax [64, 1000] that is furthest from 1 in sum',
      run: () => furthestFromOne(deft.softmax(deft.tensor(spread(64_000), { shape: [64, 1000] })), 1000),
      exact: 1,
      bound: 8,
    },
  ];
}
