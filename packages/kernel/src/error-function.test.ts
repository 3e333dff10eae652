import fc from 'fast-check';
import { expect, it } from 'vitest';
import { errorFunction } from './error-function.ts';

const one = 10n ** 90n;
/** 2/√π, from π by Machin's formula. */
const scale = (2n * 10n ** 90n * 10n ** 90n) / root(machinPi() * one);

function machinPi(): bigint {
  const arctangentOfInverse = (n: bigint): bigint => {
    let term = one / n;
    let sum = term;
    for (let k = 1n; term !== 0n; k++) {
      term = -term / (n * n);
      sum += term / (2n * k + 1n);
    }
    return sum;
  };
  return 4n * (4n * arctangentOfInverse(5n) - arctangentOfInverse(239n));
}

function root(square: bigint): bigint {
  let guess = 1n << BigInt(Math.ceil(square.toString(2).length / 2));
  for (;;) {
    const next = (guess + square / guess) / 2n;
    if (next >= guess) return guess;
    guess = next;
  }
}

/** The Maclaurin series (DLMF 7.6.1) in exact fixed-point arithmetic with 90 decimals. */
function series(x: number): number {
  const scaled = (BigInt(Math.round(x * 2 ** 40)) * one) / 2n ** 40n;
  let power = scaled;
  let sum = 0n;
  for (let n = 0n; power !== 0n; n++) {
    sum += power / (2n * n + 1n);
    power = (-((power * scaled) / one) * scaled) / one / (n + 1n);
  }
  return Number((sum * scale) / one / 10n ** 65n) / 1e25;
}

it('agrees with the Maclaurin series to some units in the last place', () => {
  fc.assert(
    fc.property(fc.integer({ min: -7 * 2 ** 20, max: 7 * 2 ** 20 }), (n) => {
      const x = n / 2 ** 20;
      const expected = series(x);
      expect(Math.abs(errorFunction(x) - expected)).toBeLessThanOrEqual(4 * 2 ** -53 * Math.abs(expected));
    }),
    { numRuns: 1000 },
  );
});

it('is exact at the special values, odd, and linear near 0', () => {
  expect(errorFunction(0)).toBe(0);
  expect(errorFunction(-0)).toBe(-0);
  expect(errorFunction(Number.POSITIVE_INFINITY)).toBe(1);
  expect(errorFunction(Number.NEGATIVE_INFINITY)).toBe(-1);
  expect(errorFunction(Number.NaN)).toBeNaN();
  expect(errorFunction(2 ** -1000)).toBe(errorFunction(2 ** -100) * 2 ** -900);
  fc.assert(
    fc.property(fc.double(), (x) => {
      expect(errorFunction(-x)).toBe(-errorFunction(x));
    }),
  );
});
