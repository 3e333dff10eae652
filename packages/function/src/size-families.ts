/**
 * Which calls of a captured function differ in sizes only, and the code that serves them. The first call of a kind is compiled
 * for its own sizes. When a second one comes, axes whose sizes have changed are taken for sizes that change: those that have
 * always been equal for one, the others for different ones.
 */
import type { ProgramExecutor } from '@deft/compiler';
import type { AbstractValue } from '@deft/core';
import { type CallSignature, kindOfCall } from './signature.ts';
import { type Captured, type SizeAxes, SizedTrace, sizesOf } from './sized-trace.ts';
import { type Trace, typesOf } from './trace.ts';
import { TraceCache } from './trace-cache.ts';

/** Calls of one kind. */
interface Family {
  /** Shapes that have come, those that say something new about which axes change. */
  readonly seen: (readonly AbstractValue[])[];
  trace: SizedTrace | undefined;
  /** Ways of taking axes for sizes in which the function is not the same at every size. */
  readonly refused: Set<string>;
}

/** Shapes that are remembered of one kind of call. */
const mostSeen = 8;
/** More sizes than this are not told apart: the function would have to be run too often. */
const mostSizes = 4;

/** Which axes change, and which of them together. */
function changingAxes(seen: readonly (readonly AbstractValue[])[]): { axes: SizeAxes; count: number } {
  const sizes = new Map<string, number>();
  const [first = []] = seen;
  const axes = first.map(({ shape }, i) =>
    shape.map((dim, axis) => {
      const values = seen.map((types) => types[i]?.shape[axis] as number);
      if (values.every((value) => value === dim)) return undefined;
      const key = values.join();
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
  readonly #captured: Captured;
  readonly #families: TraceCache<Family>;
  /** How often code for all sizes was made. */
  compileCount = 0;

  constructor(captured: Captured, limit: number) {
    this.#captured = captured;
    this.#families = new TraceCache(limit, (family) => family.trace?.release());
  }

  /** The trace for a call that is new; `undefined` if it is to be compiled for its own sizes. */
  trace(signature: CallSignature, executor: ProgramExecutor): Trace | undefined {
    const types = typesOf(signature);
    const kind = kindOfCall(signature, this.#captured.name);
    const family = this.#families.get(kind);
    if (family === undefined) {
      this.#families.set(kind, { seen: [types], trace: undefined, refused: new Set() });
      return undefined;
    }
    const [first = []] = family.seen;
    if (family.trace === undefined || !serves(family.trace.axes, first, types)) {
      if (!this.#generalise(family, signature, executor)) return undefined;
    }
    return family.trace?.at(signature);
  }

  /** Makes code for the axes that have changed up to now. */
  #generalise(family: Family, signature: CallSignature, executor: ProgramExecutor): boolean {
    const types = typesOf(signature);
    const all = [...family.seen, types];
    const { axes, count } = changingAxes(all);
    const key = JSON.stringify(axes);
    if (count === 0 || count > mostSizes || family.refused.has(key)) return false;
    const typical = Array.from({ length: count }, (_, size) =>
      Math.max(...all.map((each) => sizesOf(each, axes)?.[size] ?? 0)),
    );
    const made = SizedTrace.of(this.#captured, signature, axes, typical, executor);
    if (made === undefined) {
      family.refused.add(key);
      return false;
    }
    this.compileCount++;
    if (family.seen.length < mostSeen) family.seen.push(types);
    family.trace?.release();
    family.trace = made;
    return true;
  }

  clear(): void {
    this.#families.clear();
  }
}
