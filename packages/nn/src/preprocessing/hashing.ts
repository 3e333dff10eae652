/**
 * Categories without a vocabulary: `hashing` spreads whole numbers over bins, `hashedCrossing` pairs of them. The hash is our own,
 * multiplications and shifts of 32 bits (the last steps are MurmurHash3's, A. Appleby, public domain), so bins differ from those
 * of Keras, which hashes the decimal digits.
 */
import { sameShape, shapeText, type Tensor } from '@deft/core';
import { add, bitwiseXor, cast, equal, mod, mul, rightShift, tensor, where } from '@deft/tensor';
import { defineLayer } from '../define-layer.ts';
import type { Layer, LayerOptions } from '../layer.ts';
import { oneOf, reject, wholeNumber } from '../options.ts';
import { asWhole, type CategoryOutput, categoryOutputs, encode, encodedShape } from './whole-numbers.ts';

/** 32 bits as a tensor. */
const bits = (value: number): Tensor => tensor(value >>> 0, { dtype: 'uint32' }) as Tensor;

const shifted = (hash: Tensor, by: number): Tensor => bitwiseXor(hash, rightShift(hash, bits(by))) as Tensor;

/** Spreads whole numbers over 32 bits; of int64 the lower half counts. */
function scatter(x: Tensor, salt: number): Tensor {
  const mixed = bitwiseXor(cast(x, 'uint32'), bits(salt)) as Tensor;
  const first = mul(shifted(mixed, 16), bits(0x85ebca6b)) as Tensor;
  const second = mul(shifted(first, 13), bits(0xc2b2ae35)) as Tensor;
  return shifted(second, 16);
}

/** Hashes spread over bins, as int32. */
const binOf = (hash: Tensor, bins: number): Tensor => cast(mod(hash, bits(bins)), 'int32') as Tensor;

/** Options of `hashedCrossing`. */
export interface HashedCrossingOptions extends LayerOptions {
  /** How bins are given; `int`, their number, unless told. */
  readonly outputMode?: Extract<CategoryOutput, 'int' | 'oneHot'>;
}

/** Options of `hashing`. */
export interface HashingOptions extends LayerOptions {
  /** How bins are given; `int`, their number, unless told. */
  readonly outputMode?: CategoryOutput;
  /** A number that stands for nothing: it alone is in bin 0. There is none unless told. */
  readonly maskValue?: number | null;
  /** Another salt gives other bins, from −2³¹ to below 2³²; 0 unless told. */
  readonly salt?: number;
}

/** A whole number of 32 bits. */
function wholeBits(layer: string, option: string, value: unknown): number {
  const fits = typeof value === 'number' && Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 32;
  return fits ? value : reject(layer, option, 'a whole number of 32 bits', value);
}

/**
 * Whole numbers spread over `numBins` bins, `int32` numbers from 0; or, by `outputMode`, vectors with a place for each bin.
 * Numbers that differ by multiples of 2³² are in the same bin.
 *
 * @throws `E_LAYER` for bad options
 * @example
 * ```ts
 * import { hashing } from '@deft/nn';
 * import { tensor } from '@deft/tensor';
 * const users = tensor([[1001, 77, 1001]], { dtype: 'int32' });
 * const [bins] = hashing(8).apply({}, {}, users, { training: false }).output.toArray() as number[][];
 * console.log(bins?.[0] === bins?.[2]); // → true
 * ```
 */
export function hashing(numBins: number, options: HashingOptions = {}): Layer {
  const kind = 'hashing';
  const maskValue = options.maskValue == null ? null : wholeBits(kind, 'maskValue', options.maskValue);
  wholeNumber(kind, 'numBins', numBins, maskValue === null ? 1 : 2);
  const salt = wholeBits(kind, 'salt', options.salt ?? 0);
  const outputMode = oneOf(kind, 'outputMode', options.outputMode ?? 'int', categoryOutputs);
  return defineLayer({
    kind,
    options,
    ...(outputMode === 'int' ? { mask: 'keeps' } : { mask: 'ends' }),
    config: { numBins, maskValue, salt, outputMode },
    outputShape: (inputShape) => encodedShape(inputShape, outputMode, numBins),
    apply: (_, given) => {
      const x = asWhole(given);
      const hash = scatter(x, salt);
      if (maskValue === null) return encode(binOf(hash, numBins), outputMode, numBins, options.dtype);
      const bin = where(equal(x, maskValue), 0, add(binOf(hash, numBins - 1), 1)) as Tensor;
      return encode(bin, outputMode, numBins, options.dtype);
    },
  });
}

/**
 * Pairs of whole numbers, two batches of one shape, spread over `numBins` bins: `int32` numbers from 0, or with `outputMode:
 * 'oneHot'` a vector each. The order of a pair matters.
 *
 * @throws `E_LAYER` for bad options and unless there are two batches of one shape
 * @example
 * ```ts
 * import { hashedCrossing } from '@deft/nn';
 * console.log(hashedCrossing(16, { outputMode: 'oneHot' }).outputShape([[1], [1]])); // [16]
 * ```
 */
export function hashedCrossing(numBins: number, options: HashedCrossingOptions = {}): Layer<readonly Tensor[]> {
  const kind = 'hashedCrossing';
  wholeNumber(kind, 'numBins', numBins);
  const outputMode = oneOf(kind, 'outputMode', options.outputMode ?? 'int', ['int', 'oneHot'] as const);
  return defineLayer<readonly Tensor[]>({
    kind,
    options,
    mask: 'ends',
    config: { numBins, outputMode },
    outputShape: (inputShapes, fail) => {
      const [first, second] = inputShapes;
      if (inputShapes.length !== 2 || !first || !second || !sameShape(first, second)) {
        return fail({ expected: 'two inputs of one shape', found: inputShapes.map(shapeText).join(' and ') });
      }
      return encodedShape(first, outputMode, numBins);
    },
    apply: (_, inputs) => {
      const [first, second] = inputs.map(asWhole) as [Tensor, Tensor];
      const crossed = add(mul(scatter(first, 0), bits(0x9e3779b1)), cast(second, 'uint32')) as Tensor;
      return encode(binOf(scatter(crossed, 0), numBins), outputMode, numBins, options.dtype);
    },
  });
}
