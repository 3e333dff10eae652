/**
 * Which calls of a captured function differ in sizes only, and the code that serves them. Dims that the signature names are sizes
 * from the first call on. Besides, when a second call comes, axes whose sizes have changed are taken for sizes that change: those
 * that have always been equal for one, the others for different ones.
 */
import type { ProgramExecutor } from '@deft/compiler';
import { type AbstractValue, raise } from '@deft/core';
import type { Refusal } from './generalise.ts';
import { type CallSignature, kindOfCall } from './signature.ts';
import { type Captured, type SizeAxes, SizedTrace, sizesOf } from './sized-trace.ts';
import { type Trace, typesOf } from './trace.ts';
import { TraceCache } from './trace-cache.ts';

/** Calls of one kind. */
interface Family {
  /** Shapes that have come, those that say something new about which axes change. */
  readonly seen: (readonly AbstractValue[])[];
  trace: SizedTrace | undefined;
  /** Ways of taking axes for sizes in which the function is not the same at every size, and why. */
  readonly refused: Map<string, Refusal>;
}

/** How families are made. */
export interface FamilyOptions {
  /** Kinds of calls that are remembered. */
  readonly limit: number;
  /** Whether a function that is not the same at every size is an error. */
  readonly strict: boolean;
}

/** Shapes that are remembered of one kind of call. */
const mostSeen = 8;
/** More sizes than this are not told apart: the function would have to be run too often. */
const mostSizes = 4;

/** Which axes are sizes, and which of them together: those that have a name, and those that have changed. */
function changingAxes(
  seen: readonly (readonly AbstractValue[])[],
  named: SizeAxes | undefined,
): { axes: SizeAxes; count: number } {
  const sizes = new Map<string, number>();
  const [first = []] = seen;
  const axes = first.map(({ shape }, i) =>
    shape.map((dim, axis) => {
      const name = named?.[i]?.[axis];
      const values = seen.map((types) => types[i]?.shape[axis] as number);
      if (name === undefined && values.every((value) => value === dim)) return undefined;
      const key = name === undefined ? values.join() : `name ${name}`;
      const known = sizes.get(key) ?? sizes.size;
      sizes.set(key, known);
      return known;
    }),
  );
  return { axes, count: sizes.size };
}

/** Whether code for these axes serves a call: what does not change is the same, what is one size is equal. */
function serves(axes: SizeAxes, first: readonly AbstractValue[], types: readonly AbstractValue[]): boolean {
  const same = types.every(({ shape }, i) =>
    shape.every((dim, axis) => axes[i]?.[axis] !== undefined || first[i]?.shape[axis] === dim),
  );
  return same && sizesOf(types, axes) !== undefined;
}

/** The families of one captured function. */
export class SizeFamilies {
  readonly #captured: Omit<Captured, 'donated'>;
  readonly #strict: boolean;
  readonly #families: TraceCache<Family>;
  /** How often code for all sizes was made. */
  compileCount = 0;

  constructor(captured: Omit<Captured, 'donated'>, { limit, strict }: FamilyOptions) {
    this.#captured = captured;
    this.#strict = strict;
    this.#families = new TraceCache(limit, (family) => family.trace?.release());
  }

  /** The trace for a call that is new; `undefined` if it is to be compiled for its own sizes. */
  trace(
    signature: CallSignature,
    named: SizeAxes | undefined,
    executor: ProgramExecutor,
    donated: readonly number[],
  ): Trace | undefined {
    const types = typesOf(signature);
    const kind = kindOfCall(signature, this.#captured.name);
    let family = this.#families.get(kind);
    if (family === undefined) {
      family = { seen: [], trace: undefined, refused: new Map() };
      this.#families.set(kind, family);
    }
    const [first = types] = family.seen;
    if (family.trace === undefined || !serves(family.trace.axes, first, types)) {
      const all = [...family.seen, types];
      if (family.seen.length < mostSeen) family.seen.push(types);
      const { axes, count } = changingAxes(all, named);
      if (count === 0 || count > mostSizes) return undefined;
      const made = this.#generalise(family, all, { axes, count, donated }, signature, executor);
      if ('says' in made) return this.#refuse(made);
      family.trace?.release();
      family.trace = made;
    }
    const trace = family.trace.at(signature);
    if (!('says' in trace)) return trace;
    return this.#refuse((this.#strict ? family.trace.difference(signature) : undefined) ?? trace);
  }

  /** Code for these axes. */
  #generalise(
    family: Family,
    all: readonly (readonly AbstractValue[])[],
    { axes, count, donated }: { axes: SizeAxes; count: number; donated: readonly number[] },
    signature: CallSignature,
    executor: ProgramExecutor,
  ): SizedTrace | Refusal {
    const key = JSON.stringify(axes);
    const refused = family.refused.get(key);
    if (refused !== undefined) return refused;
    const typical = Array.from({ length: count }, (_, size) =>
      Math.max(...all.map((types) => sizesOf(types, axes)?.[size] ?? 0)),
    );
    const made = SizedTrace.of({ ...this.#captured, donated }, signature, axes, typical, executor);
    if ('says' in made) family.refused.set(key, made);
    else this.compileCount++;
    return made;
  }

  #refuse({ says, callSite }: Refusal): undefined {
    if (!this.#strict) return undefined;
    return raise('E_SPECIALIZED', {
      op: this.#captured.name,
      says: `the captured function is not the same at every size: ${says}`,
      hint: "write it without asking for sizes, or pass shapes: 'auto' to compile such sizes for themselves",
      ...(callSite === undefined ? {} : { callSite }),
    });
  }

  clear(): void {
    this.#families.clear();
  }
}
