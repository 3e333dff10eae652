/** Attention with one head and hardly any weights: `attention` and `additiveAttention`. */
import { shapeText, type Tensor } from '@deft/core';
import { add, cast, dropout as dropElements, expandDims, matmul, mul, squeeze, sum, tanh } from '@deft/tensor';
import { defineLayer, type OwnWeights, type WeightDeclaration } from '../define-layer.ts';
import type { ExampleShape, Layer, LayerConfig, LayerContext, LayerOptions, Signal } from '../layer.ts';
import type { Fail } from '../layer-errors.ts';
import { flag, numberBetween, oneOf } from '../options.ts';
import { allOf, seenByPlace, softmaxOfSeen } from './attend.ts';
import {
  type AttentionInputs,
  checkPairs,
  maskOfOutputs,
  sortMasks,
  sortShapes,
  sortSignal,
} from './attention-inputs.ts';
import { type Extended, emptyCache, extendCache, positionIn, scaleWhere } from './key-value-cache.ts';
import { positionsFrom } from './rotation.ts';

/** Options that the layers of this file share. */
interface SharedOptions extends LayerOptions {
  /** Probability with which a weight is dropped in training; 0 unless told. */
  readonly dropout?: number;
  /** Whether a step sees only the values up to its own place; false unless told. */
  readonly useCausalMask?: boolean;
  /** Whether the weights, `[targets, sources]`, are a second output; false unless told. */
  readonly returnAttentionScores?: boolean;
}

/** What differs between the layers of this file. */
interface ScoreRule {
  readonly kind: string;
  readonly config: LayerConfig;
  weights(features: number): readonly WeightDeclaration[];
  /** `[batch, targets, sources]` of `[batch, targets, features]` and `[batch, sources, features]`. */
  scores(weights: OwnWeights, query: Tensor, key: Tensor): Tensor;
}

function attentionOf(rule: ScoreRule, options: SharedOptions): Layer<Signal, Signal> {
  const { kind } = rule;
  const dropout = numberBetween(kind, 'dropout', options.dropout ?? 0, 0, 1);
  const useCausalMask = flag(kind, 'useCausalMask', options.useCausalMask ?? false);
  const returnAttentionScores = flag(kind, 'returnAttentionScores', options.returnAttentionScores ?? false);
  const sortAndCheck = (shapes: ExampleShape | readonly ExampleShape[], fail: Fail): AttentionInputs<ExampleShape> => {
    const sorted = sortShapes(shapes, false, fail);
    const { query, value, key } = sorted;
    for (const shape of [query, value, key]) {
      if (shape.length !== 2) fail({ expected: 'examples of shape [steps, features]', found: shapeText(shape) });
    }
    checkPairs(value.slice(0, 1), key.slice(0, 1), fail);
    if (query[1] !== key[1]) {
      fail({ expected: 'query and key of as many features', found: `${shapeText(query)} and ${shapeText(key)}` });
    }
    return sorted;
  };
  return defineLayer<Signal, Signal>({
    kind,
    options,
    mask: 'ends',
    config: { ...rule.config, dropout, useCausalMask, returnAttentionScores },
    random: dropout > 0,
    outputShape: (shapes, fail) => {
      const { query, value } = sortAndCheck(shapes, fail);
      const output = [query[0] as number, value[1] as number];
      return returnAttentionScores ? [output, [query[0] as number, value[0] as number]] : output;
    },
    weights: (shapes, fail) => rule.weights(sortAndCheck(shapes, fail).query[1] as number),
    apply: (weights, x, context, fail) => {
      const given = sortSignal(x, false, fail);
      const masks = sortMasks(x, context, false, fail);
      const { query } = given;
      const decoded = useCausalMask && positionIn(weights) ? goOn(weights, given, masks.value) : undefined;
      const { key, value } = decoded ?? given;
      const scores = rule.scores(weights, query, key);
      const seen =
        decoded?.seen ??
        allOf([
          masks.value && (expandDims(masks.value, 1) as Tensor),
          seenByPlace(positionsFrom(undefined, query.shape[1] as number), value.shape[1] as number, {
            isCausal: useCausalMask,
          }),
        ]);
      const measured = decoded ? (mul(scores, scaleWhere(decoded.fits, 1, scores.dtype)) as Tensor) : scores;
      const shares = dropped(softmaxOfSeen(measured, seen), dropout, context);
      const mixed = matmul(shares, value) as Tensor;
      // Steps of the query that do not count give zeros.
      const counts = masks.query && (cast(expandDims(masks.query, -1), mixed.dtype) as Tensor);
      const output = counts ? (mul(mixed, counts) as Tensor) : mixed;
      return {
        output: returnAttentionScores ? [output, shares] : output,
        state: decoded?.cache ?? {},
        mask: maskOfOutputs(masks.query, returnAttentionScores),
      };
    },
    decodingState: (shapes, decoding, fail) => {
      if (!useCausalMask) return {};
      const { value, key } = sortAndCheck(shapes, fail);
      return emptyCache(decoding, 1, key[1] as number, value[1] as number, options.dtype);
    },
  });
}

