/**
 * Compares layers with the inputs, weights and outputs that Keras 2 gave (keras-js's test data, the folder's
 * `keras-layers/`). The files have no options. So a case holds if a layer with options that fit its shapes and weights gives its
 * values, and the line says which; outputs are of random numbers, so others than the true options hardly ever do.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sameShape } from '@deft/core';
import * as nn from '@deft/nn';
import type { Comparison } from './comparison.ts';
import {
  allowed,
  type Candidate,
  type Case,
  compareCase,
  distance,
  fits,
  inference,
  ofLayer,
  placed,
  product,
  type Stored,
} from './layer-cases.ts';
import { recurrentCandidates } from './published-recurrent.ts';

/** The same input through dense layers of their own, then `after`, then one merge. */
function ofMerge(merge: nn.MergeLayer, after: readonly nn.Layer[]): Candidate {
  const branch = nn.sequentialLayer([nn.dense(2), ...after]);
  return {
    text: `${merge.kind} ${JSON.stringify(merge.config)} of ${branch.layers.map(({ kind }) => kind).join(', ')}`,
    prepare: ({ input, weights = [], expected }) => {
      const shapes = Array.from({ length: weights.length / 2 }, () => branch.outputShape(input.shape));
      try {
        if (!sameShape(merge.outputShape(shapes), expected.shape)) return undefined;
      } catch {
        return undefined;
      }
      return (x, all) => {
        const outputs = shapes.map((_, i) => {
          const own = placed(branch, input.shape, all.slice(2 * i, 2 * i + 2));
          return branch.apply(...own, x, inference).output;
        });
        return merge.apply({}, {}, outputs, inference).output;
      };
    },
  };
}

const paddings = ['valid', 'same'] as const;
const formats = ['channelsLast', 'channelsFirst'] as const;
const pairs = (least: number, most: number): [number, number][] =>
  product(
    Array.from({ length: most - least + 1 }, (_, i) => least + i),
    2,
  ) as [number, number][];

type Maker = (...args: never[]) => nn.Layer;

/** A layer's function by Keras's class name, and its number of spatial axes. */
function makerOf(className: string): [make: Maker, rank: number] {
  const name = className[0]?.toLowerCase() + className.slice(1).replace(/(\d)D/, '$1d');
  return [(nn as unknown as Record<string, Maker>)[name] as Maker, Number(/(\d)D/.exec(className)?.[1] ?? 0)];
}

function* convolutions(className: string, { weights = [], expected, input }: Case): Generator<nn.Layer> {
  const [make, rank] = makerOf(className);
  const size = (weights[0] as Stored).shape.slice(0, rank);
  const useBias = (weights.at(-1) as Stored).shape.length === 1;
  const kernels = useBias ? weights.slice(0, -1) : weights;
  const depthMultiplier = className.startsWith('Separable') ? (weights[0] as Stored).shape.at(-1) : undefined;
  const last = kernels.at(-1) as Stored;
  const filters = className.endsWith('Transpose') ? last.shape.at(-2) : last.shape.at(-1);
  for (const dataFormat of formats) {
    for (const padding of rank === 1 ? [...paddings, 'causal'] : paddings) {
      for (const strides of product([1, 2, 3], rank)) {
        for (const dilationRate of rank === 3 ? product([1, 2], 3) : product([1, 2, 3, 4], rank)) {
          const shared = { padding, strides, dilationRate, dataFormat, useBias, depthMultiplier };
          const first = make(filters as never, size as never, shared as never);
          if (!fits(first, { input, weights, expected })) continue;
          for (const activation of ['linear', 'relu', 'sigmoid', 'tanh', 'softmax', 'elu']) {
            yield make(filters as never, size as never, { ...shared, activation } as never);
          }
        }
      }
    }
  }
}

function* poolings(className: string): Generator<nn.Layer> {
  const [make, rank] = makerOf(className);
  if (className.startsWith('Global')) {
    for (const dataFormat of formats) yield make({ dataFormat } as never);
    return;
  }
  for (const dataFormat of formats) {
    for (const padding of paddings) {
      for (const size of product(rank === 3 ? [2, 1, 3] : [2, 1, 3, 4, 5], rank)) {
        for (const strides of product([1, 2, 3], rank)) {
          yield make(size as never, { strides, padding, dataFormat } as never);
        }
      }
    }
  }
}

function* resamplings(className: string): Generator<nn.Layer> {
  const [make, rank] = makerOf(className);
  const values: readonly unknown[] = className.startsWith('Up') ? [1, 2, 3] : pairs(0, 4);
  for (const dataFormat of formats) {
    for (const sides of product(values, rank)) {
      yield make((rank === 1 && !className.startsWith('Up') ? sides[0] : sides) as never, { dataFormat } as never);
    }
  }
}

const { dense, sequentialLayer } = nn;
const tenths = Array.from({ length: 20 }, (_, i) => (i + 1) / 10);

