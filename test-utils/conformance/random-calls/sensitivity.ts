/**
 * How close a mode has to come to the oracle on random elements. First as on samples (`tolerance.ts`). Where that fails the
 * call may be ill-conditioned at this point: then an element may be as far off as a few times the way that rounding of the
 * inputs moves it, and one that rounding moves to another whole number, or to or from NaN, is not compared.
 */
import { type DType, isDifferentiable, type NdArray, nd, ndFilled, randomNumbers } from '@deft/core';
import { inFloat } from '../calls.ts';
import { expectedOf, type TensorsFunction } from '../modes.ts';
import { expectResults, isWithin, toleranceOf } from '../tolerance.ts';

/** Roundings of the inputs that are tried. */
const trials = 6;
const allowance = 8;
/** Units in the last place that inputs are moved by. */
const movedBy = 4;

const unit: Readonly<Partial<Record<DType, number>>> = {
  float16: 2 ** -10,
  bfloat16: 2 ** -7,
  float32: 2 ** -23,
  float64: 2 ** -52,
  complex64: 2 ** -23,
};

function moved(inputs: readonly NdArray[], random: () => number): NdArray[] {
  return inputs.map((input) => {
    const step = (unit[input.dtype] ?? 0) * movedBy;
    if (step === 0) return input;
    const elements = Array.from(input.data, (x) => x * (1 + step * random()));
    return nd(input.shape, elements, input.dtype);
  });
}

/** Elements of int64 are bigints at run time: these are equal or infinitely far apart. */
function distance(a: number, b: number): number {
  if (Object.is(a, b) || a === b) return 0;
  if (typeof a !== 'number') return Number.POSITIVE_INFINITY;
  const far = Math.abs(a - b);
  return Number.isNaN(far) ? Number.POSITIVE_INFINITY : far;
}

/** How far rounding moves every element of every result. */
function reachOf(f: TensorsFunction, inputs: readonly NdArray[], expected: readonly NdArray[]): Float64Array[] {
  const random = randomNumbers(5);
  const reach = expected.map(({ data }) => new Float64Array(data.length));
  const others = Array.from({ length: trials }, () => expectedOf(f, moved(inputs, random)));
  const exact = inputs.map((input) => inFloat(input, 'float64'));
  if (exact.some((input, i) => input !== inputs[i])) others.push(expectedOf(f, exact));
  for (const results of others) {
    results.forEach(({ data }, o) => {
      const [own, want] = [reach[o] as Float64Array, (expected[o] as NdArray).data];
      own.forEach((far, i) => {
        own[i] = Math.max(far, distance(data[i] as number, want[i] as number));
      });
    });
  }
  return reach;
}

/** What results of a function at a point are compared with. The costlier rules are computed when they are first needed. */
export class Expected {
  readonly #f: TensorsFunction;
  readonly #inputs: readonly NdArray[];
  readonly #ulp: number;
  readonly results: readonly NdArray[];
  #scale: number | undefined;
  #reach: readonly Float64Array[] | undefined;

  constructor(f: TensorsFunction, inputs: readonly NdArray[], ulp: number) {
    this.#f = f;
    this.#inputs = inputs;
    this.#ulp = ulp;
    this.results = expectedOf(f, inputs);
  }

  /** Whether the point turned out to be ill-conditioned. */
  get isUnstable(): boolean {
    return this.#reach !== undefined;
  }

  /** Throws where results are further off than rounding explains. */
  compare(found: readonly NdArray[]): void {
    if (this.#holds(found, 0)) return;
    this.#scale ??= toleranceOf(this.#f, this.#inputs, this.#ulp).scale;
    if (this.#holds(found, this.#scale)) return;
    this.#reach ??= reachOf(this.#f, this.#inputs, this.results);
    expectResults(this.#excused(found, this.#reach), found, { ulp: this.#ulp, scale: this.#scale });
  }

  #holds(found: readonly NdArray[], scale: number): boolean {
    try {
      expectResults(this.results, found, { ulp: this.#ulp, scale });
      return true;
    } catch {
      return false;
    }
  }

  /** The expected results with what was found in place of elements that rounding moves as far. */
  #excused(found: readonly NdArray[], reach: readonly Float64Array[]): NdArray[] {
    const tolerance = { ulp: this.#ulp, scale: this.#scale ?? 0 };
    return this.results.map((want, o) => {
      const { data, shape, dtype } = found[o] as NdArray;
      if (String(shape) !== String(want.shape) || dtype !== want.dtype) return want;
      return ndFilled(want.shape, want.dtype, (i) => {
        const [expected, got] = [want.data[i] as number, data[i] as number];
        if (isWithin(expected, got, want.dtype, tolerance)) return got;
        const far = (reach[o] as Float64Array)[i] as number;
        const isExcused = isDifferentiable(want.dtype) ? distance(expected, got) <= allowance * far : far > 0;
        return isExcused ? got : expected;
      });
    });
  }
}
