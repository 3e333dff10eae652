/**
 * Builds the body of one function: locals with names and scopes, structured control, stores and calls. Every method
 * that ends in an effect writes its instructions at once; values are `Expression`s (see `expression.ts`). A local is
 * itself an expression that reads it.
 */
import { internal } from '@deft/core';
import { ByteWriter } from './byte-writer.ts';
import type { Expression, InstructionSink, Methods, Operand, ValueType } from './expression.ts';
import { asExpression, i32, instructionsOf } from './expression.ts';
import { storeTable } from './opcodes.ts';

/** Encodings of value types (Core Specification §5.3.1). */
export const valueTypeCodes: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};

/** A local variable; used as an expression it is read. */
export interface Local<T extends ValueType = ValueType> extends Expression<T> {
  readonly name: string;
  readonly index: number;
}

/** Parameter types of a function by name. */
export type ParameterTypes = Readonly<Record<string, ValueType>>;
/** The parameters as locals. */
export type ParameterLocals<P extends ParameterTypes> = { readonly [K in keyof P]: Local<P[K]> };

/** A function that can be called: imported or defined in the same module. */
export interface FunctionReference<
  P extends readonly ValueType[] = readonly ValueType[],
  R extends ValueType | undefined = ValueType | undefined,
> {
  readonly name: string;
  readonly parameters: P;
  readonly result: R;
}

/**
 * The vector constants of a module, as immutable globals. An instruction that makes one takes three to five instructions of an
 * x86 processor, two of them on its one port for shuffles; a global is one load. All zeros and all ones are made by one
 * instruction and need no place.
 */
export class VectorConstants {
  readonly all: Uint8Array[] = [];
  readonly #indices = new Map<string, number>();

  indexOf(values: ArrayLike<number>): number {
    const key = Array.from(values).join();
    let index = this.#indices.get(key);
    if (index === undefined) {
      index = this.all.push(Uint8Array.from(values)) - 1;
      this.#indices.set(key, index);
    }
    return index;
  }
}

/** A place to branch to: the end of a block or the head of a loop. */
export interface Label {
  readonly depth: number;
  readonly kind: string;
}

type Arguments<P extends readonly ValueType[]> = { [K in keyof P]: Operand<P[K]> };

const storeInstructions = instructionsOf('store', storeTable, false);

/** Writer of one function body. */
export class FunctionBuilder implements InstructionSink {
  bytes: ByteWriter = new ByteWriter();
  /** What runs before everything else. */
  private readonly entry = new ByteWriter();
  /** Stores, as statements: `f.store.f32(address, value, offset)`; a lane store takes the lane before the offset. */
  readonly store: Methods<typeof storeTable>;
  private readonly name: string;
  private readonly localTypes: ValueType[] = [];
  private readonly parameterCount: number;
  private readonly result: ValueType | undefined;
  private readonly free: Local[] = [];
  private readonly released = new Set<Local>();
  private scopes: Local[][] = [];
  private open: Label[] = [];
  private readonly targets: { position: number; target: object }[] = [];

  private readonly constants: VectorConstants;

  constructor(
    name: string,
    parameters: readonly ValueType[],
    result: ValueType | undefined,
    constants: VectorConstants,
  ) {
    this.name = name;
    this.constants = constants;
    this.localTypes.push(...parameters);
    this.parameterCount = parameters.length;
    this.result = result;
    this.store = Object.fromEntries(
      Object.entries(storeInstructions).map(([key, build]) => [key, (...args: unknown[]) => build(args).emit(this)]),
    ) as Methods<typeof storeTable>;
  }

  /** @internal */
  functionIndex(target: object): void {
    this.targets.push({ position: this.bytes.placeholder(), target });
  }

  /** @internal */
  vectorConstant(values: ArrayLike<number>): void {
    const first = values[0] as number;
    if ((first === 0 || first === 255) && Array.from(values).every((byte) => byte === first)) {
      this.bytes.byte(0xfd);
      this.bytes.u32(12);
      this.bytes.bytes(values);
      return;
    }
    this.bytes.byte(0x23);
    this.bytes.u32(this.constants.indexOf(values));
  }

  /** @internal The functions that are called so far. */
  callTargets(): Set<object> {
    return new Set(this.targets.map(({ target }) => target));
  }

  /** @internal The parameter at a position as a local. */
  parameter(index: number, name: string): Local {
    return this.makeLocal(this.localTypes[index] as ValueType, index, name);
  }

