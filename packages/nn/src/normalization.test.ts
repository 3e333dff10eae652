import { key, matmul, randomNormal, svd, type Tensor, tensor } from '@deft/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as nn from './index.ts';

const numbersOf = (t: Tensor): number[] => [...(t.dataSync() as unknown as Float32Array)];
const inference = { training: false };
const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

function run(layer: nn.Layer, x: Tensor): number[] {
  const { parameters, state } = layer.initialize(key(0), x.shape.slice(1));
  return numbersOf(layer.apply(parameters, state, x, inference).output);
}

describe('normalisations within an example', () => {
  it('give every group mean 0 and variance 1, and only it', () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 2, 3, 6), fc.boolean(), fc.nat(1000), (groups, isLast, seed) => {
        const shape = isLast ? [2, 5, 6] : [2, 6, 5];
        const x = randomNormal(shape, { key: key(seed), mean: 3 }) as Tensor;
        const values = run(nn.groupNormalization({ groups, axis: isLast ? -1 : 1, epsilon: 1e-9 }), x);
        for (const example of [0, 1]) {
          for (let group = 0; group < groups; group++) {
            const members = values.filter((_, i) => {
              const channel = isLast ? i % 6 : Math.floor(i / 5) % 6;
              return Math.floor(i / 30) === example && Math.floor(channel / (6 / groups)) === group;
            });
            expect(members.length).toBe(30 / groups);
            expect(meanOf(members)).toBeCloseTo(0, 4);
            expect(meanOf(members.map((value) => value ** 2))).toBeCloseTo(1, 3);
          }
        }
      }),
      { numRuns: 15 },
    );
  });

  it('are one where they say the same', () => {
    const x = randomNormal([2, 4, 3], { key: key(2) }) as Tensor;
    expect(run(nn.instanceNormalization(), x)).toEqual(run(nn.groupNormalization({ groups: -1 }), x));
    const whole = run(nn.layerNormalization({ axis: [1, 2] }), x);
    run(nn.groupNormalization({ groups: 1 }), x).forEach((value, i) => {
      expect(value).toBeCloseTo(whole[i] as number, 5);
    });
  });

  it('divide by sizes', () => {
    expect(
      run(
        nn.unitNormalization(),
        tensor([
          [0, 0],
          [3, 4],
        ]) as Tensor,
      ).map((v) => Number(v.toFixed(6))),
    ).toEqual([0, 0, 0.6, 0.8]);
    const [a, b] = run(nn.rmsNormalization({ epsilon: 0 }), tensor([[3, 4]]) as Tensor) as [number, number];
    expect([a * Math.sqrt(12.5), b * Math.sqrt(12.5)].map((v) => v.toFixed(4))).toEqual(['3.0000', '4.0000']);
  });

  it.each([
    [
      () => nn.groupNormalization({ groups: 4 }).outputShape([6]),
      /layer groupNormalization: .*channels that 4 groups divide, got 6/,
    ],
    [
      () => nn.layerNormalization({ axis: 3 }).outputShape([6]),
      /layer layerNormalization: .*axis 3 of a batch, got \[6\]/,
    ],
    [() => nn.batchNormalization({ axis: 0 }), /an axis of the batch other than 0/],
  ])('name the layer and what does not fit: %s', (call, message) => {
    expect(call).toThrow(message);
  });
});

describe('spectralNormalization', () => {
  it('makes the largest singular value 1, over some passes of training', () => {
    const layer = nn.spectralNormalization(nn.dense(4, { useBias: false }));
    const { parameters, state } = layer.initialize(key(1), [6]);
    const x = randomNormal([3, 6], { key: key(2) }) as Tensor;
    let now = state;
    for (let pass = 0; pass < 60; pass++) now = layer.apply(parameters, now, x, { training: true }).state;
    const kernel = (parameters['dense'] as nn.Weights)['kernel'] as Tensor;
    const largest = Math.max(...numbersOf(svd(kernel)[1] as Tensor));
    const { output, state: after } = layer.apply(parameters, now, x, inference);
    expect(after['vectorU']).toBe(now['vectorU']);
    const plain = numbersOf(matmul(x, kernel) as Tensor);
    numbersOf(output).forEach((value, i) => {
      expect(value).toBeCloseTo((plain[i] as number) / largest, 4);
    });
  });

  it('needs a kernel', () => {
    expect(() => nn.spectralNormalization(nn.flatten()).weights([2])).toThrow(
      /a layer with kernel or embeddings.*\[E_LAYER\]/,
    );
  });
});
