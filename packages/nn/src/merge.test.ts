import { key, tensor } from '@deft/tensor';
import { describe, expect, it } from 'vitest';
import {
  activation,
  add,
  average,
  branches,
  concatenate,
  dense,
  dot,
  flatten,
  lambda,
  layerFromConfig,
  type MergeLayer,
  multiply,
  subtract,
} from './index.ts';

const inference = { training: false };
const run = (layer: MergeLayer, ...inputs: number[][][] | number[][][][]): unknown =>
  layer
    .apply(
      {},
      {},
      inputs.map((input) => tensor(input as number[][])),
      inference,
    )
    .output.toArray();

describe('merges', () => {
  it('take more than two inputs, and broadcast those of fewer axes', () => {
    expect(run(add(), [[1, 2]], [[3, 4]], [[10, 20]])).toEqual([[14, 26]]);
    expect(run(average(), [[1, 2]], [[3, 4]], [[5, 9]])).toEqual([[3, 5]]);
    // The vectors of the second belong to examples, not to steps.
    const steps = [
      [
        [1, 2],
        [3, 4],
      ],
      [
        [5, 6],
        [7, 8],
      ],
    ];
    const vectors = [
      [10, 100],
      [1, 0],
    ];
    expect(multiply().outputShape([[2, 2], [2]])).toEqual([2, 2]);
    expect(
      multiply()
        .apply({}, {}, [tensor(steps), tensor(vectors)], inference)
        .output.toArray(),
    ).toEqual([
      [
        [10, 200],
        [30, 400],
      ],
      [
        [5, 0],
        [7, 0],
      ],
    ]);
  });

  it('join along the axis they are told', () => {
    expect(
      concatenate({ axis: 1 }).outputShape([
        [2, 3],
        [4, 3],
      ]),
    ).toEqual([6, 3]);
    expect(run(concatenate(), [[1, 2]], [[3]])).toEqual([[1, 2, 3]]);
  });

  it('multiply vectors, plain or normalised', () => {
    expect(run(dot(), [[3, 4]], [[1, 2]])).toEqual([[11]]);
    const [[cosine]] = run(dot({ normalize: true }), [[3, 4]], [[4, 3]]) as [[number]];
    expect(cosine).toBeCloseTo(0.96, 6);
    expect(
      dot({ axes: [1, 2] }).outputShape([
        [3, 5],
        [7, 3],
      ]),
    ).toEqual([5, 7]);
  });

  it.each([
    [() => add().outputShape([[2]]), /layer add: input: expected two inputs or more, got 1 \[E_LAYER\]/],
    [() => subtract().outputShape([[2], [2], [2]]), /expected 2 inputs, got 3/],
    [() => add({ name: 'sum' }).outputShape([[2], [3]]), /layer sum \(add\): input: .*broadcast.*\[2\] and \[3\]/],
    [
      () =>
        concatenate().outputShape([
          [2, 3],
          [4, 3],
        ]),
      /differ along axis -1 alone/,
    ],
    [() => concatenate({ axis: 3 }).outputShape([[2], [2]]), /axis 3 of a batch/],
    [() => concatenate({ axis: 0 }), /an axis of the batch other than 0/],
    [() => dot().outputShape([[2], [3]]), /axes -1 and -1 of one size/],
    [() => add().apply({}, {}, [tensor([[1]]), tensor([[1], [2]])], inference), /batches of as many examples/],
  ])('name the layer and what does not fit: %s', (call, message) => {
    expect(call).toThrow(message);
  });
});

describe('branches', () => {
  it('join what their layers give', () => {
    const layer = branches(add(), [dense(2), activation('linear')], { name: 'residual' });
    const weights = {
      dense: {
        kernel: tensor([
          [1, 0],
          [0, 10],
        ]),
        bias: tensor([0, 1]),
      },
    };
    expect(layer.apply(weights, {}, tensor([[1, 2]]), inference).output.toArray()).toEqual([[2, 23]]);
    expect(Object.keys(layer.initialize(key(0), [2]).parameters)).toEqual(['dense']);
  });

  it.each([
    () => branches(add(), [dense(2)]),
    () => layerFromConfig({ kind: 'branches', name: 'b', config: { layers: [dense(1), dense(1)] } }),
    () =>
      layerFromConfig({
        kind: 'branches',
        name: 'b',
        config: { layers: [flatten(), flatten()], merge: { kind: 'toString', name: 'add', config: {} } },
      }),
    () => layerFromConfig({ kind: 'spectralNormalization', name: 's', config: {} }),
  ])('reject what is none: %s', (make) => {
    expect(make).toThrow(/\[E_LAYER\]/);
  });
});

describe('lambda', () => {
  it('says when its function gives another shape than told', () => {
    const halves = lambda((x) => add().apply({}, {}, [x, x], inference).output, { outputShape: () => [3] });
    expect(() => halves.apply({}, {}, tensor([[1, 2]]), inference)).toThrow(
      /layer lambda: input: expected its function to give \[1, 3\], got \[1, 2\]/,
    );
    expect(halves.holdsCode).toBe(true);
    expect(() => lambda(7 as never)).toThrow(/\[E_LAYER\]/);
    expect(() => layerFromConfig(halves)).toThrow(/\[E_LAYER\]/);
  });
});
