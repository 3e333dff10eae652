/** Connectionist temporal classification against sums over every path, which small cases allow. */
import { abstractValue } from '@deft/core';
import { traceGraph } from '@deft/graph';
import { broadcastTo, ctcDecode, ctcLoss, exp, grad, jit, neg, sum, type Tensor, tensor, vmap } from '@deft/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

interface Case {
  readonly logits: readonly (readonly number[])[];
  readonly classes: number;
  readonly blank: number;
}

const cases: fc.Arbitrary<Case> = fc
  .record({ steps: fc.integer({ min: 1, max: 5 }), classes: fc.integer({ min: 2, max: 3 }), blank: fc.nat() })
  .chain(({ steps, classes, blank }) =>
    fc
      .array(fc.array(fc.integer({ min: -8, max: 8 }), { minLength: classes, maxLength: classes }), {
        minLength: steps,
        maxLength: steps,
      })
      .map((rows) => ({ logits: rows.map((row) => row.map((x) => x / 4)), classes, blank: blank % classes })),
  );

/** What a path reads as. */
const readingOf = (path: readonly number[], blank: number): number[] =>
  path.filter((symbol, i) => symbol !== path[i - 1]).filter((symbol) => symbol !== blank);

/** The probability of every reading, as a sum over all paths. */
function readings({ logits, classes, blank }: Case): Map<string, number> {
  const shares = logits.map((row) => {
    const total = row.reduce((sum, x) => sum + Math.exp(x), 0);
    return row.map((x) => Math.exp(x) / total);
  });
  const found = new Map<string, number>();
  for (let code = 0; code < classes ** logits.length; code++) {
    const path = logits.map((_, t) => Math.floor(code / classes ** t) % classes);
    const chance = path.reduce((product, symbol, t) => product * (shares[t]?.[symbol] as number), 1);
    const key = readingOf(path, blank).join();
    found.set(key, (found.get(key) ?? 0) + chance);
  }
  return found;
}

const labelsOf = (key: string): number[] => (key === '' ? [] : key.split(',').map(Number));
const double = (rows: readonly (readonly (readonly number[])[])[]): Tensor =>
  tensor(rows as never, { dtype: 'float64' });
const int = (values: unknown): Tensor => tensor(values as never, { dtype: 'int32' }) as Tensor;

describe('ctcLoss', () => {
  it('is −ln of the sum over all paths, for every reading', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const all = [...readings(given)];
        const longest = Math.max(1, ...all.map(([key]) => labelsOf(key).length));
        // Labels behind the end count for nothing.
        const targets = all.map(([key]) => Object.assign(new Array<number>(longest).fill(1), labelsOf(key)));
        const lengths = all.map(([key]) => labelsOf(key).length);
        const steps = all.map(() => given.logits.length);
        const losses = ctcLoss(
          int(targets),
          double(all.map(() => given.logits)),
          int(lengths),
          int(steps),
          given.blank,
        );
        const found = Array.from(losses.dataSync(), Number);
        all.forEach(([key, chance], i) => {
          expect(found[i], `reading ${key}`).toBeCloseTo(-Math.log(chance), 10);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('of every reading together is certain: their probabilities add up to 1, and have no gradient', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const all = [...readings(given).keys()].map(labelsOf);
        const longest = Math.max(1, ...all.map((labels) => labels.length));
        const targets = int(all.map((labels) => Object.assign(new Array<number>(longest).fill(1), labels)));
        const lengths = int(all.map((labels) => labels.length));
        const steps = int(all.map(() => given.logits.length));
        const total = (x: Tensor): Tensor => {
          const each = broadcastTo(x, [all.length, given.logits.length, given.classes]);
          return sum(exp(neg(ctcLoss(targets, each, lengths, steps, given.blank)))) as Tensor;
        };
        const x = double([given.logits]);
        expect(total(x).item()).toBeCloseTo(1, 10);
        for (const slope of grad(total)(x).dataSync()) expect(Number(slope)).toBeCloseTo(0, 10);
      }),
      { numRuns: 20 },
    );
  });

  it('takes what lies behind the ends for nothing', () => {
    const rows = [
      [0.5, -1, 2],
      [1, 0.25, -0.5],
      [0, 1, -2],
    ];
    const short = ctcLoss(int([[1]]), double([rows.slice(0, 2)]), int([1]), int([2]));
    const padded = ctcLoss(int([[1, 2]]), double([rows]), int([1]), int([2]));
    expect(padded.toArray()).toEqual(short.toArray());
    const pull = grad((x: Tensor) => sum(ctcLoss(int([[1, 2]]), x, int([1]), int([2]))) as Tensor)(double([rows]));
    expect(Array.from(pull.dataSync(), Number).slice(6)).toEqual([0, 0, 0]);
  });

  it('captures and batches', () => {
    const rows = [
      [0.5, -1],
      [1, 0.25],
      [0, 1],
    ];
    const f = (x: Tensor): Tensor => ctcLoss(int([[1, 1]]), x, int([2]), int([3])) as Tensor;
    const expected = f(double([rows])).toArray();
    expect(jit(f)(double([rows])).toArray()).toEqual(expected);
    expect(vmap(f)(tensor([[rows], [rows]], { dtype: 'float64' }) as Tensor).toArray()).toEqual([expected, expected]);
  });

  it('is a graph of one size, however many steps there are, and so is its gradient', () => {
    const nodes = (steps: number): number => {
      const f = (x: Tensor): Tensor => sum(ctcLoss(int([[1, 2]]), x, int([2]), int([steps]))) as Tensor;
      const types = [abstractValue([1, steps, 3], 'float32')];
      return traceGraph(([x]) => [f(x as Tensor), grad(f)(x as Tensor) as unknown as Tensor], types).graph.nodes.length;
    };
    expect(nodes(200)).toBe(nodes(5));
  });
});

