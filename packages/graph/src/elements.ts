/**
 * Numbers as graph text writes them: exact, so they read back to the same bits, and no longer than needed for their
 * dtype. NaN, the infinities and −0 are written by name.
 */
import { bytesOf, type DType, isComplex, isFloating, toElement } from '@deft/core';

/** A number as text; `Number(text)` gives it back. */
export function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Digits with which to begin looking for the shortest text of a float, by the bytes of its dtype. */
const fewestDigits: Readonly<Record<number, number>> = { 2: 2, 4: 6 };

/** An element of that dtype as text: the shortest decimal that reads back to the same element. */
export function elementText(value: number, dtype: DType): string {
  if (dtype === 'bool') return value === 0 ? 'false' : 'true';
  if (isFloating(dtype) || isComplex(dtype)) {
    for (let digits = fewestDigits[bytesOf(dtype)] ?? 17; digits <= 9; digits++) {
      const short = Number(value.toPrecision(digits));
      if (Object.is(toElement(dtype, short), value)) return numberText(short);
    }
  }
  return numberText(value);
}
