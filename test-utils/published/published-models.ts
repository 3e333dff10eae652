/**
 * Models of layers with the inputs, weights and outputs that Keras 2 gave (keras-js's pipelines and graphs). The files do not say what
 * the models are; these are such as give the values, and for pipelines 04, 06, 10 and 16 none is known. Layers are numbered in
 * the order of their weights.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sameShape } from '@deft/core';
import * as nn from '@deft/nn';
import { jit, type Tensor } from '@deft/tensor';
import { backends, on } from '../conformance/modes.ts';
import type { Comparison } from './comparison.ts';
import { allowed, asTensor, inference, type Stored } from './layer-cases.ts';

interface ModelCase {
  readonly input?: Stored;
  readonly inputs?: readonly Stored[];
  readonly weights: readonly Stored[];
  readonly expected: Stored;
}

const conv = (filters: number, size: number, options: nn.Conv2dOptions = {}): nn.Layer =>
  nn.conv2d(filters, size, { activation: 'relu', ...options });
const normal = nn.batchNormalization();
const relu = nn.activation('relu');
const separable = (padding: 'valid' | 'same'): nn.Layer => nn.separableConv2d(2, 3, { padding });
const classes = (activation: 'relu' | 'softmax'): nn.Layer => nn.dense(3, { activation });

const same = { padding: 'same' } as const;
const linear = { activation: 'linear' } as const;

/** Layers one after the other. */
const pipelines: { readonly [name: string]: readonly nn.Layer[] } = {
  pipeline_00: [conv(4, 3), conv(4, 3), conv(4, 3)],
  pipeline_01: [
    conv(5, 3, { ...same, strides: 2 }),
    conv(4, 3, { ...same, ...linear }),
    conv(2, 3),
    conv(3, 5),
    conv(2, 3),
  ],
  pipeline_02: [
    conv(5, 3, { ...same, strides: 2 }),
    conv(4, 3, linear),
    conv(2, 1),
    conv(3, 5, same),
    conv(2, 3, { ...same, ...linear }),
    conv(4, 1),
    conv(2, 3, linear),
  ],
  pipeline_03: [conv(4, 3), nn.batchNormalization({ epsilon: 1e-5 })],
  pipeline_05: [conv(4, 3), nn.maxPooling2d(2)],
  pipeline_07: [conv(4, 3), nn.maxPooling2d(2, { strides: 1 })],
  pipeline_08: [conv(4, 3, { padding: 'same' }), conv(4, 3), nn.maxPooling2d(2, { strides: 1, padding: 'same' })],
  pipeline_09: [conv(4, 3), nn.averagePooling2d(2)],
  pipeline_11: [conv(4, 3), nn.averagePooling2d(2, { strides: 1 })],
  pipeline_12: [conv(4, 3, { padding: 'same' }), conv(4, 3), nn.averagePooling2d(2, { strides: 1, padding: 'same' })],
  pipeline_13: [conv(2, 3), conv(2, 3, { strides: 2 }), nn.flatten(), classes('relu'), classes('softmax')],
  pipeline_14: [separable('valid'), separable('valid')],
  pipeline_15: [conv(2, 3, { activation: 'linear' }), normal, relu, separable('same'), normal],
};

/** What a model of several inputs may be, drawn up. */
type Draw = (inputs: readonly nn.SymbolicTensor[]) => nn.SymbolicTensor;

const numbered = (number: number, layer: nn.Layer): nn.Layer => layer.with({ name: String(number) });
/** Every input through a convolution of its own, and a merge. */
const merged =
  (merge: nn.MergeLayer): Draw =>
  (inputs) =>
    merge(inputs.map((one, i) => numbered(i, conv(4, 3))(one)));

