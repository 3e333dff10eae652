/**
 * Reverse mode as an interpreter: every op is run one level down and an entry is kept of it, which holds exactly what the
 * op's `saves` names. Going back, entries are visited from the latest to the earliest and their rules turn cotangents of
 * results into cotangents of operands.
 *
 * Invariants: a slot stands for one recorded value and holds no elements, so a value that no rule needs can be collected;
 * entries hold on to the entries before them only, so what the target does not depend on is never visited; all slots
 * descend from watched tensors, so an operand without a slot needs no cotangent. Rules are run on tensors of the levels
 * below, which is why derivatives nest.
 */
import {
  type AbstractValue,
  type Attributes,
  algebra,
  currentInterpreter,
  DeferredCallSite,
  Interpreter,
  internal,
  isDifferentiable,
  type NdArray,
  type Operation,
  type Saved,
  Tensor,
  type TypedArray,
} from '@deft/core';
import { applyBelow, checkClosure, fitDerivative, noRule, savedValues } from './below.ts';

/** A recorded value. */
export interface Slot {
  readonly abstract: AbstractValue;
  /** The application of an op that made it; `undefined` for watched tensors. */
  readonly producer: Entry | undefined;
}

/** A recorded application of an op. */
interface Entry {
  /** Position in time. */
  readonly order: number;
  readonly operation: Operation;
  readonly attributes: Attributes;
  readonly inputs: readonly (Slot | undefined)[];
  /** Shapes and dtypes of the operands. */
  readonly types: readonly AbstractValue[];
  readonly outputs: readonly Slot[];
  /** `undefined` once the entry has been used for the last time. */
  saved: Saved | undefined;
  /** Operands that a tape which explains knows to be cut off. */
  readonly cuts: readonly Cut[];
}

/** Where a derivative ends: an op without one, applied to values that depend on watched ones. Known to tapes that explain. */
export interface Cut {
  readonly operation: Operation;
  readonly callSite: DeferredCallSite;
  /** The values that would have a derivative, and cuts before this one. */
  readonly inputs: readonly (Slot | undefined)[];
  readonly cuts: readonly Cut[];
}

interface Payload {
  readonly primal: Tensor;
  readonly slot: Slot | undefined;
  readonly cut: Cut | undefined;
}

/** What a tape does besides recording. */
export interface TapeOptions {
  /** Values without a derivative are followed too, so that `cutOf` can tell where it ended. */
  readonly explains?: boolean;
  /** Nothing is kept for the way back: what was recorded cannot be used. */
  readonly forgets?: boolean;
}

/** Records ops so that cotangents can be sent back through them. */
export class Tape extends Interpreter {
  readonly name: string;
  readonly #explains: boolean;
  readonly #forgets: boolean;
  #length = 0;
  #paused = false;

  constructor(name: string, options: TapeOptions = {}) {
    super();
    this.name = name;
    this.#explains = options.explains === true;
    this.#forgets = options.forgets === true;
  }

