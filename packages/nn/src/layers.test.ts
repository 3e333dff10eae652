import { DeftError, type Tensor } from '@deft/core';
import { key, randomNormal, tensor } from '@deft/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  activation,
  activationNames,
  averagePooling2d,
  batchNormalization,
  conv2d,
  dense,
  dropout,
  embedding,
  flatten,
  globalAveragePooling2d,
  layerFromConfig,
  layerNormalization,
  maxPooling2d,
  reshape,
  sequentialLayer,
  type Weights,
} from './index.ts';

const numbersOf = (t: Tensor): number[] => [...(t.dataSync() as unknown as Float32Array)];
const inference = { training: false };

function expectClose(found: readonly number[], expected: readonly number[], tolerance = 1e-5): void {
  expect(found.length).toBe(expected.length);
  found.forEach((value, i) => {
    expect(Math.abs(value - (expected[i] as number))).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(value)));
  });
}

const batchOf = (count: number, shape: readonly number[], seed = 1): Tensor =>
  randomNormal([count, ...shape], { key: key(seed) }) as Tensor;

function weightAt(tree: Weights, path: readonly string[]): Tensor {
  return path.reduce((level: Weights | Tensor, part) => (level as Weights)[part] as Weights | Tensor, tree) as Tensor;
}

describe('dense', () => {
  it('is the product with the kernel, plus the bias, activated', () => {
    const layer = dense(2, { activation: 'relu' });
    const parameters = {
      kernel: tensor([
        [1, -1],
        [2, 0],
        [3, 1],
      ]),
      bias: tensor([0.5, -0.5]),
    };
    expect(layer.apply(parameters, {}, tensor([[1, 1, 1]]), inference).output.toArray()).toEqual([[6.5, 0]]);
  });
});

describe('conv2d', () => {
  it('takes its kernel as height, width, channels, filters', () => {
    const layer = conv2d(1, [1, 2], { useBias: false });
    const parameters = { kernel: tensor([[[[10]], [[1]]]]) };
    const x = tensor([[[[1], [2], [3]]]]);
    expect(layer.apply(parameters, {}, x, inference).output.toArray()).toEqual([[[[12], [23]]]]);
  });
});

describe('pooling', () => {
  it('takes maxima and means', () => {
    const x = tensor([1, 2, 3, 4], { shape: [1, 2, 2, 1] });
    expect(maxPooling2d().apply({}, {}, x, inference).output.toArray()).toEqual([[[[4]]]]);
    expect(averagePooling2d().apply({}, {}, x, inference).output.toArray()).toEqual([[[[2.5]]]]);
    expect(globalAveragePooling2d().apply({}, {}, x, inference).output.toArray()).toEqual([[2.5]]);
  });

  it('does not count what padding adds', () => {
    const x = tensor([1, 2, 3], { shape: [1, 1, 3, 1] });
    const layer = averagePooling2d([1, 2], { padding: 'same', strides: 1 });
    expectClose(numbersOf(layer.apply({}, {}, x, inference).output), [1.5, 2.5, 3]);
  });
});

describe('dropout', () => {
  it('is the identity outside of training', () => {
    const x = tensor([[1, 2, 3]]);
    expect(dropout(0.9).apply({}, {}, x, inference).output.toArray()).toEqual([[1, 2, 3]]);
  });

  it('zeroes the share it is told and keeps the mean', () => {
    const x = tensor(new Float32Array(20_000).fill(1), { shape: [1, 20_000] });
    const dropped = numbersOf(dropout(0.25).apply({}, {}, x, { training: true, key: key(4) }).output);
    expect(new Set(dropped.map((value) => value.toFixed(4)))).toEqual(new Set(['0.0000', (1 / 0.75).toFixed(4)]));
    expect(dropped.filter((value) => value === 0).length / 20_000).toBeCloseTo(0.25, 1);
  });

  it('needs a key', () => {
    expect(() => dropout(0.5).apply({}, {}, tensor([[1]]), { training: true })).toThrow(
      /a key in training.*\[E_LAYER\]/,
    );
  });
});