/** Candidates by Keras's class name, where they are no convolution, pooling or resampling. */
const families: { readonly [className: string]: (one: Case) => Iterable<nn.Layer> } = {
  Dense: ({ weights = [] }) =>
    nn.activationNames.map((activation) => dense(2, { activation, useBias: weights.length === 2 })),
  Activation: () => nn.activationNames.map((name) => sequentialLayer([dense(2), nn.activation(name)])),
  Dropout: () => [sequentialLayer([dense(2), nn.dropout(0.3)])],
  GaussianDropout: () => [sequentialLayer([dense(2), nn.gaussianDropout(0.3)])],
  GaussianNoise: () => [sequentialLayer([dense(2), nn.gaussianNoise(0.3)])],
  Flatten: () => formats.map((dataFormat) => nn.flatten({ dataFormat })),
  Reshape: ({ expected }) => [nn.reshape(expected.shape)],
  RepeatVector: ({ expected }) => [nn.repeatVector(expected.shape[0] as number)],
  Permute: ({ input: { shape } }) =>
    product(
      shape.map((_, i) => i + 1),
      shape.length,
    )
      .filter((dims) => new Set(dims).size === dims.length)
      .map((dims) => nn.permute(dims)),
  Embedding: ({ weights = [] }) => {
    const [rows, columns] = (weights[0] as Stored).shape as [number, number];
    return [nn.embedding(rows, columns)];
  },
  LeakyReLU: () => tenths.map((negativeSlope) => nn.leakyRelu({ negativeSlope })),
  ELU: () => tenths.map((alpha) => nn.elu({ alpha })),
  PReLU: () => [nn.prelu()],
  ThresholdedReLU: () => tenths.map((threshold) => nn.relu({ threshold })),
  BatchNormalization: () =>
    [1e-3, 1e-2, 1e-4, 1e-5].flatMap((epsilon) =>
      [-1, 1, 2].flatMap((axis) =>
        product([true, false], 2).map(([center, scale]) =>
          nn.batchNormalization({ epsilon, axis, center: center as boolean, scale: scale as boolean }),
        ),
      ),
    ),
};

const shapesBefore = [[], [nn.repeatVector(3)], [nn.reshape([2, 1])]];

const merges: { readonly [className: string]: readonly nn.MergeLayer[] } = {
  Add: [nn.add()],
  Subtract: [nn.subtract()],
  Multiply: [nn.multiply()],
  Average: [nn.average()],
  Maximum: [nn.maximum()],
  Minimum: [nn.minimum()],
  Concatenate: [-1, 1, 2].map((axis) => nn.concatenate({ axis })),
  Dot: [1, 2].flatMap((axes) => [true, false].map((normalize) => nn.dot({ axes, normalize }))),
};

function* candidates(className: string, one: Case): Generator<Candidate> {
  if (Object.hasOwn(merges, className)) {
    for (const merge of merges[className] as readonly nn.MergeLayer[]) {
      for (const after of shapesBefore) yield ofMerge(merge, after);
    }
    return;
  }
  if (one.weights !== undefined && /RNN|LSTM|GRU|Bidirectional|TimeDistributed/.test(className)) {
    yield* recurrentCandidates(className, one);
    return;
  }
  const family = Object.hasOwn(families, className) ? families[className] : undefined;
  const layers = family
    ? family(one)
    : /Conv/.test(className)
      ? convolutions(className, one)
      : /Pooling/.test(className)
        ? poolings(className)
        : resamplings(className);
  for (const layer of layers) yield ofLayer(layer);
}

/** Keras 3 has another hard sigmoid, relu6(x + 3) / 6, than Keras 2, from which the values are. */
const changed: ReadonlySet<string> = new Set(['hard_sigmoid', 'core.Activation.8']);

/** Activations of the files whose options differ from those of the name. */
const otherOptions: { readonly [name: string]: nn.Layer } = {
  'activations.elu.3': nn.elu({ alpha: 0.5 }),
};

/** All comparisons with the layers of a folder; none where it has no `keras-layers`. */
export function* compareLayersWithPublished(folder: string): Generator<Comparison> {
  const root = join(folder, 'keras-layers');
  if (!existsSync(root)) return;
  const read = (path: string): [string, Case][] =>
    Object.entries(JSON.parse(readFileSync(path, 'utf8')) as Record<string, Case>);
  for (const [name, one] of read(join(root, 'activations.json'))) {
    const snake = name.split('.')[1] as string;
    if (changed.has(snake)) continue;
    const camel = snake.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()) as nn.ActivationName;
    const options = [null, 0.5, 1, 1.5, 2].flatMap((maxValue) =>
      [0, ...tenths].map((negativeSlope) => nn.relu({ maxValue, negativeSlope })),
    );
    const layers = [nn.activation(camel), otherOptions[name], ...(camel === 'relu' ? options : [])];
    const close = layers.some((layer) => {
      const forward = layer && ofLayer(layer).prepare(one);
      return forward !== undefined && distance(forward, one) <= allowed;
    });
    yield { text: `${name} is ${camel}`, passed: close };
  }
  const files = readdirSync(join(root, 'layers'), { recursive: true, encoding: 'utf8' }).sort();
  for (const file of files) {
    if (!file.endsWith('.json')) continue;
    for (const [name, one] of read(join(root, 'layers', file))) {
      if (!changed.has(name)) yield compareCase(name, one, candidates(name.split('.')[1] as string, one));
    }
  }
}
