/**
 * The key of a call in one walk over its arguments, for calls that find their trace: tensors, plain values, arrays and plain objects, which
 * is what most arguments are made of. It tells apart what the signature tells apart; whatever else a call holds, the signature
 * is asked (`signature.ts`), which also knows paths.
 */
import { Tensor } from '@deft/core';

/** What a call that may find its trace is made of. */
export interface CallKey {
  readonly key: string;
  readonly tensors: readonly Tensor[];
}

/** Keys in the order in which signatures have them. Most objects are written so. */
function orderedKeys(value: object): string[] {
  const keys = Object.keys(value);
  for (let i = 1; i < keys.length; i++) {
    if ((keys[i - 1] as string) > (keys[i] as string)) return keys.sort();
  }
  return keys;
}

/** Collects the parts of a key; `false` where the walk meets something that it does not know. */
function walk(value: unknown, parts: string[], tensors: Tensor[]): boolean {
  switch (typeof value) {
    case 'object': {
      if (value === null) {
        parts.push('null');
        return true;
      }
      if (value instanceof Tensor) {
        const { text, weak } = value.abstract;
        if (!value.interpreter.active) return false;
        tensors.push(value);
        parts.push(weak ? `${text}~` : text);
        return true;
      }
      if (Array.isArray(value)) {
        parts.push('[');
        for (const each of value) if (!walk(each, parts, tensors)) return false;
        parts.push(']');
        return true;
      }
      if (Object.getPrototypeOf(value) !== Object.prototype || Object.getOwnPropertySymbols(value).length > 0)
        return false;
      parts.push('{');
      for (const key of orderedKeys(value)) {
        parts.push(JSON.stringify(key));
        if (!walk((value as Record<string, unknown>)[key], parts, tensors)) return false;
      }
      parts.push('}');
      return true;
    }
    case 'number':
      parts.push(Object.is(value, -0) ? '-0' : `${value}`);
      return true;
    case 'string':
      parts.push(JSON.stringify(value));
      return true;
    case 'boolean':
    case 'undefined':
      parts.push(`${value}`);
      return true;
    default:
      return false;
  }
}

/** The key of a call; `undefined` for one that holds something else. */
export function keyOfCall(args: readonly unknown[]): CallKey | undefined {
  const parts: string[] = [];
  const tensors: Tensor[] = [];
  for (const arg of args) {
    if (!walk(arg, parts, tensors)) return undefined;
    parts.push(';');
  }
  return { key: parts.join(), tensors };
}