describe('batchNormalization', () => {
  it('normalises by the batch in training and moves its averages', () => {
    const layer = batchNormalization({ momentum: 0.9, epsilon: 0.001 });
    const { parameters, state } = layer.initialize(key(0), [1]);
    const { output, state: next } = layer.apply(parameters, state, tensor([[1], [3]]), { training: true });
    const deviation = Math.sqrt(1 + 0.001);
    expectClose(numbersOf(output), [-1 / deviation, 1 / deviation]);
    expectClose(numbersOf(weightAt(next, ['movingMean'])), [0.2]);
    expectClose(numbersOf(weightAt(next, ['movingVariance'])), [1]);
  });

  it('normalises by its averages otherwise, and keeps them', () => {
    const layer = batchNormalization({ epsilon: 0 });
    const parameters = { gamma: tensor([2]), beta: tensor([1]) };
    const state = { movingMean: tensor([3]), movingVariance: tensor([4]) };
    const result = layer.apply(parameters, state, tensor([[5]]), inference);
    expectClose(numbersOf(result.output), [3]);
    expect(weightAt(result.state, ['movingMean'])).toBe(state.movingMean);
    expect(weightAt(result.state, ['movingVariance'])).toBe(state.movingVariance);
  });
});

describe('layerNormalization', () => {
  it('gives every example mean 0 and variance 1', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9 }), fc.nat(1000), (size, seed) => {
        const layer = layerNormalization({ epsilon: 1e-9 });
        const { parameters, state } = layer.initialize(key(0), [size]);
        const values = numbersOf(layer.apply(parameters, state, batchOf(1, [size], seed), inference).output);
        const mean = values.reduce((a, b) => a + b, 0) / size;
        expect(Math.abs(mean)).toBeLessThan(1e-5);
        expect(values.reduce((a, b) => a + b * b, 0) / size).toBeCloseTo(1, 3);
      }),
      { numRuns: 15 },
    );
  });
});

describe('embedding', () => {
  it('looks rows up', () => {
    const layer = embedding(3, 2);
    const parameters = {
      embeddings: tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
    };
    const { output } = layer.apply(parameters, {}, tensor(new Int32Array([2, 0]), { shape: [1, 2] }), inference);
    expect(output.toArray()).toEqual([
      [
        [5, 6],
        [1, 2],
      ],
    ]);
    expect(layer.outputShape([2])).toEqual([2, 2]);
    expect(layerFromConfig(layer).config).toEqual(layer.config);
  });
});

describe('activations', () => {
  it.each(activationNames)('%s keeps shapes and is finite near 0', (name) => {
    const { output } = activation(name).apply({}, {}, tensor([[-1, 0, 2]]), inference);
    expect(output.shape).toEqual([1, 3]);
    expect(numbersOf(output).every(Number.isFinite)).toBe(true);
  });
});

describe('sequentialLayer', () => {
  it('numbers layers of one kind and keeps given names', () => {
    const layer = sequentialLayer([dense(1), dense(2, { name: 'dense_1' }), dense(3), dense(4, { name: 'last' })]);
    expect(layer.layers.map(({ name }) => name)).toEqual(['dense', 'dense_1', 'dense_2', 'last']);
    expect(Object.keys(layer.initialize(key(0), [2]).parameters)).toEqual(['dense', 'dense_1', 'dense_2', 'last']);
    expect(
      layer
        .weights([2])
        .map(({ path }) => path.join('/'))
        .slice(0, 3),
    ).toEqual(['dense/kernel', 'dense/bias', 'dense_1/kernel']);
  });

  it('nests', () => {
    const block = sequentialLayer([dense(3), batchNormalization()], { name: 'block' });
    const layer = sequentialLayer([block, dense(1)]);
    const { parameters, state } = layer.initialize(key(0), [2]);
    expect(weightAt(parameters, ['block', 'dense', 'kernel']).shape).toEqual([2, 3]);
    expect(weightAt(state, ['block', 'batchNormalization', 'movingMean']).shape).toEqual([3]);
    expect(layerFromConfig(layer).weights([2])).toEqual(layer.weights([2]));
  });

  it('gives random layers keys of their own', () => {
    const layer = sequentialLayer([dropout(0.5), dropout(0.5)]);
    const x = tensor(new Float32Array(64).fill(1), { shape: [1, 64] });
    const values = numbersOf(layer.apply({}, {}, x, { training: true, key: key(0) }).output);
    expect(new Set(values)).toEqual(new Set([0, 4]));
    const kept = values.filter((value) => value !== 0).length;
    expect(kept).toBeGreaterThan(4);
    expect(kept).toBeLessThan(28);
  });

  it('rejects a name given twice', () => {
    expect(() => sequentialLayer([dense(1, { name: 'a' }), dense(1, { name: 'a' })])).toThrow(/a twice \[E_LAYER\]/);
  });
});