  private makeLocal<T extends ValueType>(type: T, index: number, name: string): Local<T> {
    const local: Local<T> = {
      type,
      index,
      name,
      emit: ({ bytes }) => {
        this.checkAlive(local);
        bytes.byte(0x20);
        bytes.u32(index);
      },
    };
    return local;
  }

  private checkAlive(local: Local): void {
    if (this.released.has(local)) internal(`${this.name}: local ${local.name} is used after its release`);
  }

  /**
   * A fresh local. Its first value is undefined: the slot may be one released before. Lives until `release` or the end
   * of the enclosing `scope`.
   */
  local<T extends ValueType>(type: T, name: string = type): Local<T> {
    const reused = this.free.findIndex((candidate) => candidate.type === type);
    const index = reused < 0 ? this.localTypes.push(type) - 1 : (this.free.splice(reused, 1)[0] as Local).index;
    const local = this.makeLocal(type, index, name);
    this.scopes.at(-1)?.push(local);
    return local;
  }

  /** Gives a local's slot back. */
  release(local: Local): void {
    this.checkAlive(local);
    this.released.add(local);
    this.free.push(local);
  }

  /** Runs `body` and releases every local that it made. */
  scope<R>(body: () => R): R {
    this.scopes.push([]);
    const result = body();
    for (const local of this.scopes.pop() as Local[]) if (!this.released.has(local)) this.release(local);
    return result;
  }

  /** A fresh local that holds the value of an expression. */
  let<T extends ValueType>(value: Expression<T>, name: string = value.type): Local<T> {
    const local = this.local(value.type, name);
    value.emit(this);
    this.writeLocal(0x21, local);
    return local;
  }

  /** A local that holds a value from the beginning of the function to its end; the value may read parameters, and calls nothing. */
  letAtEntry<T extends ValueType>(value: Expression<T>, name: string = value.type): Local<T> {
    const local = this.makeLocal(value.type, this.localTypes.push(value.type) - 1, name);
    const { bytes } = this;
    this.bytes = this.entry;
    value.emit(this);
    this.writeLocal(0x21, local);
    this.bytes = bytes;
    return local;
  }

  /** Assigns. */
  set<T extends ValueType>(local: Local<T>, value: Operand<T>): void {
    asExpression(local.type, value as Operand, `set ${local.name}`).emit(this);
    this.writeLocal(0x21, local);
  }

  /** Assigns and leaves the value. */
  tee<T extends ValueType>(local: Local<T>, value: Operand<T>): Expression<T> {
    const expression = asExpression(local.type, value as Operand, `tee ${local.name}`);
    return {
      type: local.type,
      emit: (sink) => {
        expression.emit(sink);
        this.writeLocal(0x22, local);
      },
    };
  }

  /** `local += amount` for `i32`. */
  increment(local: Local<'i32'>, amount: Operand<'i32'>): void {
    this.set(local, i32.add(local, amount));
  }

  private writeLocal(code: number, local: Local): void {
    this.checkAlive(local);
    this.bytes.byte(code);
    this.bytes.u32(local.index);
  }

  private nest(code: number, kind: string, body: (label: Label) => void): void {
    this.bytes.byte(code);
    this.bytes.byte(0x40);
    const label: Label = { depth: this.open.length, kind };
    this.open.push(label);
    this.scope(() => body(label));
    this.open.pop();
    this.bytes.byte(0x0b);
  }

  /** A block; branching to its label leaves it. */
  block(body: (end: Label) => void): void {
    this.nest(0x02, 'block', body);
  }

  /** A loop; branching to its label runs it again, falling through leaves it. */
  loop(body: (again: Label) => void): void {
    this.nest(0x03, 'loop', body);
  }

  /** A branch on a condition. */
  if(condition: Operand<'i32'>, then: () => void, otherwise?: () => void): void {
    asExpression('i32', condition, 'if').emit(this);
    this.nest(0x04, 'if', () => {
      this.scope(then);
      if (otherwise !== undefined) {
        this.bytes.byte(0x05);
        this.scope(otherwise);
      }
    });
  }

  private depthOf(label: Label): number {
    if (this.open[label.depth] !== label) internal(`${this.name}: branch to a ${label.kind} that is closed`);
    return this.open.length - 1 - label.depth;
  }

  branch(label: Label): void {
    const depth = this.depthOf(label);
    this.bytes.byte(0x0c);
    this.bytes.u32(depth);
  }

