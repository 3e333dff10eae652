/** `sequentialLayer`: layers one after the other, as one layer. */
import { foldIn } from '@deft/tensor';
import {
  checkLayerName,
  type ExampleShape,
  type Layer,
  type LayerContext,
  type LayerOutput,
  type Weights,
} from './layer.ts';
import { inner, nameApart, stored } from './nested.ts';

/** Options of `sequentialLayer`. */
export interface SequentialLayerOptions {
  readonly name?: string;
}

/** A layer made of layers. */
export interface SequentialLayer extends Layer {
  /** The inner layers, named apart. */
  readonly layers: readonly Layer[];
  rename(name: string): SequentialLayer;
}

/**
 * Composes layers: the output of each is the input of the next. Its parameters are `{ [layerName]: { … } }`, without
 * entries for layers that have none, and the same holds for its state. Layers that keep their default name are numbered.
 *
 * @throws `E_LAYER` for a name given twice; every function names the inner layer that cannot take its input
 * @example
 * ```ts
 * import { dense, dropout, sequentialLayer } from '@deft/nn';
 * import { key } from '@deft/tensor';
 * const layer = sequentialLayer([dense(8, { activation: 'relu' }), dropout(0.1), dense(2)]);
 * const { parameters } = layer.initialize(key(0), [4]);
 * console.log(Object.keys(parameters), layer.outputShape([4])); // ['dense', 'dense_1'] [2]
 * ```
 */
export function sequentialLayer(layers: readonly Layer[], options: SequentialLayerOptions = {}): SequentialLayer {
  const name = options.name ?? 'sequential';
  checkLayerName('sequential', name);
  const named = nameApart('sequential', layers);

  /** Every layer with the shape that reaches it. */
  const placed = (inputShape: ExampleShape): { layer: Layer; input: ExampleShape }[] => {
    let shape = inputShape;
    return named.map((layer) => {
      const input = shape;
      shape = layer.outputShape(shape);
      return { layer, input };
    });
  };

  return {
    kind: 'sequential',
    name,
    config: { layers: named.map(stored) },
    random: named.some((layer) => layer.random),
    holdsCode: named.some((layer) => layer.holdsCode),
    layers: named,
    outputShape: (inputShape) =>
      named.reduce((shape: ExampleShape, layer) => layer.outputShape(shape), inputShape) as number[],
    weights: (inputShape) =>
      placed(inputShape).flatMap(({ layer, input }) =>
        layer.weights(input).map((weight) => ({ ...weight, path: [layer.name, ...weight.path] })),
      ),
    initialize: (key, inputShape) => {
      const parameters: Record<string, Weights> = {};
      const state: Record<string, Weights> = {};
      placed(inputShape).forEach(({ layer, input }, i) => {
        const made = layer.initialize(foldIn(key, i), input);
        if (Object.keys(made.parameters).length > 0) parameters[layer.name] = made.parameters;
        if (Object.keys(made.state).length > 0) state[layer.name] = made.state;
      });
      return { parameters, state };
    },
    apply: (parameters, state, x, { training, key }): LayerOutput => {
      let output = x;
      const next: Record<string, Weights> = {};
      named.forEach((layer, i) => {
        const needsKey = layer.random && training && key !== undefined;
        const context: LayerContext = needsKey ? { training, key: foldIn(key, i) } : { training };
        const result = layer.apply(inner(parameters, layer.name), inner(state, layer.name), output, context);
        output = result.output;
        if (Object.keys(result.state).length > 0) next[layer.name] = result.state;
      });
      return { output, state: next };
    },
    rename: (other) => sequentialLayer(layers, { ...options, name: other }),
  };
}
