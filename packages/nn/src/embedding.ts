/** `embedding`: a row of a table for every index. */
import type { Tensor } from '@deft/core';
import { cast, gather, notEqual } from '@deft/tensor';
import { defineLayer } from './define-layer.ts';
import type { Layer, LayerOptions } from './layer.ts';
import { flag, wholeNumber } from './options.ts';
import { checkWeightOptions, type WeightOptions } from './weight-options.ts';

/** Options of `embedding`. The rows begin uniform between −0.05 and 0.05 unless told. */
export interface EmbeddingOptions extends LayerOptions, WeightOptions<'embeddings'> {
  /** Whether 0 stands for nothing: later layers, the loss and the metrics do not count it. False unless told. */
  readonly maskZero?: boolean;
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
  const maskZero = flag('embedding', 'maskZero', options.maskZero ?? false);
  const own = checkWeightOptions('embedding', options, { embeddings: 'randomUniform' });
  return defineLayer({
    kind: 'embedding',
    options,
    mask: 'ends',
    config: { inputDim, outputDim, maskZero, ...own.config },
    outputShape: (inputShape) => [...inputShape, outputDim],
    weights: () => [own.declare('embeddings', [inputDim, outputDim])],
    apply: ({ embeddings }, x) => {
      const indices = x.dtype === 'int32' ? x : cast(x, 'int32');
      const rows = gather(embeddings as Tensor, indices, { axis: 0 }) as Tensor;
      return maskZero ? { output: rows, state: {}, mask: notEqual(indices, 0) as Tensor } : rows;
    },
  });
}
