/**
 * Plain data as a function of sizes: what data that was made at some sizes would be at others. A graph and a program are
 * such data. It is found by comparing samples; whether it is so at a size that is no sample is for the caller to see to.
 */
import { type NumberForm, numberForm, withNumbers } from '@deft/core';
import { numberAt, type SizedNumber, SizeFitter } from './size-expression.ts';

/** Data made at some sizes. */
export interface SizedSample<T> {
  readonly sizes: readonly number[];
  readonly data: T;
}

function sameArrays(a: NumberForm, b: NumberForm): boolean {
  return a.arrays.every((array, i) => {
    const other = b.arrays[i];
    return other?.length === array.length && array.every((element, k) => Object.is(element, other[k]));
  });
}

/** Data for every size. */
export class SizedData<T> {
  readonly #first: T;
  readonly #form: NumberForm;
  readonly #numbers: readonly SizedNumber[];

  private constructor(first: T, form: NumberForm, numbers: readonly SizedNumber[]) {
    this.#first = first;
    this.#form = form;
    this.#numbers = numbers;
  }

  /** The function of sizes that meets the samples; `undefined` if they differ in more than numbers, or in numbers of no known form. */
  static of<T>(samples: readonly SizedSample<T>[]): SizedData<T> | undefined {
    const forms = samples.map(({ data }) => numberForm(data));
    const [sample] = samples;
    const [form] = forms;
    if (sample === undefined || form === undefined) return undefined;
    if (forms.some((other) => other.text !== form.text || !sameArrays(form, other))) return undefined;
    const fitter = new SizeFitter(samples.map(({ sizes }) => sizes));
    const numbers: SizedNumber[] = [];
    for (let i = 0; i < form.numbers.length; i++) {
      const number = fitter.fit(forms.map((each) => each.numbers[i] as number));
      if (number === undefined) return undefined;
      numbers.push(number);
    }
    return new SizedData(sample.data, form, numbers);
  }

  #numbersAt(sizes: readonly number[]): number[] | undefined {
    const numbers: number[] = [];
    for (const number of this.#numbers) {
      const value = numberAt(number, sizes);
      if (value === undefined) return undefined;
      numbers.push(value);
    }
    return numbers;
  }

  /** The data at these sizes; `undefined` where a number would be none. */
  at(sizes: readonly number[]): T | undefined {
    const numbers = this.#numbersAt(sizes);
    return numbers && withNumbers(this.#first, numbers);
  }

  /** Whether data that was made at these sizes is what the samples say. */
  isAt(sizes: readonly number[], data: T): boolean {
    const form = numberForm(data);
    if (form.text !== this.#form.text || !sameArrays(this.#form, form)) return false;
    const numbers = this.#numbersAt(sizes);
    return numbers?.every((value, i) => Object.is(value, form.numbers[i])) ?? false;
  }
}
