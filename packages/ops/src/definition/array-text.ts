/**
 * Host arrays as text, as `print` writes them: nested in brackets, floats in as few digits as tell them apart in their dtype, and of
 * large arrays the first and last three entries of every axis.
 */
import { type DType, isComplex, isFloating, type NdArray, numbersPerElement, sizeOf, toElement } from '@deft/core';

/** Arrays of more elements are shortened. */
const mostElements = 1000;
/** Entries that are left at each end of an axis of a shortened array. */
const edge = 3;

function numberText(value: number | bigint, dtype: DType): string {
  if (dtype === 'bool') return value === 0 ? 'false' : 'true';
  if (typeof value === 'bigint' || !isFloating(dtype) || !Number.isFinite(value)) return String(value);
  if (Object.is(value, -0)) return '-0';
  for (let digits = 1; digits <= 9 && dtype !== 'float64'; digits++) {
    const short = Number(value.toPrecision(digits));
    if (toElement(dtype, short) === value) return String(short);
  }
  return String(value);
}

/** The text of an array; a scalar is a number. */
export function arrayText({ shape, dtype, data }: NdArray): string {
  const per = numbersPerElement(dtype);
  const isShort = sizeOf(shape) <= mostElements;
  const element = (position: number): string => {
    if (!isComplex(dtype)) return numberText(data[position] as number | bigint, dtype);
    const [re, im] = [data[per * position] as number, data[per * position + 1] as number];
    return `${numberText(re, 'float32')}${im < 0 || Object.is(im, -0) ? '-' : '+'}${numberText(Math.abs(im), 'float32')}i`;
  };
  const build = (axis: number, first: number): string => {
    if (axis === shape.length) return element(first);
    const size = shape[axis] as number;
    const stride = sizeOf(shape.slice(axis + 1));
    const places = Array.from({ length: size }, (_, i) => i);
    const kept = isShort || size <= 2 * edge ? places : [...places.slice(0, edge), -1, ...places.slice(-edge)];
    return `[${kept.map((i) => (i < 0 ? '…' : build(axis + 1, first + i * stride))).join(', ')}]`;
  };
  return build(0, 0);
}
