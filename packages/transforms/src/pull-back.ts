/**
 * The way back over what a tape recorded: entries are visited from the latest to the earliest, each rule turns the cotangents of
 * results into cotangents of operands, and what arrives at one value from several sides is added up.
 */
import { algebra, internal, type Operation, type Tensor } from '@deft/core';
import { fitDerivative } from './below.ts';
import type { Entry, Slot } from './tape.ts';

/** The entries that the slots depend on, the latest first. */
function dependencies(slots: readonly Slot[]): Entry[] {
  const found = new Set<Entry>();
  const open: Entry[] = [];
  const visit = (slot: Slot | undefined): void => {
    const entry = slot?.producer;
    if (!entry || found.has(entry)) return;
    found.add(entry);
    open.push(entry);
  };
  for (const slot of slots) visit(slot);
  for (let entry = open.pop(); entry; entry = open.pop()) {
    for (const slot of entry.inputs) visit(slot);
  }
  return [...found].sort((a, b) => b.order - a.order);
}

/** What is kept for the way back from the slots, application by application. */
export function savedOn(
  slots: readonly Slot[],
): readonly { readonly operation: Operation; readonly values: readonly (readonly [name: string, value: Tensor])[] }[] {
  return dependencies(slots).map(({ operation, saved }) => ({ operation, values: Object.entries(saved ?? {}) }));
}

/** A value and its cotangent. */
export interface Seed {
  readonly slot: Slot;
  readonly cotangent: Tensor;
}

/** The slots that depend on the sources, and the sources: cotangents of others are of no use. */
function dependents(sources: readonly Slot[], latestFirst: readonly Entry[]): ReadonlySet<Slot> {
  const wanted = new Set(sources);
  for (let i = latestFirst.length - 1; i >= 0; i--) {
    const { inputs, outputs } = latestFirst[i] as Entry;
    if (inputs.some((slot) => slot !== undefined && wanted.has(slot))) for (const slot of outputs) wanted.add(slot);
  }
  return wanted;
}

/**
 * The cotangents on their way. Those that programs of the executor made are nobody else's, and are given back as soon as nothing
 * on the way needs them: no finaliser runs before a step is over.
 */
class Arrivals {
  readonly #bySlot = new Map<Slot, Tensor>();
  /** Of every cotangent that is ours, at how many places it is. */
  readonly #places = new Map<Tensor, number>();

  get(slot: Slot): Tensor | undefined {
    return this.#bySlot.get(slot);
  }

  /** Adds what arrives at a slot. */
  add(slot: Slot, cotangent: Tensor): void {
    const before = this.#bySlot.get(slot);
    if (before === undefined) {
      this.#bySlot.set(slot, cotangent);
      this.#move(cotangent, 1);
      return;
    }
    const sum = algebra().add(before, cotangent);
    if (this.#places.has(before) || this.#places.has(cotangent)) this.#places.set(sum, 1);
    this.#bySlot.set(slot, sum);
    this.#move(before, -1);
    this.#move(cotangent, 0);
  }

  /** Takes what has arrived at a slot away; the caller says when it is done with it. */
  take(slot: Slot): Tensor | undefined {
    const cotangent = this.#bySlot.get(slot);
    this.#bySlot.delete(slot);
    return cotangent;
  }

  /** What a program made is ours. */
  own(cotangent: Tensor): void {
    if (!this.#places.has(cotangent)) this.#places.set(cotangent, 0);
  }

  /** A function of the user's has seen it. */
  disown(cotangent: Tensor): void {
    this.#places.delete(cotangent);
  }

  /** The caller is done with what it took. */
  done(cotangent: Tensor): void {
    this.#move(cotangent, -1);
  }

  #move(cotangent: Tensor, by: 1 | 0 | -1): void {
    const count = this.#places.get(cotangent);
    if (count === undefined) return;
    this.#places.set(cotangent, count + by);
    if (count + by > 0) return;
    this.#places.delete(cotangent);
    cotangent.dispose();
  }
}

/**
 * Sends cotangents back to the sources; `undefined` for a source that nothing arrives at. With `isLast` what the entries
 * saved is dropped on the way, so memory shrinks as the pass goes.
 */
export function pullBack(
  seeds: readonly Seed[],
  sources: readonly Slot[],
  isLast: boolean,
): readonly (Tensor | undefined)[] {
  const arrivals = new Arrivals();
  const between = new Map<Slot, Tensor>();
  for (const { slot, cotangent } of seeds) arrivals.add(slot, cotangent);
  const entries = dependencies(seeds.map((seed) => seed.slot));
  const wanted = dependents(sources, entries);
  for (const entry of entries) {
    const given = entry.outputs.map((slot) => arrivals.take(slot));
    for (const [i, slot] of entry.outputs.entries()) {
      // A source may lie on the way to others.
      if (given[i] && sources.includes(slot)) {
        between.set(slot, given[i]);
        arrivals.disown(given[i]);
      }
    }
    if (given.some((cotangent) => cotangent !== undefined)) sendThrough(entry, given, wanted, arrivals);
    for (const cotangent of given) if (cotangent) arrivals.done(cotangent);
    if (!isLast) continue;
    for (const tensor of entry.compiled?.own ?? []) tensor.dispose();
    entry.saved = undefined;
    entry.compiled = undefined;
  }
  return sources.map((slot) => arrivals.get(slot) ?? between.get(slot));
}

function sendThrough(
  entry: Entry,
  given: readonly (Tensor | undefined)[],
  wanted: ReadonlySet<Slot>,
  arrivals: Arrivals,
): void {
  const { operation, attributes, inputs, types, outputs, compiled } = entry;
  const needs = inputs.map((slot) => slot !== undefined && wanted.has(slot));
  if (!needs.includes(true)) return;
  if (compiled) {
    const { cotangents, own } = compiled.derivative.backward(compiled.saved, given, needs);
    for (const cotangent of own) arrivals.own(cotangent);
    for (const [i, slot] of inputs.entries()) {
      const cotangent = cotangents[i];
      if (slot && cotangent) arrivals.add(slot, cotangent);
    }
    return;
  }
  for (const cotangent of given) if (cotangent) arrivals.disown(cotangent);
  const saved = entry.saved ?? internal(`${operation.name}: the tape was used after its last pass`);
  const cotangents = given.map((cotangent, i) => {
    const { shape, dtype } = (outputs[i] as Slot).abstract;
    return cotangent ?? algebra().zeros(shape, dtype);
  });
  const rule = operation.vjp as NonNullable<Operation['vjp']>;
  const results = rule(
    cotangents,
    saved,
    attributes,
    needs,
    types,
    given.map((cotangent) => cotangent !== undefined),
  );
  if (results.length !== inputs.length) {
    internal(`${operation.name}: vjp gives ${results.length} cotangents for ${inputs.length} operands`);
  }
  for (const [i, slot] of inputs.entries()) {
    const result = results[i];
    if (slot && result && needs[i]) arrivals.add(slot, fitDerivative(result, slot.abstract, operation, 'sumTo'));
  }
}
