/** Rounding to the floats of two bytes, and arithmetic of long integers, against definitions that owe nothing to the code. */
import { fromStored, roundToBfloat16, roundToFloat16, toElement, toStored } from '@deft/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BinaryScalar } from './expression.ts';
import { binaryFunction, castFunction, unaryFunction } from './scalar-functions.ts';

/** All numbers of a half format, ascending, without NaN. */
function numbersOf(dtype: 'float16' | 'bfloat16'): number[] {
  const bits = Uint16Array.from({ length: 65536 }, (_, i) => i);
  const values = fromStored(dtype, new Uint8Array(bits.buffer));
  return [...values].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
}

/** The nearest of all numbers, half to the one with an even last bit. */
function nearestOf(dtype: 'float16' | 'bfloat16', all: readonly number[], x: number, largest: number): number {
  // Beyond the largest number the next one would have been; from half way on it is an infinity.
  const step = dtype === 'float16' ? 32 : 2 ** 120;
  if (Math.abs(x) >= largest + step / 2) return x > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const finite = all.filter(Number.isFinite);
  let low = 0;
  let high = finite.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((finite[middle] as number) <= x) low = middle;
    else high = middle;
  }
  const [below, above] = [finite[low] as number, finite[high] as number];
  if (x - below !== above - x) return x - below < above - x ? below : above;
  const isEven = (value: number): boolean => ((toStored(dtype, new Float32Array([value]))[0] as number) & 1) === 0;
  return isEven(below) ? below : above;
}

describe.each([
  ['float16', roundToFloat16, 65504],
  ['bfloat16', roundToBfloat16, (2 - 2 ** -7) * 2 ** 127],
] as const)('%s', (dtype, round, largest) => {
  const all = numbersOf(dtype);

  it('rounds to the nearest of its numbers, half to even', () => {
    const anywhere = fc.oneof(
      fc.double({ min: -1e5, max: 1e5, noNaN: true }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.double({ min: -1e-6, max: 1e-6, noNaN: true }),
      // Half way between two of them.
      fc.nat(all.length - 4).map((i) => ((all[i + 1] as number) + (all[i + 2] as number)) / 2),
    );
    fc.assert(
      fc.property(anywhere, (x) => {
        if (!Number.isFinite(x)) return;
        expect(round(x) + 0).toBe(nearestOf(dtype, all, x, largest) + 0);
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps its own numbers, and what is not finite', () => {
    for (const value of all) expect(Object.is(round(value), value)).toBe(true);
    expect(round(Number.NaN)).toBeNaN();
    expect(Object.is(round(-0), -0)).toBe(true);
  });

  it('is stored in two bytes and read back', () => {
    const values = Float32Array.from([...all, Number.NaN]);
    const stored = toStored(dtype, values);
    expect(stored.byteLength).toBe(2 * values.length);
    const again = fromStored(dtype, new Uint8Array(stored.buffer as ArrayBuffer));
    expect([...again].every((value, i) => Object.is(value, values[i]))).toBe(true);
  });
});

describe('int64', () => {
  const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  const apply = (op: BinaryScalar, x: bigint, y: bigint): bigint =>
    toElement('int64', binaryFunction(op, 'int64')(x as never, y as never) as never as bigint) as never as bigint;
  const wrap = (x: bigint): bigint => BigInt.asIntN(64, x);

  it('wraps, divides towards zero, and shifts by the low six bits', () => {
    fc.assert(
      fc.property(long, long, (x, y) => {
        expect(apply('add', x, y)).toBe(wrap(x + y));
        expect(apply('sub', x, y)).toBe(wrap(x - y));
        expect(apply('mul', x, y)).toBe(wrap(x * y));
        expect(apply('div', x, y)).toBe(y === 0n ? 0n : wrap(x / y));
        expect(apply('rem', x, y)).toBe(y === 0n ? 0n : x % y);
        expect(apply('shiftLeft', x, y)).toBe(wrap(x << BigInt.asUintN(6, y)));
        expect(apply('shiftRight', x, y)).toBe(x >> BigInt.asUintN(6, y));
        expect(unaryFunction('not', 'int64')(x as never)).toBe(-1n - x);
      }),
    );
  });

  it('raises to powers as repeated products do', () => {
    fc.assert(
      fc.property(long, fc.nat(40), (x, n) => {
        let product = 1n;
        for (let i = 0; i < n; i++) product = wrap(product * x);
        expect(apply('pow', x, BigInt(n))).toBe(product);
      }),
    );
  });

  it('comes from floats by cutting off, and ends at its ends', () => {
    const cast = castFunction('float64', 'int64') as (x: number) => unknown;
    expect([1.9, -1.9, 2 ** 62, Number.NaN].map(cast)).toEqual([1n, -1n, 2n ** 62n, 0n]);
    expect([1e300, -1e300, Number.POSITIVE_INFINITY].map(cast)).toEqual([2n ** 63n - 1n, -(2n ** 63n), 2n ** 63n - 1n]);
  });
});