  /** A tensor of this tape for `primal`, and the slot that cotangents of it arrive at: a new one unless it has one. */
  watch(
    primal: Tensor,
    slot: Slot = { abstract: primal.abstract, producer: undefined },
  ): { readonly tensor: Tensor; readonly slot: Slot } {
    return { tensor: this.#wrap(primal, slot), slot };
  }

  /** The value of one level down; tensors of other levels stay as they are. */
  primalOf(tensor: Tensor): Tensor {
    return tensor.interpreter === this ? (tensor.payload as Payload).primal : tensor;
  }

  /** The slot of a tensor that depends on a watched one. */
  slotOf(tensor: Tensor): Slot | undefined {
    return tensor.interpreter === this ? (tensor.payload as Payload).slot : undefined;
  }

  /** Runs `f`; what ops give meanwhile are constants, also of operands that `f` closes over. */
  pause<R>(f: () => R): R {
    const before = this.#paused;
    this.#paused = true;
    try {
      return f();
    } finally {
      this.#paused = before;
    }
  }

  process(operation: Operation, inputs: readonly Tensor[], attributes: Attributes): readonly Tensor[] {
    const primals = inputs.map((input) => (input.payload as Payload).primal);
    if (this.#paused) return this.compute(operation, primals, attributes);
    const slots = inputs.map((input) => (input.payload as Payload).slot);
    if (operation.nonDifferentiable !== undefined || slots.every((slot) => slot === undefined)) {
      return this.#cutOff(operation, inputs, this.compute(operation, primals, attributes));
    }
    if (!operation.vjp) {
      return operation.compose ? operation.compose(inputs, attributes) : noRule(operation, 'reverse-mode', inputs);
    }
    let outputs: readonly Tensor[];
    let saved: Saved | undefined;
    if (operation.forward) {
      if (this.#forgets) outputs = applyBelow(operation, primals, attributes);
      else {
        ({ outputs, saved } = operation.forward(
          primals,
          attributes,
          slots.map((slot) => slot !== undefined),
        ));
      }
    } else {
      outputs = this.compute(operation, primals, attributes);
      saved = this.#forgets
        ? undefined
        : savedValues(
            operation,
            primals,
            outputs,
            slots.map((slot) => slot !== undefined),
          );
    }
    checkClosure(operation, outputs, this);
    if (!outputs.some((output) => isDifferentiable(output.dtype))) return this.#cutOff(operation, inputs, outputs);
    const made: Slot[] = [];
    const cuts = this.#explains ? cutsOf(inputs) : none;
    const types = primals.map((primal) => primal.abstract);
    const order = this.#length++;
    const entry: Entry = { order, operation, attributes, inputs: slots, types, outputs: made, saved, cuts };
    return outputs.map((output) => {
      const slot: Slot = { abstract: output.abstract, producer: entry };
      made.push(slot);
      return isDifferentiable(output.dtype) ? this.#wrap(output, slot) : output;
    });
  }

  /** Runs an op one level down. Tapes that already know some results do something else. */
  protected compute(operation: Operation, primals: readonly Tensor[], attributes: Attributes): readonly Tensor[] {
    return applyBelow(operation, primals, attributes);
  }

  /** Where the derivative of a value without a slot ended; only a tape that explains knows. */
  cutOf(tensor: Tensor): Cut | undefined {
    return tensor.interpreter === this ? (tensor.payload as Payload).cut : undefined;
  }

  /** Results without a derivative; a tape that explains remembers why they have none. */
  #cutOff(operation: Operation, inputs: readonly Tensor[], outputs: readonly Tensor[]): readonly Tensor[] {
    if (!this.#explains) return outputs;
    const slots = inputs.map((input) => (input.payload as Payload).slot);
    const cuts = cutsOf(inputs);
    if (cuts.length === 0 && slots.every((slot) => slot === undefined)) return outputs;
    const cut: Cut = { operation, callSite: DeferredCallSite.here(), inputs: slots, cuts };
    return outputs.map((output) => this.#wrap(output, undefined, cut));
  }

  lift(tensor: Tensor): Tensor {
    return this.#wrap(tensor, undefined);
  }

  constant(array: NdArray, weak: boolean): Tensor {
    return this.lift(currentInterpreter().constant(array, weak));
  }

  override read(tensor: Tensor): Promise<TypedArray> {
    const { primal } = tensor.payload as Payload;
    return primal.interpreter.read(primal);
  }

  override readSync(tensor: Tensor): TypedArray {
    const { primal } = tensor.payload as Payload;
    return primal.interpreter.readSync(primal);
  }

  #wrap(primal: Tensor, slot: Slot | undefined, cut?: Cut): Tensor {
    const payload: Payload = { primal, slot, cut };
    return new Tensor(primal.abstract, this, payload);
  }
}

const none: readonly Cut[] = [];

/** The operands that were cut off before. */
function cutsOf(inputs: readonly Tensor[]): readonly Cut[] {
  return inputs.flatMap((input) => (input.payload as Payload).cut ?? []);
}

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
 * Sends cotangents back to the sources; `undefined` for a source that nothing arrives at. With `isLast` what the entries
 * saved is dropped on the way, so memory shrinks as the pass goes.
 */
export function pullBack(
  seeds: readonly Seed[],
  sources: readonly Slot[],
  isLast: boolean,
): readonly (Tensor | undefined)[] {
  const arrived = new Map<Slot, Tensor>();
  const between = new Map<Slot, Tensor>();
  const accumulate = (slot: Slot, cotangent: Tensor): void => {
    const before = arrived.get(slot);
    arrived.set(slot, before ? algebra().add(before, cotangent) : cotangent);
  };
  for (const { slot, cotangent } of seeds) accumulate(slot, cotangent);
  const entries = dependencies(seeds.map((seed) => seed.slot));
  const wanted = dependents(sources, entries);
  for (const entry of entries) {
    const given = entry.outputs.map((slot) => arrived.get(slot));
    for (const [i, slot] of entry.outputs.entries()) {
      arrived.delete(slot);
      // A source may lie on the way to others.
      if (given[i] && sources.includes(slot)) between.set(slot, given[i]);
    }
    if (given.some((cotangent) => cotangent !== undefined)) sendThrough(entry, given, wanted, accumulate);
    if (isLast) entry.saved = undefined;
  }
  return sources.map((slot) => arrived.get(slot) ?? between.get(slot));
}

function sendThrough(
  entry: Entry,
  given: readonly (Tensor | undefined)[],
  wanted: ReadonlySet<Slot>,
  accumulate: (slot: Slot, cotangent: Tensor) => void,
): void {
  const { operation, attributes, inputs, types, outputs } = entry;
  const needs = inputs.map((slot) => slot !== undefined && wanted.has(slot));
  if (!needs.includes(true)) return;
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
    if (slot && result && needs[i]) accumulate(slot, fitDerivative(result, slot.abstract, operation, 'sumTo'));
  }
}
