/** `embedding`: a row of a table for every index. */
import type { Tensor } from '@deft/core';
import { cast, gather } from '@deft/tensor';
import { checkInitializer, type InitializerOption } from './initializers.ts';
import { defineLayer, type Layer } from './layer.ts';
import { wholeNumber } from './options.ts';

/** Options of `embedding`. */
export interface EmbeddingOptions {
  /** Uniform between −0.05 and 0.05 unless told. */
  readonly embeddingsInitializer?: InitializerOption;
  readonly name?: string;
}

/**
 * Turns whole numbers below `inputDim` into rows of length `outputDim`: `[…]` becomes `[…, outputDim]`.
 *
 * Weight `embeddings` `[inputDim, outputDim]`.
 *
 * @throws `E_LAYER` for bad options
 * @example
 * ```ts
 * import { embedding } from '@deft/nn';
 * console.log(embedding(1000, 16).outputShape([12])); // [12, 16]
 * ```
 */
export function embedding(inputDim: number, outputDim: number, options: EmbeddingOptions = {}): Layer {
  wholeNumber('embedding', 'inputDim', inputDim);
  wholeNumber('embedding', 'outputDim', outputDim);
  const initializer = checkInitializer(
    'embedding',
    'embeddingsInitializer',
    options.embeddingsInitializer ?? 'randomUniform',
  );
  return defineLayer({
    kind: 'embedding',
    name: options.name,
    config: { inputDim, outputDim, embeddingsInitializer: initializer },
    named: (name) => embedding(inputDim, outputDim, { ...options, name }),
    outputShape: (inputShape) => [...inputShape, outputDim],
    weights: () => [{ name: 'embeddings', shape: [inputDim, outputDim], initializer }],
    apply: ({ embeddings }, x) => {
      const indices = x.dtype === 'int32' ? x : cast(x, 'int32');
      return gather(embeddings as Tensor, indices, { axis: 0 });
    },
  });
}
