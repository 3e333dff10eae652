/**
 * How far a function is from the truth on samples: half of them evenly spaced, half with random bits between the ends, so
 * that every magnitude occurs. The error is counted in units in the last place of the true value.
 */
import { jit, tensor } from '@deft/tensor';
import { on } from '../conformance/modes.ts';
import * as B from './big-float.ts';
import type { Contract, Range } from './contract.ts';

/** Floating dtypes of the contract. */
export type MeasuredDType = 'float32' | 'float64';

/** Bits of the fraction and the exponents of normal numbers. */
const formats: Readonly<
  Record<MeasuredDType, { readonly fraction: number; readonly least: number; readonly most: number }>
> = {
  float32: { fraction: 23, least: -126, most: 127 },
  float64: { fraction: 52, least: -1022, most: 1023 },
};

/** Random words, the same for the same seed (xorshift). */
function randomWords(seed: number): () => number {
  let state = (Math.imul(seed, 0x9e3779b1) | 1) >>> 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
}

const doubles = new Float64Array(1);
const doubleBits = new BigInt64Array(doubles.buffer);

/** Position among all doubles, in their order. */
function position(value: number): bigint {
  doubles[0] = value;
  const bits = doubleBits[0] as bigint;
  return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits;
}

function atPosition(place: bigint): number {
  doubleBits[0] = place < 0n ? -place | -0x8000000000000000n : place;
  return doubles[0] as number;
}

/** Samples of intervals in a dtype, ends and zeros left out. */
export function samplesOf(ranges: readonly Range[], dtype: MeasuredDType, count: number, seed: number): number[] {
  const most = dtype === 'float32' ? (2 - 2 ** -23) * 2 ** 127 : Number.MAX_VALUE;
  const word = randomWords(seed);
  const each = Math.ceil(count / ranges.length / 2);
  const values = ranges.flatMap(([from, to]) => {
    const [low, high] = [Math.max(from, -most), Math.min(to, most)];
    const [first, last] = [position(low), position(high)];
    return Array.from({ length: each }, (_, i) => {
      const part = (i + 0.5) / each;
      const dense = low * (1 - part) + high * part;
      const share = (BigInt(word()) << 32n) | BigInt(word());
      return [dense, atPosition(first + (((last - first) * share) >> 64n))];
    }).flat();
  });
  const stored = values.map((value) => (dtype === 'float32' ? Math.fround(value) : value));
  return stored.filter((value) => value !== 0 && ranges.some(([from, to]) => value > from && value < to));
}

/** Distance of a result from the truth in units in the last place of the truth, or of `near` where that is larger. */
export function ulpsFrom(found: number, truth: B.BigFloat, dtype: MeasuredDType, near = 0): number {
  const { fraction, least, most } = formats[dtype];
  const exponent = Math.max(least, Math.min(most, B.exponentOf(truth)), near > 0 ? Math.log2(near) : least);
  const top = B.scaled(B.big(B.signOf(truth)), most + 1);
  if (Number.isNaN(found)) return Number.POSITIVE_INFINITY;
  // Infinity stands for the number behind the largest; a truth beyond that is rounded to it.
  const bounded = B.isLess(B.absolute(top), B.absolute(truth)) ? top : truth;
  const value = Number.isFinite(found) ? B.big(found) : B.scaled(B.big(Math.sign(found)), most + 1);
  return Math.abs(B.toNumber(B.scaled(B.sub(value, bounded), fraction - exponent)));
}

/** The worst of some samples. */
export interface Measured {
  readonly ulps: number;
  readonly at: readonly number[];
  readonly found: number;
}

/** Inputs and what is true of them, made once for all backends. */
export interface Samples {
  readonly inputs: readonly (readonly number[])[];
  readonly truths: readonly B.BigFloat[];
}

/** Samples of a function of the contract. */
export function samplesFor(
  { ranges, second, truth, isPole }: Contract,
  dtype: MeasuredDType,
  count: number,
  seed: number,
): Samples {
  const everywhere: readonly Range[] = [
    [-Number.MAX_VALUE, Number.MAX_VALUE],
    [-10, 10],
  ];
  const first = samplesOf(ranges ?? everywhere, dtype, count, seed).filter((x) => !isPole?.(x));
  if (!second) return { inputs: [first], truths: first.map((x) => truth(B.big(x))) };
  const others = samplesOf(second, dtype, 2 * count, seed + 1);
  const paired = first.map((_, i) => others[(i * 7919) % others.length] as number);
  return { inputs: [first, paired], truths: first.map((x, i) => truth(B.big(x), B.big(paired[i] as number))) };
}

/** The worst result on a backend, at once or captured. */
export function measure(
  { f, near }: Contract,
  dtype: MeasuredDType,
  samples: Samples,
  backend: string,
  captured: boolean,
): Measured {
  const found = on(backend, () => {
    const tensors = samples.inputs.map((values) => tensor(values as number[], { shape: [values.length], dtype }));
    return (captured ? jit(f) : f)(...tensors).dataSync();
  });
  let worst: Measured = { ulps: 0, at: [], found: 0 };
  samples.truths.forEach((truth, i) => {
    const ulps = ulpsFrom(Number(found[i]), truth, dtype, near);
    if (ulps > worst.ulps)
      worst = { ulps, at: samples.inputs.map((values) => values[i] as number), found: Number(found[i]) };
  });
  return worst;
}
