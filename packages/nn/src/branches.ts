/** `branches`: several layers on the same input, and a merge of their outputs, as one layer. */
import type { Tensor } from '@deft/core';
import { InnerLayers, stored } from './inner-layers.ts';
import type { ExampleShape, Layer, LayerOptions } from './layer.ts';
import { asLayer } from './layer-call.ts';
import { reject } from './options.ts';

/**
 * Gives the same input to several layers and joins their outputs: `branches(add(), [block, activation('linear')])` is a
 * residual connection. Its parameters and its state are trees by the layers' names, as those of `sequentialLayer`.
 *
 * @throws `E_LAYER` for fewer than two layers and for a name given twice
 * @example
 * ```ts
 * import { activation, add, branches, dense, sequentialLayer } from '@deft/nn';
 * const block = sequentialLayer([dense(16, { activation: 'relu' }), dense(4)]);
 * console.log(branches(add(), [block, activation('linear')]).outputShape([4])); // [4]
 * ```
 */
export function branches(merge: Layer<readonly Tensor[]>, layers: readonly Layer[], options: LayerOptions = {}): Layer {
  if (!Array.isArray(layers) || layers.length < 2) reject('branches', 'layers', 'two layers or more', layers);
  const inner = new InnerLayers('branches', layers, options);
  const shapes = (inputShape: ExampleShape): ExampleShape[] => inner.layers.map(() => inputShape);
  return asLayer<Tensor, Tensor>({
    ...inner.traits,
    config: { merge: stored(merge), layers: inner.layers.map(stored) },
    outputShape: (inputShape) => merge.outputShape(inner.layers.map((layer) => layer.outputShape(inputShape))),
    weights: (inputShape) => inner.weights(shapes(inputShape)),
    initialize: (key, inputShape) => inner.initialize(key, shapes(inputShape)),
    decodingState: (inputShape, decoding) => inner.decodingState(shapes(inputShape), decoding),
    apply: (parameters, state, x, context) => {
      const pass = inner.pass(parameters, state, context);
      const results = inner.layers.map((layer) => pass.apply(layer, x, context.mask));
      const mask = results.map((result) => result.mask as Tensor | undefined);
      const joined = merge.apply(
        {},
        {},
        results.map(({ output }) => output as Tensor),
        { ...context, mask },
      );
      return pass.finish(joined.output, joined.mask);
    },
    with: (changes) => branches(merge, layers, inner.changed(options, changes)),
  });
}
