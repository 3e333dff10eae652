/** Convolutional memories against their definition, and layers on every step. */
import type { Tensor } from '@deft/core';
import { key, randomNormal, reshape, setBackend, slice, tensor, transpose } from '@deft/tensor';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as l from '../index.ts';

const inference = { training: false };
const numbersOf = (t: Tensor): number[] => [...(t.dataSync() as unknown as Float32Array)];
const draw = (shape: readonly number[], seed = 1): Tensor => randomNormal([...shape], { key: key(seed) }) as Tensor;

function expectClose(found: Tensor, expected: readonly number[], tolerance = 1e-5): void {
  const numbers = numbersOf(found);
  expect(numbers.length).toBe(expected.length);
  numbers.forEach((value, i) => {
    expect(Math.abs(value - (expected[i] as number))).toBeLessThanOrEqual(tolerance);
  });
}

beforeEach(() => setBackend('reference'));
afterEach(() => setBackend('auto'));

describe('convLstm', () => {
  const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v));
  type Lines = readonly (readonly number[])[];
  /** A convolution of `[length, channels]` with `[taps, channels, columns]`, at one place. */
  const at = (x: Lines, kernel: readonly Lines[], from: number, column: number): number =>
    kernel.reduce(
      (total, tap, k) =>
        total + (x[from + k] ?? []).reduce((sum, value, c) => sum + value * (tap[c]?.[column] as number), 0),
      0,
    );

  it.each([1, 2])('is its definition over sequences, with strides %s', (strides) => {
    const [steps, length, channels, filters] = [3, 6, 2, 2];
    const layer = l.convLstm1d(filters, 3, { strides, returnState: true });
    const { parameters } = layer.initialize(key(0), [steps, length, channels]);
    const x = draw([1, steps, length, channels]);
    const [kernel, recurrent] = ['kernel', 'recurrentKernel'].map((name) => (parameters[name] as Tensor).toArray()) as [
      readonly Lines[],
      readonly Lines[],
    ];
    const bias = numbersOf(parameters['bias'] as Tensor);
    const places = [...Array(Math.floor((length - 3) / strides + 1)).keys()];
    let h: Lines = places.map(() => [0, 0]);
    let c: Lines = h;
    for (const step of (x.toArray() as unknown as Lines[][])[0] as Lines[]) {
      const gate = (which: number, place: number, f: number): number => {
        const column = which * filters + f;
        return (
          at(step, kernel, place * strides, column) + at(h, recurrent, place - 1, column) + (bias[column] as number)
        );
      };
      const each = (value: (place: number, f: number) => number): Lines =>
        places.map((p) => [value(p, 0), value(p, 1)]);
      const before = c;
      const memory = each(
        (p, f) =>
          sigmoid(gate(1, p, f)) * (before[p]?.[f] as number) + sigmoid(gate(0, p, f)) * Math.tanh(gate(2, p, f)),
      );
      const output = each((p, f) => sigmoid(gate(3, p, f)) * Math.tanh(memory[p]?.[f] as number));
      [h, c] = [output, memory];
    }
    const found = layer.apply(parameters, {}, x, inference).output;
    [h, h, c].forEach((expected, i) => {
      expectClose(found[i] as Tensor, expected.flat());
    });
  });

  it('with filters of one element is a memory of its own at every place', () => {
    const options = { returnSequences: true, recurrentActivation: 'hardSigmoid' } as const;
    const layer = l.convLstm2d(3, 1, options);
    const { parameters } = layer.initialize(key(0), [4, 2, 3, 2]);
    const x = draw([1, 4, 2, 3, 2]);
    const flat = {
      kernel: reshape(parameters['kernel'] as Tensor, [2, 12]) as Tensor,
      recurrentKernel: reshape(parameters['recurrentKernel'] as Tensor, [3, 12]) as Tensor,
      bias: parameters['bias'] as Tensor,
    };
    const places = reshape(transpose(x, [0, 2, 3, 1, 4]), [6, 4, 2]) as Tensor;
    const expected = l.lstm(3, options).apply(flat, {}, places, inference).output;
    const found = layer.apply(parameters, {}, x, inference).output;
    expectClose(transpose(found, [0, 2, 3, 1, 4]) as Tensor, numbersOf(expected));
  });

  it('gives the same with channels in front', () => {
    const last = l.convLstm2d(2, [2, 3], { padding: 'same' });
    const first = l.convLstm2d(2, [2, 3], { padding: 'same', dataFormat: 'channelsFirst' });
    const { parameters } = last.initialize(key(0), [2, 3, 4, 2]);
    const x = draw([2, 2, 3, 4, 2]);
    const turned = first.apply(parameters, {}, transpose(x, [0, 1, 4, 2, 3]) as Tensor, inference).output;
    expectClose(transpose(turned, [0, 2, 3, 1]) as Tensor, numbersOf(last.apply(parameters, {}, x, inference).output));
  });

  it('refuses causal padding and inputs that are no sequences of images', () => {
    expect(() => l.convLstm1d(2, 2, { padding: 'causal' as never })).toThrow(/padding: expected valid, same/);
    expect(() => l.convLstm2d(2, 2).outputShape([4, 4, 1])).toThrow(/images of shape/);
    expect(() => l.convLstm2d(2, 5).outputShape([4, 4, 4, 1])).toThrow(/at least 5/);
  });
});