  branchIf(label: Label, condition: Operand<'i32'>): void {
    const depth = this.depthOf(label);
    asExpression('i32', condition, 'branchIf').emit(this);
    this.bytes.byte(0x0d);
    this.bytes.u32(depth);
  }

  /** Runs `body` while the condition holds; the condition is tested before each turn and written twice. */
  while(condition: Expression<'i32'>, body: (again: Label) => void): void {
    this.if(condition, () =>
      this.loop((again) => {
        body(again);
        this.branchIf(again, condition);
      }),
    );
  }

  /**
   * Counts `i` from `from` (default 0) while `i < to`, unsigned, by `step` (default 1). `to` and `step` are read at each
   * turn, so they must be constants or locals that stay as they are.
   */
  for(
    range: { from?: Operand<'i32'>; to: Operand<'i32'>; step?: Operand<'i32'>; name?: string },
    body: (i: Local<'i32'>) => void,
  ): void {
    this.scope(() => {
      const i = this.local('i32', range.name ?? 'i');
      this.set(i, range.from ?? 0);
      this.while(i32.ltU(i, range.to), () => {
        body(i);
        this.increment(i, range.step ?? 1);
      });
    });
  }

  private callInstructions(target: FunctionReference, args: readonly Operand[]): (sink: InstructionSink) => void {
    if (args.length !== target.parameters.length) {
      internal(`${target.name} takes ${target.parameters.length} arguments, got ${args.length}`);
    }
    const operands = target.parameters.map((type, i) =>
      asExpression(type, args[i] as Operand, `call of ${target.name}`),
    );
    return (sink) => {
      for (const operand of operands) operand.emit(sink);
      sink.bytes.byte(0x10);
      sink.functionIndex(target);
    };
  }

  /** The value of a call. */
  call<P extends readonly ValueType[], R extends ValueType>(
    target: FunctionReference<P, R>,
    ...args: Arguments<P>
  ): Expression<R> {
    if (target.result === undefined) internal(`${target.name} gives no value: use perform`);
    return { type: target.result, emit: this.callInstructions(target, args as readonly Operand[]) };
  }

  /** A call for its effect; a result is dropped. */
  perform<P extends readonly ValueType[]>(target: FunctionReference<P>, ...args: Arguments<P>): void {
    this.callInstructions(target, args as readonly Operand[])(this);
    if (target.result !== undefined) this.bytes.byte(0x1a);
  }

  /** Ends the function. */
  return(value?: Operand): void {
    this.leave(value);
    this.bytes.byte(0x0f);
  }

  /** Leaves the result as the last statement of the body. */
  leave(value?: Operand): void {
    if ((value === undefined) !== (this.result === undefined)) {
      internal(
        `${this.name} gives ${this.result ?? 'nothing'}, returned ${value === undefined ? 'nothing' : 'a value'}`,
      );
    }
    if (value !== undefined) asExpression(this.result as ValueType, value, `return of ${this.name}`).emit(this);
  }

  /** Traps. */
  unreachable(): void {
    this.bytes.byte(0x00);
  }

  /** Fills `length` bytes from `destination` with the low byte of `value`. */
  memoryFill(destination: Operand<'i32'>, value: Operand<'i32'>, length: Operand<'i32'>): void {
    for (const operand of [destination, value, length]) asExpression('i32', operand, 'memory.fill').emit(this);
    this.bytes.bytes([0xfc, 11, 0]);
  }

  /** Copies `length` bytes; the ranges may overlap. */
  memoryCopy(destination: Operand<'i32'>, source: Operand<'i32'>, length: Operand<'i32'>): void {
    for (const operand of [destination, source, length]) asExpression('i32', operand, 'memory.copy').emit(this);
    this.bytes.bytes([0xfc, 10, 0, 0]);
  }

  /** @internal The finished body: local declarations in runs of equal types, instructions with call targets filled in. */
  finish(indexOf: (target: object) => number): Uint8Array {
    for (const { position, target } of this.targets) this.bytes.patch(position, indexOf(target));
    const runs: [count: number, type: ValueType][] = [];
    for (const type of this.localTypes.slice(this.parameterCount)) {
      const last = runs.at(-1);
      if (last?.[1] === type) last[0]++;
      else runs.push([1, type]);
    }
    const body = new ByteWriter();
    body.u32(runs.length);
    for (const [count, type] of runs) {
      body.u32(count);
      body.byte(valueTypeCodes[type]);
    }
    body.bytes(this.entry.toBytes());
    body.bytes(this.bytes.toBytes());
    body.byte(0x0b);
    return body.toBytes();
  }
}
