/** `timeDistributed`: a layer on every step of sequences, with the same weights. */
import { shapeText, Tensor } from '@deft/core';
import { any, reshape } from '@deft/tensor';
import { InnerLayers, stored } from '../inner-layers.ts';
import type { ExampleShape, Layer, LayerLike, LayerOptions, Mask, OutputShapesOf, Signal } from '../layer.ts';
import { areSeveral, asLayer, isLayer } from '../layer-call.ts';
import { reject } from '../options.ts';

/** The first two axes, batch and steps, as one. */
function joined(x: Tensor): Tensor {
  const [batch, steps, ...rest] = x.shape as readonly [number, number, ...number[]];
  return reshape(x, [batch * steps, ...rest]) as Tensor;
}

/**
 * Applies a layer to every step of sequences `[steps, …]`, always with the same weights: the steps of all sequences are the
 * examples of one batch.
 *
 * A mask of steps stays as it is. Of a mask of steps of steps (words of sentences of texts), the layer gets what concerns each step, and
 * where it gives none, a step counts in which anything does. The parameters are `{ [layerName]: { … } }`.
 *
 * @throws `E_LAYER` for anything but a layer of one input, and inputs that are no sequences
 * @example
 * ```ts
 * import { conv2d, timeDistributed } from '@deft/nn';
 * console.log(timeDistributed(conv2d(4, 3)).outputShape([5, 8, 8, 1])); // [5, 6, 6, 4]
 * ```
 */
export function timeDistributed<O extends Signal = Tensor>(
  given: Layer<Tensor, O>,
  options: LayerOptions = {},
): Layer<Tensor, O> {
  const kind = 'timeDistributed';
  if (!isLayer(given)) reject(kind, 'layer', 'a layer', given);
  const inner = new InnerLayers(kind, [given as unknown as LayerLike<Tensor, O>], options);
  const layer = inner.layers[0] as LayerLike<Tensor, O>;
  const stepOf = (inputShape: ExampleShape): ExampleShape => {
    if (inputShape.length === 0) reject(kind, 'input', 'sequences of shape [steps, ...]', shapeText(inputShape));
    return inputShape.slice(1);
  };
  return asLayer<Tensor, O>({
    ...inner.traits,
    config: { layer: stored(layer as unknown as LayerLike) },
    outputShape: (inputShape) => {
      const shape: number[] | number[][] = layer.outputShape(stepOf(inputShape));
      const steps = inputShape[0] as number;
      const all = areSeveral(shape) ? shape.map((one) => [steps, ...one]) : [steps, ...(shape as number[])];
      return all as OutputShapesOf<O>;
    },
    weights: (inputShape) => inner.weights([stepOf(inputShape)]),
    initialize: (key, inputShape) => inner.initialize(key, [stepOf(inputShape)]),
    // Each step is an example of its own: there is nothing to go on with.
    decodingState: () => ({}),
    apply: (parameters, state, x, context) => {
      stepOf(x.shape.slice(1));
      const [batch, steps] = x.shape as readonly [number, number, ...number[]];
      const apart = (one: Tensor): Tensor =>
        reshape(one, [batch, steps, ...(one.shape.slice(1) as number[])]) as Tensor;
      const mask = context.mask as Tensor | undefined;
      const ofSteps = mask !== undefined && mask.rank > 2 ? joined(mask) : undefined;
      const pass = inner.pass(parameters, state, context);
      const result = pass.apply(layer as unknown as LayerLike, joined(x), ofSteps);
      const output = result.output instanceof Tensor ? apart(result.output) : result.output.map(apart);
      return pass.finish(output as O, maskAfter(mask, ofSteps, result.mask, apart));
    },
    with: (changes) => timeDistributed(given, inner.changed(options, changes)),
  });
}

/** Which steps count after the layer: by the masks of the sequences, of each step, and of what the layer gave for each. */
function maskAfter(
  mask: Tensor | undefined,
  ofSteps: Tensor | undefined,
  given: Mask | undefined,
  apart: (one: Tensor) => Tensor,
): Mask | undefined {
  if (ofSteps === undefined) return mask;
  if (given instanceof Tensor) return apart(given);
  if (given !== undefined) return given.map((one) => one && apart(one));
  const axes = Array.from({ length: ofSteps.rank - 1 }, (_, i) => i + 1);
  return apart(any(ofSteps, { axis: axes }) as Tensor);
}
