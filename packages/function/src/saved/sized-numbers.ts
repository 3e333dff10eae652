/**
 * Numbers that follow from sizes, as data: what stands in place of a number in the text of a graph that is the same at every size. Dims
 * and most attributes are sums of products of sizes; what a function computes with a size (a mean divides by it) may be one over
 * such a sum, or its root.
 */
import { numberAt, type SizeExpression, type SizeFitter } from '@deft/compiler';
import { type DType, toElement } from '@deft/core';

/** What is made of a whole number. */
export const numberForms = ['whole', 'part', 'inverse', 'root', 'inverseRoot'] as const;
type NumberForm = (typeof numberForms)[number];

/** A number that follows from sizes. */
export interface SizedNumberData {
  readonly form: NumberForm;
  /** Of `part` the divisor, of `inverse` the dividend; else 1. */
  readonly by: number;
  /** The dtype to which the number is rounded; `null` for a double. */
  readonly dtype: DType | null;
  readonly expression: SizeExpression;
}

/** Dividends and divisors are at most this. */
export const largestBy = 16;

const rounded = (dtype: DType | null, value: number): number =>
  dtype === null ? value : Number(toElement(dtype, value));

function madeOf(form: NumberForm, by: number, whole: number): number {
  switch (form) {
    case 'whole':
      return whole;
    case 'part':
      return whole / by;
    case 'inverse':
      return by / whole;
    case 'root':
      return Math.sqrt(whole);
    case 'inverseRoot':
      return 1 / Math.sqrt(whole);
  }
}

/** The whole number that comes nearest to giving `value`. */
function sourceOf(form: NumberForm, by: number, value: number): number {
  switch (form) {
    case 'whole':
      return value;
    case 'part':
      return Math.round(value * by);
    case 'inverse':
      return Math.round(by / value);
    case 'root':
      return Math.round(value * value);
    case 'inverseRoot':
      return Math.round(1 / (value * value));
  }
}

/** The number at these sizes; `undefined` where there is none. */
export function sizedNumberAt(
  { form, by, dtype, expression }: SizedNumberData,
  sizes: readonly number[],
): number | undefined {
  const whole = numberAt(expression, sizes);
  return whole === undefined ? undefined : rounded(dtype, madeOf(form, by, whole));
}

/** The function of sizes that gives these numbers; `undefined` if none is found. */
export function fitNumber(
  fitter: SizeFitter,
  values: readonly number[],
  dtype: DType | null,
): SizedNumberData | undefined {
  for (const form of numberForms) {
    const most = form === 'part' || form === 'inverse' ? largestBy : 1;
    for (let by = 1; by <= most; by++) {
      const sources = values.map((value) => sourceOf(form, by, value));
      const isSame = sources.every((source, i) => Object.is(rounded(dtype, madeOf(form, by, source)), values[i]));
      const expression = isSame ? fitter.fit(sources) : undefined;
      if (expression !== undefined && 'terms' in expression) return { form, by, dtype, expression };
    }
  }
  return undefined;
}

/** A sum of products of sizes as text: `2*batch + 1`. */
function expressionText({ terms, constant, divisor }: SizeExpression, names: readonly string[]): string {
  const products = terms.map(({ coefficient, powers }) => {
    const factors = powers.flatMap((power, i) => Array.from({ length: power }, () => names[i] as string));
    return [...(coefficient === 1 && factors.length > 0 ? [] : [String(coefficient)]), ...factors].join('*');
  });
  const sum = [...products, ...(constant === 0 ? [] : [String(constant)])].join(' + ').replaceAll('+ -', '- ');
  return divisor === 1 ? sum : `(${sum})/${divisor}`;
}

/** A number that follows from sizes, as text. */
export function sizedNumberText({ form, by, expression }: SizedNumberData, names: readonly string[]): string {
  const text = expressionText(expression, names);
  const inside = /^\w+$/.test(text) ? text : `(${text})`;
  switch (form) {
    case 'whole':
      return text;
    case 'part':
      return `${inside}/${by}`;
    case 'inverse':
      return `${by}/${inside}`;
    case 'root':
      return `sqrt${inside === text ? `(${text})` : inside}`;
    case 'inverseRoot':
      return `1/sqrt${inside === text ? `(${text})` : inside}`;
  }
}
