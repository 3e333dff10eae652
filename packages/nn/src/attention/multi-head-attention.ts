/** `multiHeadAttention` and `groupedQueryAttention`: attention over several projections at a time. */
import type { Tensor } from '@deft/core';
import type { Layer, LayerOptions, Signal } from '../layer.ts';
import { reject, wholeNumber } from '../options.ts';
import { headsAttention } from './heads-attention.ts';
import type { HeadsOptions } from './heads-options.ts';

/** Options of `multiHeadAttention`. */
export interface MultiHeadAttentionOptions extends HeadsOptions {
  /** Features of a head's values; `keyDim` unless told. */
  readonly valueDim?: number | null;
  /** Dims in place of the features of the query; those features unless told. */
  readonly outputShape?: number | readonly number[] | null;
  /** Axes of the batch (the first of an example is 1) that attention goes along; all but the features unless told. */
  readonly attentionAxes?: number | readonly number[] | null;
}

function dims(kind: string, option: unknown): readonly number[] | null {
  if (option === undefined || option === null) return null;
  const given: readonly unknown[] = Array.isArray(option) ? option : [option];
  if (given.length === 0 || given.length > 8) reject(kind, 'outputShape', 'one to 8 dims', option);
  return given.map((dim) => wholeNumber(kind, 'outputShape', dim));
}

/**
 * Multi-head attention (Vaswani et al. 2017): queries, keys and values are projected to heads of `keyDim` features, the values of
 * each head are mixed by the softmax of `query · keyᵀ / √keyDim`, and what all heads give is projected back. Takes
 * `[query, value]` or `[query, value, key]`, each `[steps, features]`, or one batch that attends to itself.
 *
 * Weights `query/kernel` `[features, heads, keyDim]` and `query/bias` `[heads, keyDim]`, the same under `key` and `value`, and
 * `attentionOutput/kernel` `[heads, valueDim, features]` and `attentionOutput/bias` `[features]`.
 *
 * Masked steps of values and keys get no weight. Where a step may see nothing at all, and where it is masked itself, all
 * values get the same weight. The mask of the query goes on.
 *
 * @param numHeads how many heads
 * @param keyDim features of a head's queries and keys
 * @throws `E_LAYER` for bad options and inputs that do not fit
 * @example
 * ```ts
 * import { multiHeadAttention } from '@deft/nn';
 * const layer = multiHeadAttention(2, 8, { useCausalMask: true });
 * console.log(layer.outputShape([5, 16])); // → [5, 16]
 * console.log(layer.outputShape([[5, 16], [7, 12]]), layer.weights([[5, 16], [7, 12]])[2]?.shape); // → [5, 16] [12, 2, 8]
 * ```
 */
export function multiHeadAttention(
  numHeads: number,
  keyDim: number,
  options: MultiHeadAttentionOptions & { readonly returnAttentionScores: true },
): Layer<Signal, readonly Tensor[]>;
export function multiHeadAttention(
  numHeads: number,
  keyDim: number,
  options?: MultiHeadAttentionOptions,
): Layer<Signal>;
export function multiHeadAttention(
  numHeads: number,
  keyDim: number,
  options: MultiHeadAttentionOptions = {},
): Layer<Signal, Signal> {
  const kind = 'multiHeadAttention';
  wholeNumber(kind, 'numHeads', numHeads);
  wholeNumber(kind, 'keyDim', keyDim);
  const valueDim = wholeNumber(kind, 'valueDim', options.valueDim ?? keyDim);
  const outputShape = dims(kind, options.outputShape);
  const { attentionAxes = null } = options;
  return headsAttention(
    {
      kind,
      config: { numHeads, keyDim, valueDim, outputShape, attentionAxes },
      queryHeads: numHeads,
      keyValueHeads: numHeads,
      keyDim,
      valueDim,
      outputShape,
      attentionAxes,
      again: (changes: LayerOptions) => multiHeadAttention(numHeads, keyDim, { ...options, ...changes }),
    },
    options,
  );
}

/** Options of `groupedQueryAttention`. */
export interface GroupedQueryAttentionOptions extends HeadsOptions {}

/**
 * Grouped-query attention (Ainslie et al. 2023): as `multiHeadAttention`, but keys and values have fewer heads, each of which
 * serves a group of the query's. With one for each head of the query it is multi-head attention, with one for all it is
 * multi-query attention. Inputs, masks and names of weights are those of `multiHeadAttention`.
 *
 * @param headDim features of a head
 * @param numQueryHeads heads of the query, a multiple of `numKeyValueHeads`
 * @param numKeyValueHeads heads of keys and values
 * @throws `E_LAYER` for bad options and inputs that do not fit
 * @example
 * ```ts
 * import { groupedQueryAttention } from '@deft/nn';
 * const layer = groupedQueryAttention(8, 4, 2);
 * console.log(layer.outputShape([5, 16]), layer.weights([5, 16])[2]?.shape); // → [5, 16] [16, 2, 8]
 * ```
 */
export function groupedQueryAttention(
  headDim: number,
  numQueryHeads: number,
  numKeyValueHeads: number,
  options: GroupedQueryAttentionOptions & { readonly returnAttentionScores: true },
): Layer<Signal, readonly Tensor[]>;
export function groupedQueryAttention(
  headDim: number,
  numQueryHeads: number,
  numKeyValueHeads: number,
  options?: GroupedQueryAttentionOptions,
): Layer<Signal>;
export function groupedQueryAttention(
  headDim: number,
  numQueryHeads: number,
  numKeyValueHeads: number,
  options: GroupedQueryAttentionOptions = {},
): Layer<Signal, Signal> {
  const kind = 'groupedQueryAttention';
  wholeNumber(kind, 'headDim', headDim);
  wholeNumber(kind, 'numQueryHeads', numQueryHeads);
  wholeNumber(kind, 'numKeyValueHeads', numKeyValueHeads);
  if (numQueryHeads % numKeyValueHeads !== 0) {
    reject(kind, 'numQueryHeads', `a multiple of numKeyValueHeads, ${numKeyValueHeads}`, numQueryHeads);
  }
  return headsAttention(
    {
      kind,
      config: { headDim, numQueryHeads, numKeyValueHeads },
      queryHeads: numQueryHeads,
      keyValueHeads: numKeyValueHeads,
      keyDim: headDim,
      valueDim: headDim,
      outputShape: null,
      attentionAxes: [1],
      again: (changes: LayerOptions) =>
        groupedQueryAttention(headDim, numQueryHeads, numKeyValueHeads, { ...options, ...changes }),
    },
    options,
  );
}
