/** `integerLookup`: whole numbers of a vocabulary by their place in it, and back. */
import type { Tensor } from '@deft/core';
import {
  add,
  cast,
  clip,
  equal,
  gather,
  less,
  logicalAnd,
  logicalNot,
  mod,
  mul,
  searchSorted,
  tensor,
  where,
} from '@deft/tensor';
import { defineLayer } from '../define-layer.ts';
import { toCompute } from '../dtype-policy.ts';
import type { Layer, LayerOptions } from '../layer.ts';
import { flag, oneOf, reject, wholeNumber } from '../options.ts';
import { type AdaptData, numberList, numbersLike, plainData } from './numbers.ts';
import { asWhole, type CategoryOutput, categoryOutputs, encode, encodedShape } from './whole-numbers.ts';

/** Options of `adaptIntegerLookup`. */
export interface AdaptIntegerLookupOptions extends LayerOptions {
  /** The most places that there are, those of unknown numbers and of the mask included; as many as needed unless told. */
  readonly maxTokens?: number | null;
  /**
   * How many places there are for numbers that are not in the vocabulary, 1 unless told; with several, the remainder of their
   * division decides. With none, they are −1, and leave zeros in vectors (Keras raises an error).
   */
  readonly numOovIndices?: number;
  /** A number that stands for nothing, whose place is 0; there is none unless told. It has a place with `outputMode: 'int'` only. */
  readonly maskToken?: number | null;
  /** What `invert` gives for places that are not of the vocabulary; −1 unless told. */
  readonly oovToken?: number;
  /** Whether it turns places into numbers; false unless told. */
  readonly invert?: boolean;
  /** How places are given; `int` unless told. `tfIdf` is `count`, each place times its weight of `idfWeights`. */
  readonly outputMode?: CategoryOutput | 'tfIdf';
  /** Whether vectors have `maxTokens` places, even where the vocabulary is smaller; false unless told. */
  readonly padToMaxTokens?: boolean;
}

/** Options of `integerLookup`. */
export interface IntegerLookupOptions extends AdaptIntegerLookupOptions {
  /** The numbers that have a place, in its order, each once. */
  readonly vocabulary: readonly number[];
  /** What each number of the vocabulary counts for with `tfIdf`; unknown ones count for the mean of all. */
  readonly idfWeights?: readonly number[] | null;
}

const kind = 'integerLookup';

/** A whole number that an int32 holds. */
function token(option: string, value: unknown): number {
  if (typeof value === 'number' && Object.is(value | 0, value)) return value;
  return reject(kind, option, 'a whole number from −2³¹ to below 2³¹', value);
}

/** The options but for the layer's own, checked. */
function check(options: IntegerLookupOptions) {
  const vocabulary = numberList(kind, 'vocabulary', options.vocabulary).map((one) => token('vocabulary', one));
  const numOovIndices = wholeNumber(kind, 'numOovIndices', options.numOovIndices ?? 1, 0);
  const maskToken = options.maskToken == null ? null : token('maskToken', options.maskToken);
  const oovToken = token('oovToken', options.oovToken ?? -1);
  const invert = flag(kind, 'invert', options.invert ?? false);
  const outputMode = oneOf(kind, 'outputMode', options.outputMode ?? 'int', [...categoryOutputs, 'tfIdf'] as const);
  const padToMaxTokens = flag(kind, 'padToMaxTokens', options.padToMaxTokens ?? false);
  const idfWeights = options.idfWeights == null ? null : numberList(kind, 'idfWeights', options.idfWeights);
  if (new Set(vocabulary).size !== vocabulary.length || vocabulary.includes(maskToken as number)) {
    reject(kind, 'vocabulary', 'each number once, and not the mask', options.vocabulary);
  }
  if (
    (outputMode === 'tfIdf') !== (idfWeights !== null) ||
    (idfWeights?.length ?? vocabulary.length) !== vocabulary.length
  ) {
    reject(kind, 'idfWeights', "one for each of the vocabulary with outputMode 'tfIdf', else none", options.idfWeights);
  }
  if (invert && outputMode !== 'int') reject(kind, 'outputMode', "'int' with invert", outputMode);
  /** Places before those of the vocabulary. */
  const before = numOovIndices + (maskToken !== null && outputMode === 'int' ? 1 : 0);
  const size = before + vocabulary.length;
  const maxTokens = options.maxTokens == null ? null : wholeNumber(kind, 'maxTokens', options.maxTokens);
  if (maxTokens !== null && maxTokens < size)
    reject(kind, 'maxTokens', `at least ${size} for this vocabulary`, maxTokens);
  if (padToMaxTokens && maxTokens === null) reject(kind, 'maxTokens', 'a number with padToMaxTokens', maxTokens);
  const depth = padToMaxTokens ? (maxTokens as number) : size;
  const config = {
    vocabulary,
    numOovIndices,
    maskToken,
    oovToken,
    invert,
    outputMode,
    idfWeights,
    maxTokens,
    padToMaxTokens,
  };
  return { config, before, depth };
}

type Checked = ReturnType<typeof check>;

const whole = (values: readonly number[], like: Tensor): Tensor =>
  tensor(like.dtype === 'int64' ? (values.map(BigInt) as never) : [...values], {
    dtype: like.dtype as 'int32',
  }) as Tensor;

