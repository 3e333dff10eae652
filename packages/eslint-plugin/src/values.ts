/** What is known of a value without types, and how knowledge of several is put together. */
import type { Node } from './syntax.ts';

/** A value, as far as it matters to tensors. */
export type Value =
  /** A tensor; with `nullable` it may be `null` or `undefined` instead. */
  | { readonly kind: 'tensor'; readonly nullable: boolean }
  /** A list; `elements` where each is known, `isWhole` where there are as many as one takes. */
  | { readonly kind: 'list'; readonly element: Value; readonly elements?: readonly Value[]; readonly isWhole?: true }
  /** An object whose properties are tensors. */
  | { readonly kind: 'record' }
  /** What `variable(…)` gives. */
  | { readonly kind: 'variable' }
  /** A function, with what a call with these arguments gives. */
  | { readonly kind: 'function'; readonly call: (args: readonly Node[]) => Value }
  /** A promise. */
  | { readonly kind: 'promise'; readonly value: Value }
  /** `null` or `undefined`. */
  | { readonly kind: 'nothing' }
  /** Certainly no tensor. */
  | { readonly kind: 'plain' }
  /** Anything. */
  | { readonly kind: 'unknown' }
  /** Something that is being found out: it depends on itself. */
  | { readonly kind: 'pending' };

export const aTensor: Value = { kind: 'tensor', nullable: false };
export const maybeTensor: Value = { kind: 'tensor', nullable: true };
export const plain: Value = { kind: 'plain' };
export const nothing: Value = { kind: 'nothing' };
export const unknown: Value = { kind: 'unknown' };
export const pending: Value = { kind: 'pending' };
export const listOf = (element: Value): Value => ({ kind: 'list', element });

/** The value that is one of these. */
export function join(values: readonly Value[]): Value {
  const known = values.filter(({ kind }) => kind !== 'pending');
  const something = known.filter(({ kind }) => kind !== 'nothing');
  const hasNothing = something.length < known.length;
  const [first] = something;
  if (first === undefined) return hasNothing ? nothing : pending;
  if (something.some(({ kind }) => kind !== first.kind)) return unknown;
  switch (first.kind) {
    case 'tensor':
      return hasNothing || something.some((value) => value.kind === 'tensor' && value.nullable) ? maybeTensor : aTensor;
    case 'list':
      return listOf(join(something.map((value) => (value.kind === 'list' ? value.element : unknown))));
    case 'plain':
    case 'record':
      return hasNothing && first.kind === 'record' ? unknown : first;
    default:
      return something.length === 1 && !hasNothing ? first : unknown;
  }
}

/** The value if it is neither `null` nor `undefined`. */
export function present(value: Value): Value {
  return value.kind === 'tensor' ? aTensor : value;
}

/** The value, or `undefined` in its place. */
export function optional(value: Value): Value {
  return join([value, nothing]);
}

/** An element of a list; with a position the one there, which may be missing. */
export function elementOf(value: Value, position?: number): Value {
  if (value.kind !== 'list') return unknown;
  if (position === undefined || value.isWhole) return value.element;
  return value.elements?.[position] ?? optional(value.element);
}

/** A property of an object. */
export function propertyOf(value: Value, name: string | undefined): Value {
  if (value.kind === 'record' && name !== undefined) return aTensor;
  if (value.kind === 'list' && name === 'length') return plain;
  if (value.kind === 'variable' && name === 'value') return aTensor;
  return unknown;
}