/** Keys and values behind those that are there, as of one head. */
function goOn(weights: OwnWeights, { key, value }: AttentionInputs<Tensor>, counts: Tensor | undefined): Extended {
  const extended = extendCache(weights, expandDims(key, 2) as Tensor, expandDims(value, 2) as Tensor, counts);
  return {
    ...extended,
    key: squeeze(extended.key, 2) as Tensor,
    value: squeeze(extended.value, 2) as Tensor,
  };
}

function dropped(weights: Tensor, rate: number, { training, key }: LayerContext): Tensor {
  return training && rate > 0 ? (dropElements(weights, { rate, key: key as Tensor }) as Tensor) : weights;
}

/** Options of `attention`. */
export interface AttentionLayerOptions extends SharedOptions {
  /** Whether products are multiplied by a weight; false unless told. */
  readonly useScale?: boolean;
  /** How query and key are compared: by their product, or by the tanh of their sum; `dot` unless told. */
  readonly scoreMode?: 'dot' | 'concat';
}

/** Sums of tanh over the features of every pair: `[batch, targets, sources, features]` before the sum. */
const pairSums = (query: Tensor, key: Tensor): Tensor => add(expandDims(query, 2), expandDims(key, 1)) as Tensor;

/**
 * Dot-product attention (Luong et al. 2015): the values mixed by the softmax of `query · keyᵀ`, without a scale unless told.
 * Takes `[query, value]` or `[query, value, key]`, each `[steps, features]`, or one batch that attends to itself.
 *
 * Weights `scale` `[]` with `useScale`, and `concatScoreWeight` `[]` in the mode `concat`. Masked values get no weight, and where
 * all are masked, all get the same; masked steps of the query give zeros, and the query's mask goes on.
 *
 * @throws `E_LAYER` for bad options and inputs that do not fit
 * @example
 * ```ts
 * import { attention } from '@deft/nn';
 * import { tensor } from '@deft/tensor';
 * const query = tensor([[[100, 0]]]);
 * const value = tensor([[[1, 0], [0, 1]]]);
 * console.log(attention().apply({}, {}, [query, value], { training: false }).output.toArray()); // [[[1, 0]]]
 * ```
 */
export function attention(
  options: AttentionLayerOptions & { readonly returnAttentionScores: true },
): Layer<Signal, readonly Tensor[]>;
export function attention(options?: AttentionLayerOptions): Layer<Signal>;
export function attention(options: AttentionLayerOptions = {}): Layer<Signal, Signal> {
  const useScale = flag('attention', 'useScale', options.useScale ?? false);
  const scoreMode = oneOf('attention', 'scoreMode', options.scoreMode ?? 'dot', ['dot', 'concat'] as const);
  const one = (name: string): WeightDeclaration => ({ name, shape: [], initializer: { name: 'ones' } });
  return attentionOf(
    {
      kind: 'attention',
      config: { useScale, scoreMode },
      weights: () => [
        ...(useScale ? [one('scale')] : []),
        ...(scoreMode === 'concat' ? [one('concatScoreWeight')] : []),
      ],
      scores: ({ scale, concatScoreWeight }, query, key) => {
        const scaled = (x: Tensor): Tensor => (scale === undefined ? x : (mul(x, scale) as Tensor));
        if (concatScoreWeight === undefined) return scaled(matmul(query, key, { transposeB: true }) as Tensor);
        const agreement = tanh(scaled(pairSums(query, key))) as Tensor;
        return mul(sum(agreement, { axis: -1 }), concatScoreWeight) as Tensor;
      },
    },
    options,
  );
}

/** Options of `additiveAttention`. */
export interface AdditiveAttentionOptions extends SharedOptions {
  /** Whether the features of the sum are weighted; true unless told. */
  readonly useScale?: boolean;
}

/**
 * Additive attention (Bahdanau et al. 2015): the values mixed by the softmax of `sum(scale · tanh(query + key))`. Takes
 * `[query, value]` or `[query, value, key]`, each `[steps, features]`, or one batch that attends to itself.
 *
 * Weight `scale` `[features]`, which begins as `glorotUniform`. Masks count as in `attention`.
 *
 * @throws `E_LAYER` for bad options and inputs that do not fit
 * @example
 * ```ts
 * import { additiveAttention } from '@deft/nn';
 * console.log(additiveAttention().outputShape([[3, 8], [5, 8]])); // [3, 8]
 * ```
 */
export function additiveAttention(
  options: AdditiveAttentionOptions & { readonly returnAttentionScores: true },
): Layer<Signal, readonly Tensor[]>;
export function additiveAttention(options?: AdditiveAttentionOptions): Layer<Signal>;
export function additiveAttention(options: AdditiveAttentionOptions = {}): Layer<Signal, Signal> {
  const useScale = flag('additiveAttention', 'useScale', options.useScale ?? true);
  return attentionOf(
    {
      kind: 'additiveAttention',
      config: { useScale },
      weights: (features) =>
        useScale ? [{ name: 'scale', shape: [features], initializer: { name: 'glorotUniform' } }] : [],
      scores: ({ scale }, query, key) => {
        const agreement = tanh(pairSums(query, key)) as Tensor;
        return sum(scale === undefined ? agreement : mul(agreement, scale), { axis: -1 }) as Tensor;
      },
    },
    options,
  );
}
