/**
 * Reverse mode as an interpreter: every op is run one level down and an entry is kept of it, which holds exactly what the
 * op's `saves` names, for the way back (`pull-back.ts`). Where the level below is an executor that compiles derivatives, an entry
 * is two programs of it, and holds what the first keeps for the second.
 *
 * Invariants: a slot stands for one recorded value and holds no elements, so a value that no rule needs can be collected;
 * entries hold on to the entries before them only, so what the target does not depend on is never visited; all slots
 * descend from watched tensors, so an operand without a slot needs no cotangent. Rules are run on tensors of the levels
 * below, which is why derivatives nest.
 */
import {
  type AbstractValue,
  type Attributes,
  type CompiledDerivative,
  currentInterpreter,
  DeferredCallSite,
  Interpreter,
  isDifferentiable,
  type NdArray,
  type Operation,
  type Saved,
  Tensor,
  type TypedArray,
} from '@deft/core';
import { applyBelow, checkClosure, noRule, savedValues } from './below.ts';

/** A recorded value. */
export interface Slot {
  readonly abstract: AbstractValue;
  /** The application of an op that made it; `undefined` for watched tensors. */
  readonly producer: Entry | undefined;
}

/** A recorded application of an op. */
export interface Entry {
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
  /** Both passes as programs, where the executor below compiles them; `undefined` once it has been used for the last time. */
  compiled: CompiledEntry | undefined;
}

/** An entry that runs as programs. */
export interface CompiledEntry {
  readonly derivative: CompiledDerivative;
  readonly saved: readonly Tensor[];
  /** What of `saved` only this entry has. */
  readonly own: readonly Tensor[];
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
    let outputs: readonly Tensor[];
    let saved: Saved | undefined;
    let compiled: CompiledEntry | undefined;
    const derivative = this.#compiledDerivative(operation, primals, attributes, slots);
    if (derivative) {
      const forward = derivative.forward(primals);
      outputs = forward.outputs;
      compiled = { derivative, saved: forward.saved, own: forward.own };
    } else if (!operation.vjp) {
      return operation.compose ? operation.compose(inputs, attributes) : noRule(operation, 'reverse-mode', inputs);
    } else if (operation.forward) {
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
    const entry: Entry = { order, operation, attributes, inputs: slots, types, outputs: made, saved, cuts, compiled };
    return outputs.map((output) => {
      const slot: Slot = { abstract: output.abstract, producer: entry };
      made.push(slot);
      return isDifferentiable(output.dtype) ? this.#wrap(output, slot) : output;
    });
  }

  /** The op's derivative from the executor below, which every operand belongs to; a tape that does more than record does without. */
  #compiledDerivative(
    operation: Operation,
    primals: readonly Tensor[],
    attributes: Attributes,
    slots: readonly (Slot | undefined)[],
  ): CompiledDerivative | undefined {
    if (!this.compiles) return undefined;
    const below = currentInterpreter();
    if (below.derivative === undefined || !primals.every(({ interpreter }) => interpreter.level === 0))
      return undefined;
    return below.derivative(
      operation,
      primals,
      attributes,
      slots.map((slot) => slot !== undefined),
    );
  }

  /** Whether ops may be recorded as the programs that the executor makes of them and their rules. */
  protected get compiles(): boolean {
    return !this.#explains && !this.#forgets;
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

  override beneath(tensor: Tensor): Tensor {
    return this.primalOf(tensor);
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
