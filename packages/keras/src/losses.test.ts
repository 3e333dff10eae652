import { grad, sum, type Tensor, tensor } from '@deft/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { losses } from './index.ts';

const numbersOf = (t: Tensor): number[] => [...(t.dataSync() as unknown as Float32Array)];
const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const score = fc.double({ min: -6, max: 6, noNaN: true });
const rows = fc.array(fc.array(score, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 5 });

function softmaxOf(scores: readonly number[]): number[] {
  const exponentials = scores.map(Math.exp);
  const total = exponentials.reduce((a, b) => a + b, 0);
  return exponentials.map((e) => e / total);
}

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  found.forEach((value, i) => {
    expect(Math.abs(value - (expected[i] as number))).toBeLessThanOrEqual(
      2e-5 * Math.max(1, Math.abs(expected[i] as number)),
    );
  });
}

describe('cross-entropies', () => {
  it('are the negative logarithm of the right probability, from scores and from probabilities', () => {
    fc.assert(
      fc.property(rows, fc.nat(2), (scores, label) => {
        const expected = scores.map((row) => -Math.log(softmaxOf(row)[label] as number));
        const labels = tensor(new Int32Array(scores.length).fill(label));
        const oneHot = tensor(scores.map(() => [0, 1, 2].map((c) => (c === label ? 1 : 0))));
        const probabilities = tensor(scores.map(softmaxOf));
        const sparse = losses.sparseCategoricalCrossentropy;
        const dense = losses.categoricalCrossentropy;
        expectClose(numbersOf(sparse({ fromLogits: true }).values(labels, tensor(scores))), expected);
        expectClose(numbersOf(dense({ fromLogits: true }).values(oneHot, tensor(scores))), expected);
        expectClose(numbersOf(sparse().values(labels, probabilities)), expected);
        expectClose(numbersOf(dense().values(oneHot, probabilities)), expected);
      }),
      { numRuns: 30 },
    );
  });

  it('of yes-or-no predictions agree between scores and probabilities', () => {
    fc.assert(
      fc.property(fc.array(score, { minLength: 1, maxLength: 6 }), fc.nat(1), (scores, label) => {
        const p = scores.map((z) => 1 / (1 + Math.exp(-z)));
        const expected = p.map((value) => -Math.log(label === 1 ? value : 1 - value));
        const target = tensor(new Float32Array(scores.length).fill(label));
        const column = (values: readonly number[]): Tensor => tensor(values.map((value) => [value]));
        expectClose(
          numbersOf(losses.binaryCrossentropy({ fromLogits: true }).values(target, column(scores))),
          expected,
        );
        expectClose(numbersOf(losses.binaryCrossentropy().values(target, column(p))), expected);
      }),
      { numRuns: 30 },
    );
  });

  it('of scores have the right slope at 0, where a naive formula has a kink', () => {
    const loss = losses.binaryCrossentropy({ fromLogits: true });
    const slope = grad((z: Tensor) => sum(loss.values(tensor([1]), z)));
    expect(numbersOf(slope(tensor([0])))).toEqual([-0.5]);
  });

  it('stay finite for certain but wrong predictions', () => {
    const values = [
      losses.sparseCategoricalCrossentropy().values(tensor(new Int32Array([1])), tensor([[1, 0]])),
      losses.categoricalCrossentropy().values(tensor([[0, 1]]), tensor([[1, 0]])),
      losses.binaryCrossentropy().values(tensor([1]), tensor([0])),
    ];
    for (const value of values) expect(numbersOf(value)[0]).toBeCloseTo(-Math.log(1e-7), 1);
  });
});

describe('distances', () => {
  it('are means over the last axis', () => {
    fc.assert(
      fc.property(rows, (predicted) => {
        const target = predicted.map((row) => row.map((value, i) => value + i));
        const squares = losses.meanSquaredError().values(tensor(target), tensor(predicted));
        const absolutes = losses.meanAbsoluteError().values(tensor(target), tensor(predicted));
        expectClose(
          numbersOf(squares),
          predicted.map(() => meanOf([0, 1, 4])),
        );
        expectClose(
          numbersOf(absolutes),
          predicted.map(() => 1),
        );
      }),
      { numRuns: 20 },
    );
  });
});
