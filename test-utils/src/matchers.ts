/**
 * Matchers for vitest that compare tensors and say where and by how much they differ:
 * `expect.extend(tensorMatchers)`, then `expect(x).toBeCloseToTensor(y, { ulp: 4 })`.
 */
import { type DType, isFloating, type NdArray, sameShape, stridesOf, Tensor, type TypedArray } from '@deft/core';
import { ulpDistance } from './ulp.ts';

/**
 * How far apart elements may be: units in the last place, NumPy's `|a − b| ≤ atol + rtol·|b|`, or
 * `|a − b| ≤ tolerance·max(1, |b|)`; equal if left out.
 */
export interface Closeness {
  readonly ulp?: number;
  readonly atol?: number;
  readonly rtol?: number;
  readonly tolerance?: number;
}

/** What the matchers compare. */
export type ArrayLike = Tensor | NdArray;

interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** The matchers. */
interface TensorMatchers<R> {
  /** Same shape and dtype, and every element as close as told. Prints the worst element. */
  toBeCloseToTensor(expected: ArrayLike, closeness?: Closeness): R;
  /** Same shape and dtype, and every element has the same bits; NaNs are equal whatever their payload. */
  toHaveBitsOf(expected: ArrayLike): R;
}

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: the interface of vitest that is extended here
  interface Matchers<T = any> extends TensorMatchers<T> {}
}

/** The elements of a tensor on the host. */
export function hostArray(value: ArrayLike): NdArray {
  if (!(value instanceof Tensor)) return value;
  return { shape: value.abstract.shape, dtype: value.dtype, data: value.dataSync() as unknown as TypedArray };
}

/** The place of an element: `[1, 2]`. */
function indexText(position: number, shape: readonly number[]): string {
  const strides = stridesOf(shape);
  const index = shape.map((dim, axis) => Math.floor(position / (strides[axis] as number)) % dim);
  return `[${index.join(', ')}]`;
}

/** An element that is not as it should be. */
export interface ElementDifference {
  readonly position: number;
  readonly expected: number;
  readonly found: number;
  readonly ulps: number;
}

/** How many elements `isWrong` says differ, and the one that is most units in the last place away. */
export function worstDifference(
  expected: NdArray,
  found: NdArray,
  isWrong: (expected: number, found: number) => boolean,
): { readonly count: number; readonly worst: ElementDifference | undefined } {
  let count = 0;
  let worst: ElementDifference | undefined;
  for (let position = 0; position < expected.data.length; position++) {
    const [want, got] = [expected.data[position] as number, found.data[position] as number];
    if (!isWrong(want, got)) continue;
    count++;
    const ulps = ulpDistance(want, got, expected.dtype);
    if (worst === undefined || ulps > worst.ulps) worst = { position, expected: want, found: got, ulps };
  }
  return { count, worst };
}

const numberText = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));
const typeText = ({ dtype, shape }: NdArray): string => `${dtype}[${shape.join(', ')}]`;

/** A difference in words. */
export function differenceText(expected: NdArray, count: number, worst: ElementDifference): string {
  const of = count === 1 ? '1 element differs' : `${count} of ${expected.data.length} elements differ, the worst`;
  const ulps = isFloating(expected.dtype) ? ` (${worst.ulps} ulp apart)` : '';
  const where = indexText(worst.position, expected.shape);
  return `${of} at ${where}: expected ${numberText(worst.expected)}, got ${numberText(worst.found)}${ulps}`;
}

/** Whether two elements are as close as told. */
function isClose(expected: number, found: number, dtype: DType, { ulp, atol, rtol, tolerance }: Closeness): boolean {
  if (expected === found || (Number.isNaN(expected) && Number.isNaN(found))) return true;
  if (ulp !== undefined && ulpDistance(expected, found, dtype) <= ulp) return true;
  if (!Number.isFinite(expected)) return false;
  const distance = Math.abs(expected - found);
  if (tolerance !== undefined && distance <= tolerance * Math.max(1, Math.abs(expected))) return true;
  return distance <= (atol ?? 0) + (rtol ?? 0) * Math.abs(expected);
}

function compare(
  received: ArrayLike,
  wanted: ArrayLike,
  isWrong: (expected: number, found: number, dtype: DType) => boolean,
  relation: string,
): MatcherResult {
  const [found, expected] = [hostArray(received), hostArray(wanted)];
  if (found.dtype !== expected.dtype || !sameShape(found.shape, expected.shape)) {
    return { pass: false, message: () => `expected ${typeText(expected)}, got ${typeText(found)}` };
  }
  const { count, worst } = worstDifference(expected, found, (a, b) => isWrong(a, b, expected.dtype));
  if (!worst) return { pass: true, message: () => `expected ${typeText(found)} not to be ${relation}` };
  return { pass: false, message: () => `${typeText(expected)}: ${differenceText(expected, count, worst)}` };
}

/** For `expect.extend`. */
export const tensorMatchers: {
  toBeCloseToTensor(received: ArrayLike, expected: ArrayLike, closeness?: Closeness): MatcherResult;
  toHaveBitsOf(received: ArrayLike, expected: ArrayLike): MatcherResult;
} = {
  toBeCloseToTensor: (received, expected, closeness = {}) =>
    compare(received, expected, (a, b, dtype) => !isClose(a, b, dtype, closeness), 'close to the other tensor'),
  toHaveBitsOf: (received, expected) =>
    compare(received, expected, (a, b) => !Object.is(a, b), 'bit for bit the other tensor'),
};
