/** `spectralNormalization`: a layer whose kernel is divided by its largest singular value. */
import { sizeOf, Tensor } from '@deft/core';
import {
  cast,
  div,
  foldIn,
  matmul,
  maximum,
  mul,
  reshape,
  sqrt,
  square,
  stopGradient,
  sum,
  transpose,
} from '@deft/tensor';
import { createWeight, type Initializer } from './initializers.ts';
import { InnerLayers, innerWeights, stored } from './inner-layers.ts';
import type { ExampleShape, Layer, LayerOptions, WeightSpecification } from './layer.ts';
import { asLayer, isLayer } from './layer-call.ts';
import { reject, wholeNumber } from './options.ts';

/** Options of `spectralNormalization`. */
export interface SpectralNormalizationOptions extends LayerOptions {
  /** Steps of the power iteration in each training pass; 1 unless told. */
  readonly powerIterations?: number;
}

const start: Initializer = { name: 'truncatedNormal', mean: 0, standardDeviation: 0.02 };
/** Weights that are normalised, whichever a layer has. */
const kernels = ['kernel', 'embeddings'] as const;

const unit = (row: Tensor): Tensor => div(row, sqrt(maximum(sum(square(row)), 1e-12))) as Tensor;

/**
 * Divides a layer's kernel (as a matrix whose columns are its last axis) by its largest singular value, so that the layer
 * stretches no input (Miyato et al. 2018). A power iteration that goes on over training passes finds that value.
 *
 * The parameters are `{ [layerName]: { … } }`, with the kernel undivided; the state also has `vectorU` `[1, columns]`.
 *
 * @throws `E_LAYER` for bad options and a layer without `kernel` or `embeddings`
 * @example
 * ```ts
 * import { dense, spectralNormalization } from '@deft/nn';
 * import { key } from '@deft/tensor';
 * const layer = spectralNormalization(dense(3));
 * console.log(layer.initialize(key(0), [4]).state['vectorU']?.shape); // [1, 3]
 * ```
 */
export function spectralNormalization(given: Layer, options: SpectralNormalizationOptions = {}): Layer {
  const kind = 'spectralNormalization';
  if (!isLayer(given)) reject(kind, 'layer', 'a layer', given);
  if (given.name === 'vectorU') reject(kind, 'layer', 'another name than that of the state', given.name);
  const powerIterations = wholeNumber(kind, 'powerIterations', options.powerIterations ?? 1);
  const inner = new InnerLayers(kind, [given], options);
  const layer = inner.layers[0] as Layer;
  const kernelOf = (inputShape: ExampleShape): WeightSpecification => {
    const own = layer.weights(inputShape).find(({ path }) => path.length === 1 && kernels.includes(path[0] as never));
    return own ?? reject(kind, 'layer', 'a layer with kernel or embeddings', layer.kind);
  };
  const vectorOf = (inputShape: ExampleShape): WeightSpecification => {
    const { shape, dtype } = kernelOf(inputShape);
    return { path: ['vectorU'], shape: [1, shape.at(-1) as number], dtype, trainable: false, initializer: start };
  };
  return asLayer<Tensor, Tensor>({
    ...inner.traits,
    config: { layer: stored(layer), powerIterations },
    outputShape: (inputShape) => layer.outputShape(inputShape),
    weights: (inputShape) => [...inner.weights([inputShape]), vectorOf(inputShape)],
    initialize: (key, inputShape) => {
      const made = inner.initialize(key, [inputShape]);
      const { shape, dtype } = vectorOf(inputShape);
      const vectorU = cast(createWeight(start, foldIn(key, 1), shape), dtype) as Tensor;
      return { parameters: made.parameters, state: { ...made.state, vectorU } };
    },
    decodingState: (inputShape, decoding) => inner.decodingState([inputShape], decoding),
    apply: (parameters, state, x, context) => {
      const { path, trainable } = kernelOf(x.shape.slice(1));
      const weight = path[0] as string;
      const holder = trainable ? parameters : state;
      const own = innerWeights(holder, layer.name);
      const kernel = own[weight];
      const before = state['vectorU'];
      if (!(kernel instanceof Tensor) || !(before instanceof Tensor)) {
        return reject(kind, 'parameters', `${layer.name}/${weight} and the state vectorU`, kernel ?? before);
      }
      const last = kernel.shape.at(-1) as number;
      const matrix = reshape(kernel, [sizeOf(kernel.shape) / last, last]) as Tensor;
      const fixed = stopGradient(matrix) as Tensor;
      const turned = transpose(fixed) as Tensor;
      let u = before;
      let v = unit(matmul(u, turned) as Tensor);
      const moves = context.training && trainable;
      if (moves) {
        for (let i = 0; i < powerIterations; i++) {
          if (i > 0) v = unit(matmul(u, turned) as Tensor);
          u = unit(matmul(v, fixed) as Tensor);
        }
      }
      const largest = sum(mul(matmul(v, matrix) as Tensor, moves ? u : unit(u))) as Tensor;
      const normal = { ...holder, [layer.name]: { ...own, [weight]: div(kernel, largest) as Tensor } };
      const pass = inner.pass(trainable ? normal : parameters, trainable ? state : normal, context);
      const result = pass.apply(layer, x, context.mask);
      const finished = pass.finish(result.output as Tensor, result.mask);
      // The kernel of a frozen layer is part of the state, which keeps it undivided.
      return { ...finished, state: { ...(trainable ? finished.state : state), vectorU: u } };
    },
    with: (changes) => spectralNormalization(given, inner.changed(options, changes)),
  });
}
