/**
 * What a captured function was traced for, and why each time: the argument in which a call differed from the closest one before.
 * Only texts are kept, so the log holds on to no argument.
 */
import { type DeferredCallSite, Tensor } from '@deft/core';
import type { CallSignature } from './signature.ts';

/** How a part of an argument takes part in the cache key. */
export type LeafKind = 'tensor' | 'number' | 'value' | 'identity';

/** A part of an argument. */
export interface LoggedLeaf {
  /** `args[0].x`. */
  readonly path: string;
  readonly kind: LeafKind;
  /** For people: `float32[2, 3]`. */
  readonly text: string;
  /** Equal exactly where the key is. */
  readonly key: string;
}

/** What differs between two calls. */
export interface Difference {
  readonly path: string;
  readonly kind: LeafKind | 'structure';
  readonly before: string;
  readonly after: string;
}

/** One trace. */
export interface LoggedTrace {
  readonly leaves: readonly LoggedLeaf[];
  readonly structure: string;
  readonly callSite: DeferredCallSite;
  /** Against the closest trace before; none for the first. */
  readonly differences: readonly Difference[];
  /** It had been made before and was dropped, as the cache was full. */
  readonly wasDropped: boolean;
  /** Whether it runs code for every size. */
  readonly isSized: boolean;
}

/** Traces that are remembered in full. */
const mostLogged = 64;

function kindOf(leaf: unknown): LeafKind {
  if (leaf instanceof Tensor) return 'tensor';
  if (typeof leaf === 'number' || typeof leaf === 'bigint') return 'number';
  return (typeof leaf === 'object' && leaf !== null) || typeof leaf === 'function' ? 'identity' : 'value';
}

function textOf(leaf: unknown): string {
  if (leaf instanceof Tensor) return `${leaf.abstract.weak ? 'weak ' : ''}${leaf.abstract.text}`;
  if (typeof leaf === 'string') return JSON.stringify(leaf);
  if (typeof leaf === 'function') return leaf.name === '' ? 'a function' : `function ${leaf.name}`;
  if (typeof leaf !== 'object' || leaf === null) return Object.is(leaf, -0) ? '-0' : String(leaf);
  return `an instance of ${leaf.constructor?.name ?? 'an unknown class'}`;
}

/** The parts of a call's arguments. */
export function loggedLeaves({ leaves, structure, keys, carried }: CallSignature): LoggedLeaf[] {
  const given = leaves.map((leaf, i) => ({ path: structure.paths[i] as string, leaf, key: keys[i] as string }));
  return [...given, ...carried].map(({ path, leaf, key }) => ({ path, kind: kindOf(leaf), text: textOf(leaf), key }));
}

type Logged = Pick<LoggedTrace, 'leaves' | 'structure'>;

function differences(before: Logged, after: Logged): Difference[] {
  if (before.structure !== after.structure) {
    return [{ path: 'args', kind: 'structure', before: before.structure, after: after.structure }];
  }
  return after.leaves.flatMap((leaf, i): Difference[] => {
    const old = before.leaves[i] ?? { path: leaf.path, text: 'not there', key: '' };
    if (old.path === leaf.path && old.key === leaf.key) return [];
    const isOther = old.text === leaf.text;
    return [
      { path: leaf.path, kind: leaf.kind, before: old.text, after: isOther ? `${leaf.text}, another one` : leaf.text },
    ];
  });
}

/** `args[0] was float32[3], is float32[5]`. */
export const differenceText = ({ path, before, after }: Difference): string => `${path} was ${before}, is ${after}`;

/** The traces of one captured function. */
export class TraceLog {
  readonly traces: LoggedTrace[] = [];
  readonly #known = new Set<string>();
  /** All traces, also those that are not remembered any more. */
  count = 0;

  /** What a call that needs a trace differs in from the closest call before. */
  differences(signature: CallSignature): readonly Difference[] {
    const after = { leaves: loggedLeaves(signature), structure: signature.structure.text };
    let closest: readonly Difference[] = [];
    for (const before of this.traces) {
      const found = differences(before, after);
      // The latest of those that are equally close.
      if (closest.length === 0 || found.length <= closest.length) closest = found;
    }
    return closest;
  }

  add(signature: CallSignature, callSite: DeferredCallSite, isSized: boolean): LoggedTrace {
    const trace: LoggedTrace = {
      leaves: loggedLeaves(signature),
      structure: signature.structure.text,
      callSite,
      differences: this.differences(signature),
      wasDropped: this.#known.has(signature.text),
      isSized,
    };
    this.count++;
    if (this.#known.size < 16 * mostLogged) this.#known.add(signature.text);
    if (this.traces.length >= mostLogged) this.traces.shift();
    this.traces.push(trace);
    return trace;
  }
}

/** One line for each trace: what for, and why. */
export function logLines({ traces, count }: TraceLog): string[] {
  const first = count - traces.length;
  return traces.map((trace, i) => {
    const { leaves, differences: found, wasDropped, isSized, callSite } = trace;
    const given = leaves.map(({ path, text }) => `${path}: ${text}`).join(', ');
    const why = wasDropped
      ? 'it was dropped before, as the cache was full'
      : found.length === 0
        ? 'the first call'
        : found.slice(0, 3).map(differenceText).join('; ') + (found.length > 3 ? `; and ${found.length - 3} more` : '');
    const where = callSite.value === undefined ? '' : `, at ${callSite.value.text}`;
    return `trace ${first + i + 1}${isSized ? ' (code for every size)' : ''}: ${given === '' ? 'no arguments' : given}; because ${why}${where}`;
  });
}
