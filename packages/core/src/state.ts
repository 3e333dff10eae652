/**
 * State: what programs read and change besides their tensors. A *cell* holds a value that is another one after it was replaced: a
 * variable, the count of the global generator, the order of effects. A *scope* is who hears of it while it is running: a
 * capture makes reads inputs and replacements results of what it writes down; the region of a loop carries them from step to
 * step; what computes something a second time answers with the values of the first.
 *
 * Invariants: a cell's value belongs to the level of the innermost scope or one below, never to a derivative or a batch that
 * runs within it: no derivative passes through a cell, and what is another value for every example cannot be kept in one. Reads
 * and replacements take place in program order; nothing outside of the innermost scope sees what happens in it before it
 * ends.
 */
import { type AbstractValue, abstractValue } from './abstract-value.ts';
import { internal, raise } from './errors.ts';
import { baseInterpreter, Interpreter, leaked } from './interpreter.ts';
import { Tensor } from './tensor.ts';

/** Who hears of reads and replacements. */
export interface StateScope {
  /** Height of the interpreter whose tensors it keeps. */
  readonly level: number;
  /** What runs was run before: cells give what they gave then, and effects are not repeated. */
  readonly replays: boolean;
  get(cell: StateCell): Tensor;
  /** The value is of the scope's level or lower. */
  set(cell: StateCell, value: Tensor): void;
  /** The elements, at once, of a value with which a cell is to start. Throws `E_VARIABLE` where no cell can be made. */
  initial(label: string, value: Tensor): Tensor;
}

let innermost: StateScope | undefined;

/** The innermost scope; `undefined` where code runs at once. */
export function stateScope(): StateScope | undefined {
  return innermost;
}

/** Runs `f` in a scope. */
export function withStateScope<R>(scope: StateScope | undefined, f: () => R): R {
  const outer = innermost;
  innermost = scope;
  try {
    return f();
  } finally {
    innermost = outer;
  }
}

/** Whether effects are left out, because what runs is run a second time. */
export function isReplaying(): boolean {
  return innermost?.replays === true;
}

/** Something that holds a value, which changes. */
export abstract class StateCell {
  /** For messages: `variable "w"`. */
  abstract readonly label: string;
  /** Shape and dtype, the same for good. */
  abstract readonly abstract: AbstractValue;

  /** The value outside of all scopes: a tensor of the base, which is the cell's own. */
  protected abstract stored(): Tensor;
  /** Replaces it; the tensor is the cell's own from now on. */
  protected abstract store(value: Tensor): void;

  /** The value at this place of the program. */
  get(): Tensor {
    return this.outside(innermost);
  }

  /** Replaces the value from here on. Throws `E_CAPTURE_IMPURE` for one that is another for every example of a batch. */
  set(value: Tensor): void {
    if (innermost === undefined) this.store(alias(strong(beneath(value, this.label, 0))));
    else innermost.set(this, strong(beneath(value, this.label, innermost.level)));
  }

  /** The value in a scope; outside of all scopes, a tensor that stays what it is when the cell gives its own away. */
  outside(scope: StateScope | undefined): Tensor {
    return scope === undefined ? alias(this.stored()) : scope.get(this);
  }

  /** The cell's own tensor where there is no scope, for who replaces it at once and may take its memory. */
  own(): Tensor {
    return innermost === undefined ? this.stored() : innermost.get(this);
  }

  /** Replaces the value by a tensor that nobody else has. */
  hand(value: Tensor): void {
    if (innermost === undefined) this.store(value);
    else innermost.set(this, value);
  }
}

const interpreterOf = (tensor: Tensor): Interpreter =>
  tensor.interpreter instanceof Interpreter ? tensor.interpreter : internal('a tensor of no interpreter');

const alias = (tensor: Tensor): Tensor => interpreterOf(tensor).alias(tensor);

/** The value with which a new cell starts, a tensor of the base that is its own. Throws `E_VARIABLE` where none can be made. */
export function initialState(label: string, value: Tensor): Tensor {
  if (innermost !== undefined) return innermost.initial(label, value);
  return alias(strong(beneath(value, label, 0)));
}

/** The tensor as one of its dtype for good, whatever stands beside it. */
function strong(tensor: Tensor): Tensor {
  const { weak, shape, dtype } = tensor.abstract;
  return weak ? new Tensor(abstractValue(shape, dtype), tensor.interpreter, tensor.payload) : tensor;
}

/** A tensor without what derivatives and batches above that level add to it. */
function beneath(value: Tensor, keeper: string, level: number): Tensor {
  let tensor = value;
  if (!tensor.interpreter.active) leaked(tensor);
  while (tensor.interpreter.level > level) tensor = interpreterOf(tensor).beneath(tensor, keeper);
  return tensor;
}

/**
 * A scope that keeps replacements to itself: what runs in it leaves no trace. `given` are values of cells that it was run with
 * before; other cells are read outside.
 */
export class PrivateState implements StateScope {
  readonly level: number;
  readonly replays: boolean;
  readonly #values: Map<StateCell, Tensor>;
  readonly #outer = stateScope();

  constructor(level: number = baseInterpreter().level, given?: ReadonlyMap<StateCell, Tensor>) {
    this.level = level;
    this.replays = given !== undefined;
    this.#values = new Map(given);
  }

  get(cell: StateCell): Tensor {
    return this.#values.get(cell) ?? cell.outside(this.#outer);
  }

  set(cell: StateCell, value: Tensor): void {
    this.#values.set(cell, value);
  }

  initial(label: string): never {
    return raise('E_VARIABLE', {
      says: `${label} is made in code that is run for its shapes only, or a second time`,
      hint: 'make variables before',
    });
  }

  /** What was replaced, and with what. */
  get values(): ReadonlyMap<StateCell, Tensor> {
    return this.#values;
  }
}

/** A scope that hands everything on, and remembers what cells held when they were first read. */
export class RecordedState implements StateScope {
  readonly level: number;
  readonly replays: boolean;
  readonly #outer = stateScope();
  readonly first: Map<StateCell, Tensor> = new Map<StateCell, Tensor>();
  readonly #replaced = new Set<StateCell>();

  constructor() {
    this.level = this.#outer?.level ?? baseInterpreter().level;
    this.replays = this.#outer?.replays ?? false;
  }

  get(cell: StateCell): Tensor {
    const value = cell.outside(this.#outer);
    if (!this.#replaced.has(cell) && !this.first.has(cell)) this.first.set(cell, value);
    return value;
  }

  set(cell: StateCell, value: Tensor): void {
    this.#replaced.add(cell);
    withStateScope(this.#outer, () => cell.set(value));
  }

  initial(label: string, value: Tensor): Tensor {
    return withStateScope(this.#outer, () => initialState(label, value));
  }
}