describe('timeDistributed', () => {
  it('is the layer on every step', () => {
    const layer = l.timeDistributed(l.dense(3, { activation: 'tanh' }));
    const { parameters } = layer.initialize(key(0), [4, 2]);
    const x = draw([2, 4, 2]);
    const found = layer.apply(parameters, {}, x, inference).output;
    for (let t = 0; t < 4; t++) {
      const step = reshape(slice(x, [0, t, 0], [-1, 1, -1]), [2, 2]) as Tensor;
      const expected = l.dense(3, { activation: 'tanh' }).apply(parameters['dense'] as l.Weights, {}, step, inference);
      expectClose(slice(found, [0, t, 0], [-1, 1, -1]) as Tensor, numbersOf(expected.output));
    }
  });

  it('leaves masks of steps as they are, and gives the layer those within steps', () => {
    const texts = tensor([
      [
        [1, 2, 0],
        [3, 0, 0],
      ],
      [
        [4, 4, 4],
        [0, 0, 0],
      ],
    ]) as Tensor;
    const words = l.embedding(9, 2, { maskZero: true });
    const sentence = l.timeDistributed(l.lstm(3));
    const model = l.sequentialLayer([words, sentence]);
    const { parameters } = model.initialize(key(0), [2, 3]);
    const { output, mask } = model.apply(parameters, {}, texts, inference);
    expect((mask as Tensor).toArray()).toEqual([
      [true, true],
      [true, false],
    ]);
    const alone = l.sequentialLayer([words, l.lstm(3)]);
    const inner = { embedding: parameters['embedding'], lstm: (parameters['timeDistributed'] as l.Weights)['lstm'] };
    const short = alone.apply(inner as l.Weights, {}, tensor([[1, 2]]) as Tensor, inference).output;
    expectClose(slice(output, [0, 0, 0], [1, 1, -1]) as Tensor, numbersOf(short));
    const ofSteps = tensor([[true, false]]) as Tensor;
    const dense = l.timeDistributed(l.dense(2));
    const made = dense.initialize(key(0), [2, 2]).parameters;
    expect(dense.apply(made, {}, draw([1, 2, 2]), { training: false, mask: ofSteps }).mask).toBe(ofSteps);
  });

  it('refuses what is no layer, and inputs that are no sequences', () => {
    expect(() => l.timeDistributed({} as never)).toThrow(/a layer/);
    expect(() => l.timeDistributed(l.dense(2)).outputShape([])).toThrow(/sequences of shape/);
  });
});