/** The places of numbers, as int32. */
function placesOf(x: Tensor, { config, before }: Checked): Tensor {
  const { vocabulary, numOovIndices, maskToken, outputMode } = config;
  const order = vocabulary.map((_, i) => i).sort((a, b) => (vocabulary[a] as number) - (vocabulary[b] as number));
  const sorted = whole(
    order.map((i) => vocabulary[i] as number),
    x,
  );
  const at = clip(searchSorted(sorted, x), 0, vocabulary.length - 1) as Tensor;
  const isKnown = equal(gather(sorted, at, { axis: 0 }), x) as Tensor;
  const known = gather(
    tensor(
      order.map((i) => i + before),
      { dtype: 'int32' },
    ) as Tensor,
    at,
    { axis: 0 },
  ) as Tensor;
  const first = before - numOovIndices;
  const unknown =
    numOovIndices > 1
      ? (add(cast(mod(x, whole([numOovIndices], x)), 'int32'), first) as Tensor)
      : numOovIndices === 1
        ? first
        : -1;
  const places = where(isKnown, known, unknown) as Tensor;
  if (maskToken === null) return places;
  const isMask = equal(x, whole([maskToken], x)) as Tensor;
  return where(isMask, outputMode === 'int' ? 0 : -1, places) as Tensor;
}

/** The numbers at places. */
function tokensAt(x: Tensor, { config, before, depth }: Checked): Tensor {
  const { vocabulary, maskToken, oovToken } = config;
  const table = Array.from({ length: Math.max(depth, 1) }, (_, i) => vocabulary[i - before] ?? oovToken);
  if (maskToken !== null) table[0] = maskToken;
  const isInside = logicalAnd(logicalNot(less(x, 0)), less(x, table.length)) as Tensor;
  const at = cast(clip(x, 0, table.length - 1), 'int32') as Tensor;
  return where(isInside, gather(tensor(table, { dtype: 'int32' }) as Tensor, at, { axis: 0 }), oovToken) as Tensor;
}

/**
 * Whole numbers by their place in a vocabulary: first comes that of `maskToken`, if there is one, then those of unknown numbers,
 * then the vocabulary's, as `int32`; or, by `outputMode`, vectors with one for each place. With `invert`, places become numbers.
 * `adaptIntegerLookup` finds the vocabulary in data.
 *
 * @throws `E_LAYER` for bad options, among them numbers that int32 does not hold or that are there twice
 * @example
 * ```ts
 * import { integerLookup } from '@deft/nn';
 * import { tensor } from '@deft/tensor';
 * const x = tensor([[12, 36, 1138, 42]], { dtype: 'int32' });
 * const layer = integerLookup({ vocabulary: [12, 36, 1138] });
 * console.log(layer.apply({}, {}, x, { training: false }).output.toArray()); // → [[1, 2, 3, 0]]
 * ```
 */
export function integerLookup(options: IntegerLookupOptions): Layer {
  const checked = check(options);
  const { config, depth, before } = checked;
  const mode = config.outputMode === 'tfIdf' ? 'count' : config.outputMode;
  return defineLayer({
    kind,
    options,
    ...(mode === 'int' ? { mask: 'keeps' } : { mask: 'ends' }),
    config,
    outputShape: (inputShape) => encodedShape(inputShape, mode, depth),
    apply: (_, given) => {
      const x = asWhole(given);
      if (config.invert) return tokensAt(x, checked);
      const vectors = encode(placesOf(x, checked), mode, depth, options.dtype);
      if (config.idfWeights === null) return vectors;
      const { idfWeights } = config;
      const mean = idfWeights.reduce((sum, one) => sum + one, 0) / idfWeights.length;
      const weights = Array.from({ length: depth }, (_, i) => (i < before ? mean : (idfWeights[i - before] ?? 0)));
      return toCompute(options.dtype, mul(vectors, numbersLike(weights, vectors.dtype)) as Tensor);
    },
  });
}

/**
 * `integerLookup` with the numbers of data as its vocabulary, as Keras's `adapt` finds them: the most frequent first, of equally
 * frequent ones the larger. With `outputMode: 'tfIdf'`, the weights are `log(1 + n / (1 + m))` for `n` examples of which `m`
 * contain the number. `maskToken` and `oovToken` are no part of it.
 *
 * @throws `E_LAYER` for bad options and data without examples
 * @example
 * ```ts
 * import { adaptIntegerLookup } from '@deft/nn';
 * const layer = await adaptIntegerLookup([[7, 7], [5, 7], [9, 9]]);
 * console.log(layer.config.vocabulary); // → [7, 9, 5]
 * ```
 */
export async function adaptIntegerLookup(data: AdaptData, options: AdaptIntegerLookupOptions = {}): Promise<Layer> {
  const { values, shape } = await plainData('adaptIntegerLookup', data);
  const { numOovIndices = 1, maskToken = null, oovToken = -1, outputMode, maxTokens } = options;
  const perExample = values.length / (shape[0] as number);
  const counts = new Map<number, number>();
  const examples = new Map<number, Set<number>>();
  values.forEach((value, i) => {
    if (value === maskToken || value === oovToken) return;
    counts.set(value, (counts.get(value) ?? 0) + 1);
    const within = examples.get(value) ?? new Set();
    examples.set(value, within.add(Math.floor(i / perExample)));
  });
  const reserved = numOovIndices + (maskToken !== null && (outputMode ?? 'int') === 'int' ? 1 : 0);
  const vocabulary = [...counts]
    .sort(([a, m], [b, n]) => n - m || b - a)
    .map(([value]) => value)
    .slice(0, maxTokens == null ? undefined : Math.max(0, maxTokens - reserved));
  const idf = (value: number): number => Math.log1p((shape[0] as number) / (1 + (examples.get(value)?.size ?? 0)));
  return integerLookup({ ...options, vocabulary, ...(outputMode === 'tfIdf' && { idfWeights: vocabulary.map(idf) }) });
}
