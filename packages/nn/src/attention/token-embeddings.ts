/** What language models begin and end with: `tokenAndPositionEmbedding` and `reversibleEmbedding`. */
import type { Tensor } from '@deft/core';
import { add, cast, gather, matmul, notEqual } from '@deft/tensor';
import { defineLayer } from '../define-layer.ts';
import { embedding } from '../embedding.ts';
import { InnerLayers } from '../inner-layers.ts';
import type { ExampleShape, Layer, LayerLike, LayerOptions, Signal } from '../layer.ts';
import { areSeveral, asLayer } from '../layer-call.ts';
import { flag, wholeNumber } from '../options.ts';
import type { SymbolicTensor } from '../symbolic-tensor.ts';
import { checkWeightOptions, type WeightOptions } from '../weight-options.ts';
import { positionEmbedding } from './positions.ts';

/** Options of `tokenAndPositionEmbedding`. The rows begin uniform between −0.05 and 0.05 unless told. */
export interface TokenAndPositionEmbeddingOptions extends LayerOptions, WeightOptions<'embeddings'> {
  /** Whether token 0 stands for nothing: later layers, the loss and the metrics do not count it. False unless told. */
  readonly maskZero?: boolean;
}

/**
 * The row of each token plus the row of its position: `[steps]` becomes `[steps, embeddingDim]`.
 *
 * Weights `tokenEmbedding/embeddings` `[vocabularySize, embeddingDim]` and `positionEmbedding/embeddings`
 * `[sequenceLength, embeddingDim]`.
 *
 * @param vocabularySize how many tokens there are
 * @param sequenceLength steps of the longest sequence
 * @throws `E_LAYER` for bad options and longer sequences
 * @example
 * ```ts
 * import { tokenAndPositionEmbedding } from '@deft/nn';
 * console.log(tokenAndPositionEmbedding(1000, 64, 16).outputShape([12])); // → [12, 16]
 * ```
 */
export function tokenAndPositionEmbedding(
  vocabularySize: number,
  sequenceLength: number,
  embeddingDim: number,
  options: TokenAndPositionEmbeddingOptions = {},
): Layer {
  const kind = 'tokenAndPositionEmbedding';
  wholeNumber(kind, 'vocabularySize', vocabularySize);
  wholeNumber(kind, 'sequenceLength', sequenceLength);
  wholeNumber(kind, 'embeddingDim', embeddingDim);
  const maskZero = flag(kind, 'maskZero', options.maskZero ?? false);
  const { config } = checkWeightOptions(kind, options, { embeddings: 'randomUniform' });
  const own = config as WeightOptions<'embeddings'>;
  const inner = new InnerLayers(
    kind,
    [
      embedding(vocabularySize, embeddingDim, { ...own, maskZero, name: 'tokenEmbedding' }),
      positionEmbedding(sequenceLength, { ...own, name: 'positionEmbedding' }),
    ],
    options,
  );
  const [tokens, positions] = inner.layers as [Layer, Layer];
  const shapes = (inputShape: ExampleShape): ExampleShape[] => [inputShape, tokens.outputShape(inputShape)];
  return asLayer<Tensor, Tensor>({
    ...inner.traits,
    config: { vocabularySize, sequenceLength, embeddingDim, maskZero, ...config },
    outputShape: (inputShape) => positions.outputShape(tokens.outputShape(inputShape)),
    weights: (inputShape) => inner.weights(shapes(inputShape)),
    initialize: (key, inputShape) => inner.initialize(key, shapes(inputShape)),
    decodingState: (inputShape, decoding) => inner.decodingState(shapes(inputShape), decoding),
    apply: (parameters, state, x, context) => {
      const pass = inner.pass(parameters, state, context);
      const rows = pass.apply(tokens, x, context.mask);
      const places = pass.apply(positions, rows.output, undefined);
      return pass.finish(add(rows.output as Tensor, places.output as Tensor) as Tensor, rows.mask ?? context.mask);
    },
    with: (changes) =>
      tokenAndPositionEmbedding(vocabularySize, sequenceLength, embeddingDim, inner.changed(options, changes)),
  });
}

