/**
 * Plain data with its numbers apart. Two pieces of data that were made the same way for different sizes have the same text
 * and differ in numbers only; with other numbers in their places the data is that of another size.
 */
import type { TypedArray } from './dtype.ts';

/** What plain data (objects, arrays, strings, numbers, truth values, typed arrays) is made of. */
export interface NumberForm {
  /** Everything but the numbers: equal for data that differs in numbers only. An object (no list) that stands twice is told apart from two. */
  readonly text: string;
  /** In the order in which they are met. */
  readonly numbers: readonly number[];
  /** Typed arrays, whose elements are not among the numbers. */
  readonly arrays: readonly TypedArray[];
}

/** Takes data apart. What is `undefined` in an object counts as left out. */
export function numberForm(data: unknown): NumberForm {
  const text: string[] = [];
  const numbers: number[] = [];
  const arrays: TypedArray[] = [];
  const seen = new Map<object, number>();
  const visit = (value: unknown): void => {
    if (typeof value === 'number') {
      numbers.push(value);
      text.push('#');
      return;
    }
    if (typeof value !== 'object' || value === null) {
      text.push(typeof value === 'bigint' ? `${value}n` : String(JSON.stringify(value)));
      return;
    }
    if (ArrayBuffer.isView(value)) {
      arrays.push(value as TypedArray);
      text.push(value.constructor.name);
    } else if (Array.isArray(value)) {
      text.push('[');
      for (const item of value) {
        visit(item);
        text.push(',');
      }
      text.push(']');
    } else {
      const known = seen.get(value);
      if (known !== undefined) {
        text.push(`@${known}`);
        return;
      }
      seen.set(value, seen.size);
      text.push('{');
      for (const key of Object.keys(value)) {
        const item = (value as Record<string, unknown>)[key];
        if (item === undefined) continue;
        text.push(key, ':');
        visit(item);
        text.push(',');
      }
      text.push('}');
    }
  };
  visit(data);
  return { text: text.join(''), numbers, arrays };
}

/** The same data with other numbers, in the order of `numberForm`. What stands twice still does. */
export function withNumbers<T>(data: T, numbers: readonly number[]): T {
  let next = 0;
  const made = new Map<object, unknown>();
  const visit = (value: unknown): unknown => {
    if (typeof value === 'number') return numbers[next++];
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
    if (Array.isArray(value)) return value.map(visit);
    const known = made.get(value);
    if (known !== undefined) return known;
    const object: Record<string, unknown> = {};
    made.set(value, object);
    for (const key of Object.keys(value)) {
      const item = (value as Record<string, unknown>)[key];
      if (item !== undefined) object[key] = visit(item);
    }
    return object;
  };
  return visit(data) as T;
}
