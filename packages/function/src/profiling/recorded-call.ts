/** Calls of captured functions in a profile: for which arguments, and whether they were traced before. */
import { type SpanArguments, span, Tensor } from '@deft/core';
import type { CallSignature } from '../signature.ts';

/** Is told of a call which one it is, and whether its trace was known. */
export type CallFound = (signature: CallSignature, isKnown: boolean) => void;

/** Characters that are told of a call's arguments. */
const longest = 200;

function leafText(leaf: unknown): string {
  if (leaf instanceof Tensor) return leaf.abstract.text;
  if (typeof leaf === 'string') return JSON.stringify(leaf);
  if (typeof leaf === 'function') return 'a function';
  return typeof leaf === 'object' && leaf !== null ? 'an object' : String(leaf);
}

function argumentsText({ leaves }: CallSignature): string {
  const text = leaves.map(leafText).join(', ');
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}

/** Runs a call as a span. */
export function recordedCall<R>(name: string, f: (found: CallFound) => R): R {
  let about: SpanArguments = {};
  const found: CallFound = (signature, isKnown) => {
    about = { arguments: argumentsText(signature), cache: isKnown ? 'hit' : 'miss' };
  };
  return span(
    name,
    'call',
    () => about,
    () => f(found),
  );
}