/** Options of `reversibleEmbedding`. The rows begin uniform between −0.05 and 0.05 unless told. */
export interface ReversibleEmbeddingOptions extends LayerOptions, WeightOptions<'embeddings'> {
  /** Whether the way back uses the same weights, rather than `reverseEmbeddings`; true unless told. */
  readonly tieWeights?: boolean;
  /** Whether 0 stands for nothing: later layers, the loss and the metrics do not count it. False unless told. */
  readonly maskZero?: boolean;
}

/** A layer with a way back. */
export interface ReversibleEmbedding extends Layer<Signal> {
  /** What stands for the products with all rows, in a model that is drawn up: `[…, outputDim]` becomes `[…, inputDim]`. */
  reverse(x: SymbolicTensor): SymbolicTensor;
  with(options: LayerOptions): ReversibleEmbedding;
}

/**
 * An `embedding` with a way back: whole numbers become rows of a table, `[…]` → `[…, outputDim]`; `reverse` gives the products of
 * vectors with all rows, `[…, outputDim]` → `[…, inputDim]`, which are the logits of a language model (Press and Wolf 2017).
 * Applied to tensors, an array of one batch, `[x]`, goes the way back.
 *
 * Weights `embeddings` `[inputDim, outputDim]`, and `reverseEmbeddings` `[outputDim, inputDim]` unless the weights are tied.
 *
 * @throws `E_LAYER` for bad options, and on the way back for vectors of another size
 * @example
 * ```ts
 * import { dense, functional, input, reversibleEmbedding } from '@deft/nn';
 * const tokens = reversibleEmbedding(100, 16);
 * const x = input([12]);
 * const model = functional({ inputs: x, outputs: tokens.reverse(dense(16)(tokens(x))) });
 * console.log(model.outputShape([12])); // → [12, 100]
 * ```
 */
export function reversibleEmbedding(
  inputDim: number,
  outputDim: number,
  options: ReversibleEmbeddingOptions = {},
): ReversibleEmbedding {
  const kind = 'reversibleEmbedding';
  wholeNumber(kind, 'inputDim', inputDim);
  wholeNumber(kind, 'outputDim', outputDim);
  const tieWeights = flag(kind, 'tieWeights', options.tieWeights ?? true);
  const maskZero = flag(kind, 'maskZero', options.maskZero ?? false);
  const own = checkWeightOptions(kind, options, { embeddings: 'randomUniform' });
  const layer = defineLayer<Signal>({
    kind,
    options,
    mask: 'ends',
    config: { inputDim, outputDim, tieWeights, maskZero, ...own.config },
    outputShape: (shapes, fail) => {
      if (!areSeveral(shapes)) return [...shapes, outputDim];
      const [shape, ...more] = shapes as readonly [ExampleShape, ...ExampleShape[]];
      if (more.length > 0 || shape.at(-1) !== outputDim) {
        fail({ expected: `one batch of shape [..., ${outputDim}] on the way back`, found: JSON.stringify(shapes) });
      }
      return [...shape.slice(0, -1), inputDim];
    },
    weights: () => [
      own.declare('embeddings', [inputDim, outputDim]),
      ...(tieWeights ? [] : [own.declare('embeddings', [outputDim, inputDim], 'reverseEmbeddings')]),
    ],
    apply: ({ embeddings, reverseEmbeddings }, x, { mask }) => {
      if (Array.isArray(x)) {
        const [vectors] = x as [Tensor];
        const logits =
          reverseEmbeddings === undefined
            ? matmul(vectors, embeddings as Tensor, { transposeB: true })
            : matmul(vectors, reverseEmbeddings);
        const own = Array.isArray(mask) ? mask[0] : mask;
        return { output: logits as Tensor, state: {}, mask: own };
      }
      const indices = cast(x as Tensor, 'int32') as Tensor;
      const rows = gather(embeddings as Tensor, indices, { axis: 0 }) as Tensor;
      return maskZero ? { output: rows, state: {}, mask: notEqual(indices, 0) as Tensor } : rows;
    },
  });
  const made = asLayer({
    ...layer,
    reverse: (x: SymbolicTensor): SymbolicTensor => made([x]) as SymbolicTensor,
    with: (changes: LayerOptions) => reversibleEmbedding(inputDim, outputDim, { ...options, ...changes }),
  } as LayerLike<Signal>) as ReversibleEmbedding;
  return made;
}
