/** `sequentialLayer`: layers one after the other, as one layer. */
import type { Tensor } from '@deft/core';
import { InnerLayers, stored } from './inner-layers.ts';
import type { ExampleShape, Layer, LayerOptions, Mask } from './layer.ts';
import { asLayer } from './layer-call.ts';

/** A layer made of layers. */
export interface SequentialLayer extends Layer {
  /** The inner layers, named apart. */
  readonly layers: readonly Layer[];
  with(options: LayerOptions): SequentialLayer;
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
export function sequentialLayer(layers: readonly Layer[], options: LayerOptions = {}): SequentialLayer {
  const inner = new InnerLayers('sequential', layers, options);

  /** The shape that reaches every layer. */
  const shapes = (inputShape: ExampleShape): ExampleShape[] => {
    let shape = inputShape;
    return inner.layers.map((layer) => {
      const reached = shape;
      shape = layer.outputShape(shape);
      return reached;
    });
  };

  return asLayer({
    ...inner.traits,
    config: { layers: inner.layers.map(stored) },
    layers: inner.layers,
    outputShape: (inputShape: ExampleShape) =>
      inner.layers.reduce((shape: ExampleShape, layer) => layer.outputShape(shape), inputShape) as number[],
    weights: (inputShape: ExampleShape) => inner.weights(shapes(inputShape)),
    initialize: (key: Tensor, inputShape: ExampleShape) => inner.initialize(key, shapes(inputShape)),
    decodingState: (inputShape: ExampleShape, decoding) => inner.decodingState(shapes(inputShape), decoding),
    apply: (parameters, state, x, context) => {
      const pass = inner.pass(parameters, state, context);
      let output = x;
      let mask: Mask | undefined = context.mask;
      for (const layer of inner.layers) {
        const result = pass.apply(layer, output, mask);
        output = result.output as Tensor;
        mask = result.mask;
      }
      return pass.finish(output, mask);
    },
    with: (changes) => sequentialLayer(layers, inner.changed(options, changes)),
  } satisfies Omit<SequentialLayer, never> as never) as SequentialLayer;
}
