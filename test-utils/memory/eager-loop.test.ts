/**
 * Nothing to free (principle 5): long loops of eager ops, each in one synchronous stretch in which no finaliser
 * ever runs, stay within bounded memory. The whole process counts, test runner included, at every look inside the loop.
 */
import { nativeUnavailableBecause } from '@deft/backend-native';
import { add, mul, setBackend, type Tensor, tensor } from '@deft/tensor';
import { describe, expect, it } from 'vitest';

const gigabyte = 2 ** 30;
const timeout = 300_000;

/** Applies `op` again and again to its own result and gives the last one, and the most memory the process had. */
function loop(
  first: Tensor,
  op: (x: Tensor, i: number) => Tensor,
  times: number,
  lookEvery: number,
): { last: Tensor; peak: number } {
  let last = first;
  let peak = process.memoryUsage.rss();
  for (let i = 0; i < times; i++) {
    last = op(last, i);
    if (i % lookEvery === 0) peak = Math.max(peak, process.memoryUsage.rss());
  }
  return { last, peak: Math.max(peak, process.memoryUsage.rss()) };
}

describe.each(['wasm', ...(nativeUnavailableBecause() === undefined ? ['native'] : [])])(
  'a synchronous loop of eager ops on %s stays under 1 GB of resident memory',
  (backend) => {
    it.each([
      { times: 20_000, length: 2 ** 18, lookEvery: 20, what: '20,000 ops on tensors of 1 MB' },
      { times: 1_000_000, length: 2 ** 8, lookEvery: 1000, what: '1,000,000 ops on tensors of 1 KB' },
    ])(
      '$what',
      ({ times, length, lookEvery }) => {
        setBackend(backend);
        const kept = tensor(new Float32Array(length).fill(2));
        const one = tensor(new Float32Array(length).fill(1));
        // Counts up, and starts over at every hundredth step, so that the result tells whether every step was made.
        const { last, peak } = loop(
          one,
          (x, i) => (i % 100 === 99 ? mul(one, kept) : add(x, one)) as Tensor,
          times,
          lookEvery,
        );
        expect(peak).toBeLessThan(gigabyte);
        expect([...new Set(last.dataSync())]).toEqual([2]);
        expect([...new Set(add(last, kept).dataSync())]).toEqual([4]);
        expect([...new Set(kept.dataSync())]).toEqual([2]);
      },
      timeout,
    );

    it(
      '100,000 different constants, and reading results now and then',
      () => {
        setBackend(backend);
        const { last, peak } = loop(
          tensor([0, 0]),
          (x, i) => {
            const next = add(x, 1 + i * 2 ** -20) as Tensor;
            if (i % 1000 === 0) next.dataSync();
            return i % 100 === 99 ? (mul(next, 0) as Tensor) : next;
          },
          100_000,
          1000,
        );
        expect(peak).toBeLessThan(gigabyte);
        expect([...last.dataSync()]).toEqual([0, 0]);
      },
      timeout,
    );
  },
);
