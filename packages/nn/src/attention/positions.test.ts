/** Layers that tell positions: their formulas in plain numbers, and what makes rotations good for attention. */
import type { Tensor } from '@deft/core';
import { cast, concat, key as keyOf, matmul, randomNormal, slice, square, sum, tensor, zeros } from '@deft/tensor';
import { tensorMatchers } from '@deft/test-utils';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  groupedQueryAttention,
  type Layer,
  multiHeadAttention,
  positionEmbedding,
  rotaryEmbedding,
  type Signal,
  sinePositionEncoding,
  tokenAndPositionEmbedding,
  type Weights,
} from '../index.ts';

expect.extend(tensorMatchers);
const inference = { training: false };
const random = (shape: number[], seed: number): Tensor => randomNormal(shape, { key: keyOf(seed) }) as Tensor;
const run = (layer: Layer<Signal, Tensor> | Layer, x: Tensor, weights: Weights = {}, mask?: Tensor): Tensor =>
  (layer as Layer).apply(weights, {}, x, { ...inference, mask }).output;
/** A batch from a function of step and feature. */
const batch = (steps: number, features: number, f: (step: number, feature: number) => number): Tensor =>
  tensor([Array.from({ length: steps }, (_, s) => Array.from({ length: features }, (_, i) => f(s, i)))]) as Tensor;

describe('rotaryEmbedding', () => {
  it('is its formula', () => {
    const x = random([1, 5, 6], 1);
    const at = (x.toArray() as number[][][])[0] as number[][];
    const expected = batch(5, 6, (step, i) => {
      const pair = i % 3;
      const angle = step / 2 / 100 ** ((2 * pair) / 6);
      const [a, b] = [at[step]?.[pair] as number, at[step]?.[pair + 3] as number];
      return i < 3 ? a * Math.cos(angle) - b * Math.sin(angle) : b * Math.cos(angle) + a * Math.sin(angle);
    });
    const layer = rotaryEmbedding({ maxWavelength: 100, scalingFactor: 2 });
    expect(run(layer, x)).toBeCloseToTensor(expected, { tolerance: 1e-6 });
  });

  it('keeps lengths', () => {
    const x = random([2, 40, 3, 8], 2);
    const lengths = (one: Tensor): Tensor => sum(square(one), { axis: -1 }) as Tensor;
    expect(lengths(run(rotaryEmbedding(), x))).toBeCloseToTensor(lengths(x), { tolerance: 1e-5 });
  });

  it('makes products depend on distances alone', () => {
    fc.assert(
      fc.property(fc.nat({ max: 50 }), fc.nat({ max: 20 }), (start, distance) => {
        const [q, k] = [random([1, 1, 8], 3), random([1, 1, 8], 4)];
        /** The product when the query stands at one position and the key at another. */
        const product = (i: number, j: number): number => {
          const place = (one: Tensor, at: number): Tensor => {
            const all = run(rotaryEmbedding(), concat([zeros([1, at, 8]) as Tensor, one], 1) as Tensor);
            return slice(all, [0, at, 0], [1, 1, 8]) as Tensor;
          };
          return matmul(place(q, i), place(k, j), { transposeB: true }).item() as number;
        };
        expect(product(start + distance, start)).toBeCloseTo(product(distance, 0), 4);
      }),
      { numRuns: 15 },
    );
  });

  it('takes steps and features along any axes, and 16 bits without mixing up far positions', () => {
    const x = random([1, 4, 3], 5);
    const turn = (one: Tensor): Tensor => run(rotaryEmbedding({ sequenceAxis: 2, featureAxis: 1 }), one);
    expect(turn(x).shape).toEqual([1, 4, 3]);
    const long = random([1, 3000, 4], 6);
    const half = run(rotaryEmbedding(), cast(long, 'bfloat16') as Tensor);
    expect(half.dtype).toBe('bfloat16');
    expect(cast(half, 'float32')).toBeCloseToTensor(run(rotaryEmbedding(), long), { tolerance: 5e-2 });
  });

  it('within attention, makes nothing depend on where a sequence begins', () => {
    for (const layer of [
      multiHeadAttention(2, 4, { useCausalMask: true, rotary: true }),
      groupedQueryAttention(4, 4, 2, { rotary: { maxWavelength: 20 } }),
    ]) {
      const { parameters } = layer.initialize(keyOf(1), [5, 6]);
      const x = random([1, 5, 6], 7);
      const padded = concat([random([1, 3, 6], 8), x], 1) as Tensor;
      const mask = tensor([[0, 0, 0, 1, 1, 1, 1, 1]], { dtype: 'bool' }) as Tensor;
      const later = slice(run(layer, padded, parameters, mask), [0, 3], [1, 5]) as Tensor;
      expect(later).toBeCloseToTensor(run(layer, x, parameters), { tolerance: 1e-5 });
      const plain = layer.kind === 'multiHeadAttention' ? multiHeadAttention(2, 4, { useCausalMask: true }) : null;
      if (plain) expect(run(plain, x, parameters).toArray()).not.toEqual(run(layer, x, parameters).toArray());
    }
  });

  it('says what does not fit', () => {
    expect(() => rotaryEmbedding().outputShape([4, 3])).toThrow(/even number of features/);
    expect(() => rotaryEmbedding({ sequenceAxis: 2 }).outputShape([4, 4])).toThrow(/with steps/);
    expect(() => rotaryEmbedding({ scalingFactor: -1 })).toThrow(/scalingFactor/);
  });
});

describe('sinePositionEncoding', () => {
  it('is its formula, whatever the input', () => {
    const expected = batch(7, 5, (step, i) => {
      const angle = step / 30 ** ((2 * Math.floor(i / 2)) / 5);
      return i % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    });
    const found = run(sinePositionEncoding({ maxWavelength: 30 }), random([1, 7, 5], 1));
    expect(found).toBeCloseToTensor(expected, { tolerance: 1e-6 });
  });
});

describe('positionEmbedding', () => {
  it('gives the first rows, for every example', () => {
    const embeddings = random([6, 2], 1);
    const found = run(positionEmbedding(6), random([3, 2, 4, 2], 2), { embeddings });
    const rows = (slice(embeddings, [0, 0], [4, 2]) as Tensor).toArray();
    expect(found.toArray()).toEqual([0, 1, 2].map(() => [rows, rows]));
    expect(() => positionEmbedding(6).outputShape([7, 2])).toThrow(/at most 6 steps/);
  });

  it('is added to the rows of tokens', () => {
    const layer = tokenAndPositionEmbedding(5, 4, 2, { maskZero: true });
    const [tokenRows, places] = [random([5, 2], 1), random([4, 2], 2)];
    const weights = { tokenEmbedding: { embeddings: tokenRows }, positionEmbedding: { embeddings: places } };
    const ids = tensor([[3, 1, 0]], { dtype: 'int32' }) as Tensor;
    const { output, mask } = layer.apply(weights, {}, ids, inference);
    const [rows, more] = [tokenRows.toArray(), places.toArray()] as [number[][], number[][]];
    const expected = batch(3, 2, (step, i) => {
      return (rows[[3, 1, 0][step] as number]?.[i] as number) + (more[step]?.[i] as number);
    });
    expect(output).toBeCloseToTensor(expected, { tolerance: 1e-6 });
    expect((mask as Tensor).toArray()).toEqual([[true, true, false]]);
  });
});
