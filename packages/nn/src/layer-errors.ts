/** Errors of layers, which name the layer by its name and kind. */
import { raise } from '@deft/core';

/** Raises the layer's error. */
export type Fail = (details: { readonly expected: string; readonly found: string; readonly hint?: string }) => never;

/** Raises errors of a layer by its name and kind. */
export function failOf(kind: string, name: string, argument: string): Fail {
  return (details) =>
    raise('E_LAYER', { op: name === kind ? `layer ${name}` : `layer ${name} (${kind})`, argument, ...details });
}
