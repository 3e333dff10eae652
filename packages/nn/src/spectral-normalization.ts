/** `spectralNormalization`: a layer whose kernel is divided by its largest singular value. */
import { sizeOf, Tensor } from '@deft/core';
import { div, foldIn, matmul, maximum, mul, reshape, sqrt, square, stopGradient, sum, transpose } from '@deft/tensor';
import { createWeight, type Initializer } from './initializers.ts';
import { checkLayerName, type ExampleShape, type Layer, type WeightSpecification } from './layer.ts';
import { inner, stored } from './nested.ts';
import { reject, wholeNumber } from './options.ts';

/** Options of `spectralNormalization`. */
export interface SpectralNormalizationOptions {
  /** Steps of the power iteration in each training pass; 1 unless told. */
  readonly powerIterations?: number;
  readonly name?: string;
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
export function spectralNormalization(layer: Layer, options: SpectralNormalizationOptions = {}): Layer {
  const kind = 'spectralNormalization';
  const { name = kind } = options;
  checkLayerName(kind, name);
  if (typeof layer?.apply !== 'function') reject(kind, 'layer', 'a layer', layer);
  if (layer.name === 'vectorU') reject(kind, 'layer', 'another name than that of the state', layer.name);
  const powerIterations = wholeNumber(kind, 'powerIterations', options.powerIterations ?? 1);
  const kernelOf = (inputShape: ExampleShape): WeightSpecification => {
    const own = layer.weights(inputShape).find(({ path }) => path.length === 1 && kernels.includes(path[0] as never));
    return own ?? reject(kind, 'layer', 'a layer with kernel or embeddings', layer.kind);
  };
  const columns = (inputShape: ExampleShape): number => kernelOf(inputShape).shape.at(-1) as number;
  return {
    kind,
    name,
    config: { layer: stored(layer), powerIterations },
    random: layer.random,
    holdsCode: layer.holdsCode === true,
    outputShape: (inputShape) => layer.outputShape(inputShape),
    weights: (inputShape) => [
      ...layer.weights(inputShape).map((weight) => ({ ...weight, path: [layer.name, ...weight.path] })),
      { path: ['vectorU'], shape: [1, columns(inputShape)], dtype: 'float32', trainable: false, initializer: start },
    ],
    initialize: (key, inputShape) => {
      const made = layer.initialize(foldIn(key, 0), inputShape);
      const vectorU = createWeight(start, foldIn(key, 1), [1, columns(inputShape)]);
      return {
        parameters: { [layer.name]: made.parameters },
        state: { ...(Object.keys(made.state).length > 0 && { [layer.name]: made.state }), vectorU },
      };
    },
    apply: (parameters, state, x, context) => {
      const weight = kernelOf(x.shape.slice(1)).path[0] as string;
      const own = inner(parameters, layer.name);
      const kernel = own[weight];
      const given = state['vectorU'];
      if (!(kernel instanceof Tensor) || !(given instanceof Tensor)) {
        return reject(kind, 'parameters', `${layer.name}/${weight} and the state vectorU`, kernel ?? given);
      }
      const last = kernel.shape.at(-1) as number;
      const matrix = reshape(kernel, [sizeOf(kernel.shape) / last, last]) as Tensor;
      const fixed = stopGradient(matrix) as Tensor;
      const turned = transpose(fixed) as Tensor;
      let u = given;
      let v = unit(matmul(u, turned) as Tensor);
      if (context.training) {
        for (let i = 0; i < powerIterations; i++) {
          if (i > 0) v = unit(matmul(u, turned) as Tensor);
          u = unit(matmul(v, fixed) as Tensor);
        }
      }
      const largest = sum(mul(matmul(v, matrix) as Tensor, context.training ? u : unit(u))) as Tensor;
      const normal = { ...own, [weight]: div(kernel, largest) as Tensor };
      const result = layer.apply(normal, inner(state, layer.name), x, context);
      return {
        output: result.output,
        state: { ...(Object.keys(result.state).length > 0 && { [layer.name]: result.state }), vectorU: u },
      };
    },
    rename: (other) => spectralNormalization(layer, { ...options, name: other }),
  };
}