const graphs: { readonly [name: string]: Draw } = {
  graph_00: ([a, b]) =>
    nn.concatenate()([nn.permute([1, 3, 2])(a as nn.SymbolicTensor), nn.permute([2, 3, 1])(b as nn.SymbolicTensor)]),
  graph_01: merged(nn.add()),
  graph_02: merged(nn.average()),
  graph_03: merged(nn.multiply()),
  graph_04: merged(nn.maximum()),
  graph_05: merged(nn.concatenate()),
  graph_06: ([a, b, c]) => {
    const narrowed = numbered(1, conv(4, 3, same))(numbered(0, conv(2, 1, same))(b as nn.SymbolicTensor));
    return nn.concatenate()([
      numbered(3, conv(4, 3, same))(a as nn.SymbolicTensor),
      numbered(4, conv(2, 1, same))(narrowed),
      numbered(5, conv(3, 3, same))(numbered(2, conv(5, 3, same))(c as nn.SymbolicTensor)),
    ]);
  },
  graph_07: (inputs) => {
    const sides = inputs.map((one, i) => numbered(2 + i, conv(4, 3, same))(numbered(i, conv(4, 3, same))(one)));
    return numbered(4, conv(4, 3, { ...same, activation: 'linear' }))(nn.concatenate()(sides));
  },
};

function pipeline(layers: readonly nn.Layer[]): nn.LayerLike {
  return nn.sequentialLayer(layers.map((layer, i) => numbered(i, layer)));
}

function graph(draw: Draw, shapes: readonly nn.ExampleShape[]): nn.LayerLike {
  const inputs = shapes.map((shape) => nn.input(shape));
  return nn.functional({ inputs, outputs: draw(inputs) });
}

/** The trees of weights of a model, from a list in the order of its numbered layers. */
function placed(layer: nn.LayerLike, shapes: Shapes, weights: readonly Tensor[]): [nn.Weights, nn.Weights] {
  const trees: [Record<string, object>, Record<string, object>] = [{}, {}];
  const places = layer.weights(shapes).toSorted((a, b) => Number(a.path[0]) - Number(b.path[0]));
  if (places.length !== weights.length) throw new Error(`${places.length} weights, ${weights.length} in the file`);
  places.forEach(({ path, trainable }, i) => {
    const tree = trees[trainable ? 0 : 1] as Record<string, object>;
    const [owner, name] = path as [string, string];
    tree[owner] = { ...tree[owner], [name]: weights[i] };
  });
  return trees as unknown as [nn.Weights, nn.Weights];
}

type Shapes = nn.ExampleShape | readonly nn.ExampleShape[];

function compareModel(name: string, one: ModelCase): Comparison | undefined {
  const { input, inputs = [], weights, expected } = one;
  const chain = Object.hasOwn(pipelines, name) ? pipelines[name] : undefined;
  const draw = Object.hasOwn(graphs, name) ? graphs[name] : undefined;
  if (chain === undefined && draw === undefined) return undefined;
  const shapes = input ? input.shape : inputs.map(({ shape }) => shape);
  const layer = chain ? pipeline(chain) : graph(draw as Draw, shapes as readonly nn.ExampleShape[]);
  const forward = (x: nn.Signal, all: readonly Tensor[]): Tensor =>
    layer.apply(...placed(layer, shapes, all), x, inference).output as Tensor;
  const captured = jit(forward);
  const distances = backends.running.flatMap((backend) =>
    on(backend, () => {
      const x = input ? asTensor(input, [1]) : inputs.map((own) => asTensor(own, [1]));
      const own = weights.map((weight) => asTensor(weight));
      return [forward, captured].map((run) => {
        const output = run(x as never, own as never) as Tensor;
        if (!sameShape(output.shape.slice(1), expected.shape)) return Infinity;
        const found = output.dataSync() as ArrayLike<number>;
        return Math.max(
          ...expected.data.map((value, i) => Math.abs(value - (found[i] as number)) / Math.max(1, Math.abs(value))),
        );
      });
    }),
  );
  const worst = Math.max(...distances);
  // What the digits of the files leave off adds up from layer to layer.
  return { text: `${name} off by ${worst.toExponential(1)}`, passed: worst <= 2 * allowed };
}

/** All comparisons with the models of a folder; none where it has no `keras-layers`. */
export function* compareModelsWithPublished(folder: string): Generator<Comparison> {
  for (const name of [...Object.keys(pipelines), ...Object.keys(graphs)]) {
    const [kind, number] = name.split('_') as [string, string];
    const path = join(folder, 'keras-layers', kind, `${number}.json`);
    if (!existsSync(path)) continue;
    const comparison = compareModel(
      name,
      (JSON.parse(readFileSync(path, 'utf8')) as Record<string, ModelCase>)[name] as ModelCase,
    );
    if (comparison) yield comparison;
  }
}
