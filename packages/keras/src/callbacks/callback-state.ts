/** What callbacks of this package keep in a backup: numbers by name. */
import { raise } from '@deft/core';
import { isJsonObject } from '../bounded-json.ts';
import type { CallbackState } from './callback.ts';

/** The numbers of a state. Throws `E_FILE` where one is missing: the backup is of other callbacks. */
export function numbersOf<N extends string>(
  op: string,
  { values }: CallbackState,
  ...names: readonly N[]
): { readonly [name in N]: number } {
  const found: { readonly [name: string]: unknown } = isJsonObject(values) ? values : {};
  const entries = names.map((name) => {
    const value = Object.hasOwn(found, name) ? found[name] : undefined;
    if (typeof value === 'number') return [name, value] as const;
    return raise('E_FILE', {
      op,
      says: `the backup has no ${name} of this callback`,
      hint: 'are the callbacks the same?',
    });
  });
  return Object.fromEntries(entries) as { readonly [name in N]: number };
}
