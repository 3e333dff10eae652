/** `residual`: layers one after the other, whose output is added to their input. */
import type { Tensor } from '@deft/core';
import { InnerLayers, stored } from '../inner-layers.ts';
import type { ExampleShape, Layer, LayerOptions, Mask } from '../layer.ts';
import { asLayer, isLayer } from '../layer-call.ts';
import { add } from '../merge.ts';
import { reject } from '../options.ts';

/** Options of `residual`. */
export interface ResidualOptions extends LayerOptions {
  /** What the input goes through before it is added, where the layers change its shape; nothing unless told. */
  readonly projection?: Layer | null;
}

/**
 * A residual connection (He et al. 2016): `x + f(x)`, or `projection(x) + f(x)`, where `f` is one layer or several, one after the
 * other. Its parameters and its state are trees by the layers' names, as those of `sequentialLayer`.
 *
 * @throws `E_LAYER` for a name given twice, and where `f(x)` and `x` do not broadcast together
 * @example
 * ```ts
 * import { dense, layerNormalization, residual } from '@deft/nn';
 * const block = residual([layerNormalization(), dense(32, { activation: 'relu' }), dense(8)]);
 * console.log(block.outputShape([8])); // → [8]
 * console.log(residual(dense(4), { projection: dense(4, { useBias: false }) }).outputShape([8])); // → [4]
 * ```
 */
export function residual(layers: Layer | readonly Layer[], options: ResidualOptions = {}): Layer {
  const kind = 'residual';
  const given = isLayer(layers) ? [layers] : layers;
  if (!Array.isArray(given) || given.length === 0) reject(kind, 'layers', 'a layer or several', layers);
  const { projection = null } = options;
  if (projection !== null && !isLayer(projection)) reject(kind, 'projection', 'a layer', projection);
  const inner = new InnerLayers<Layer>(kind, projection === null ? given : [...given, projection], options);
  const own = inner.layers.slice(0, given.length);
  const ahead = inner.layers[given.length];
  // The input is added in the dtype that the layers compute in.
  const sum = add({ dtype: inner.traits.settings.dtype });
  const aheadOf = (shape: ExampleShape): ExampleShape => (ahead === undefined ? shape : ahead.outputShape(shape));

  /** The shape that reaches every inner layer, and that of what the last of the row gives. */
  const follow = (inputShape: ExampleShape): { reached: ExampleShape[]; last: ExampleShape } => {
    let last = inputShape;
    const reached = own.map((layer) => {
      const shape = last;
      last = layer.outputShape(shape);
      return shape;
    });
    return { reached: ahead === undefined ? reached : [...reached, inputShape], last };
  };

  return asLayer<Tensor, Tensor>({
    ...inner.traits,
    config: { layers: own.map(stored), projection: ahead === undefined ? null : stored(ahead) },
    outputShape: (inputShape) => sum.outputShape([aheadOf(inputShape), follow(inputShape).last]),
    weights: (inputShape) => inner.weights(follow(inputShape).reached),
    initialize: (key, inputShape) => inner.initialize(key, follow(inputShape).reached),
    decodingState: (inputShape, decoding) => inner.decodingState(follow(inputShape).reached, decoding),
    apply: (parameters, state, x, context) => {
      const pass = inner.pass(parameters, state, context);
      let row: { output: Tensor; mask: Mask | undefined } = { output: x, mask: context.mask };
      for (const layer of own) {
        const { output, mask } = pass.apply(layer, row.output, row.mask);
        row = { output: output as Tensor, mask };
      }
      const start = ahead === undefined ? { output: x, mask: context.mask } : pass.apply(ahead, x, context.mask);
      const inputs = [start.output as Tensor, row.output];
      const mask = [start.mask, row.mask] as (Tensor | undefined)[];
      const joined = sum.apply({}, {}, inputs, { ...context, mask });
      return pass.finish(joined.output, joined.mask);
    },
    with: (changes) => residual(given, inner.changed(options, changes)),
  });
}

/** A residual connection from its configuration, whose layers are made already. */
export function residualFromConfig(layers: readonly Layer[], projection: Layer | null, options: LayerOptions): Layer {
  return residual(layers, { ...options, projection });
}