describe('errors', () => {
  it('name the layer, what it expected and what it found', () => {
    const layer = sequentialLayer([conv2d(2, 3, { name: 'first' }), flatten(), dense(2)]);
    expect(() => layer.outputShape([28, 28])).toThrow(
      /layer first \(conv2d\): input: expected images of shape \[height, width, channels\], got \[28, 28\] \[E_LAYER\]/,
    );
    expect(() => layer.outputShape([2, 2, 1])).toThrow(/expected height and width of at least 3.*got 2/);
    const { parameters, state } = dense(2).initialize(key(0), [3]);
    expect(() => dense(2).apply(parameters, state, batchOf(1, [4]), inference)).toThrow(
      /layer dense: input: expected a weight kernel of shape \[4, 2\] for this input, got float32\[3, 2\] \[E_LAYER\]/,
    );
    expect(() => reshape([5]).outputShape([4])).toThrow(/layer reshape.*as many elements as \[5\], got \[4\]/);
    expect(() => dense(2).outputShape([])).toThrow(/\[\.\.\., features\], got \[\]/);
  });

  it.each([
    () => dense(0),
    () => dense(1.5),
    () => dense(Number.NaN),
    () => dense(2, { activation: 'constructor' as never }),
    () => dense(2, { useBias: 1 as never }),
    () => dense(2, { kernelInitializer: '__proto__' as never }),
    () => dense(2, { kernelInitializer: { name: 'zeros', value: 3 } }),
    () => dense(2, { kernelInitializer: { name: 'constant', value: Infinity } }),
    () => dense(2, { name: '../up' }),
    () => dense(2, { name: '__proto__' }),
    () => conv2d(2, 0),
    () => conv2d(2, [1, 2, 3] as never),
    () => conv2d(2, 3, { padding: 'causal' as never }),
    () => maxPooling2d(-1),
    () => dropout(1),
    () => dropout(-0.1),
    () => reshape([-2]),
    () => reshape('2' as never),
    () => batchNormalization({ momentum: 2 }),
    () => layerNormalization({ epsilon: -1 }),
    () => embedding(0, 1),
    () => activation('nothing' as never),
    () => layerFromConfig(null),
    () => layerFromConfig({ kind: 'toString', name: 'a', config: {} }),
    () => layerFromConfig({ kind: 'dense', name: 'a', config: { units: '3' } }),
    () => layerFromConfig({ kind: 'dense', name: 7, config: { units: 3 } }),
    () => layerFromConfig({ kind: 'sequential', name: 'a', config: { layers: 3 } }),
  ])('reject bad options: %s', (make) => {
    expect(make).toThrow(DeftError);
    expect(make).toThrow(/\[E_LAYER\]/);
  });

  it('bound the nesting of configurations', () => {
    let serialized: unknown = { kind: 'flatten', name: 'f', config: {} };
    for (let i = 0; i < 20; i++) serialized = { kind: 'sequential', name: 's', config: { layers: [serialized] } };
    expect(() => layerFromConfig(serialized)).toThrow(/at most 8 levels/);
  });
});