describe('ctcDecode', () => {
  it('by beam search with room for all finds the likeliest readings, with what ctcLoss gives them', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const all = [...readings(given)].sort(([, a], [, b]) => b - a);
        const steps = given.logits.length;
        const [decoded, scores] = ctcDecode(double([given.logits]), [steps], {
          strategy: 'beamSearch',
          beamWidth: 1000,
          topPaths: all.length,
          maskIndex: given.blank,
        });
        const found = (decoded.toArray() as number[][][]).map((path) =>
          (path[0] as number[]).filter((x) => x >= 0).join(),
        );
        expect([...found].sort()).toEqual(all.map(([key]) => key).sort());
        Array.from(scores.dataSync(), Number).forEach((score, i) => {
          expect(score).toBeCloseTo(Math.log((all[i] as [string, number])[1]), 9);
          expect(Math.exp(score)).toBeCloseTo(new Map(all).get(found[i] as string) as number, 9);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('greedily reads the best class of every step', () => {
    fc.assert(
      fc.property(cases, fc.boolean(), (given, mergeRepeated) => {
        const path = given.logits.map((row) => row.indexOf(Math.max(...row)));
        const steps = path.length;
        const merged = mergeRepeated ? readingOf(path, given.blank) : path.filter((x) => x !== given.blank);
        const expected = [...merged, ...new Array<number>(steps - merged.length).fill(-1)];
        const options = { mergeRepeated, maskIndex: given.blank };
        const decode = (x: Tensor): Tensor[] => [...ctcDecode(x, [steps], options)] as Tensor[];
        const input = double([given.logits]);
        for (const [decoded, scores] of [decode(input), jit(decode)(input)] as [Tensor, Tensor][]) {
          expect(decoded.toArray()).toEqual([[expected]]);
          expect(scores.item()).toBeCloseTo(-given.logits.reduce((total, row) => total + Math.max(...row), 0), 10);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('stops at the ends of sequences', () => {
    const rows = [
      [0, 9],
      [9, 0],
      [0, 9],
    ];
    for (const strategy of ['greedy', 'beamSearch'] as const) {
      const [decoded] = ctcDecode(double([rows, rows, rows]), [3, 2, 0], { strategy });
      expect(decoded.toArray(), strategy).toEqual([
        [
          [1, 1, -1],
          [1, -1, -1],
          [-1, -1, -1],
        ],
      ]);
    }
  });

  it('refuses what it cannot decode', () => {
    expect(() => ctcDecode([[0, 1]], [1])).toThrow(/inputs: expected rank 3/);
    expect(() => ctcDecode([[[0, 1]]], [1, 1])).toThrow(/not one length for every example/);
    expect(() => ctcDecode([[[0, 1]]], [0.5])).toThrow(/sequenceLengths: expected integers, got float64/);
    expect(() => ctcDecode([[[0, 1]]], [1], { maskIndex: 2 })).toThrow(/maskIndex: expected one of 2 classes, got 2/);
    expect(() => ctcDecode([[[0, 1]]], [1], { topPaths: 2 })).toThrow(/topPaths: expected 1, got 2/);
    expect(() => ctcDecode([[[0, 1]]], [1], { strategy: 'beamSearch', topPaths: 2, beamWidth: 1 })).toThrow(
      /at most beamWidth, 1/,
    );
    expect(() => ctcDecode([[[0, 1]]], [1], { strategy: 'best' as never })).toThrow(
      /strategy: expected 'greedy' or 'beamSearch', got best/,
    );
  });
});
