/**
 * Typed expressions: trees of instructions that leave one value, and the methods that build them, derived from the
 * opcode tables (`i32.add(a, 1)`, `f32x4.mul(x, y)`, `v128.load(address, offset)`). An expression is a description;
 * its instructions are written where a statement of a `FunctionBuilder` uses it, once for each use, so a value needed
 * twice belongs in a local (`f.let`). Operands may be plain numbers where the instruction takes a scalar.
 */
import { internal } from '@deft/core';
import type { ByteWriter } from './byte-writer.ts';
import { f32Table, f64Table, i32Table, i64Table } from './opcodes.ts';
import { f32x4Table, f64x2Table, i8x16Table, i16x8Table, i32x4Table, i64x2Table, v128Table } from './simd-opcodes.ts';

/** Types of values. */
export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

/** Where instructions go: bytes, and call targets whose index is known only when the module is complete. */
export interface InstructionSink {
  readonly bytes: ByteWriter;
  /** Appends the index of a function as a patchable placeholder. */
  functionIndex(target: object): void;
  /** Writes the instructions for a constant of 16 bytes. */
  vectorConstant(values: ArrayLike<number>): void;
}

/** Instructions that leave one value of type `T`. */
export interface Expression<T extends ValueType = ValueType> {
  readonly type: T;
  /** Writes the instructions. */
  readonly emit: (sink: InstructionSink) => void;
}

/** What an instruction takes: an expression, or a plain number for a scalar. */
export type Operand<T extends ValueType = ValueType> = T extends 'v128'
  ? Expression<'v128'>
  : T extends 'i64'
    ? Expression<'i64'> | bigint
    : Expression<T> | number;

/** Kinds of immediates after an opcode, and the arguments that they become. */
interface ImmediateArguments {
  /** Constant byte offset added to the address; unsigned and without wrap-around. */
  readonly memory: [offset?: number];
  readonly lane: [lane: number];
  readonly memoryLane: [lane: number, offset?: number];
  readonly shuffle: [lanes: readonly number[]];
}
type Immediate = keyof ImmediateArguments;

/** One row of an opcode table. */
type Row =
  | readonly [code: number, signature: string]
  | readonly [code: number, signature: string, immediate: Immediate];
/** An opcode table. */
export type OpcodeTable = Readonly<Record<string, Row>>;

type Types<S extends string> = S extends `${infer Head extends ValueType} ${infer Rest}`
  ? [Head, ...Types<Rest>]
  : S extends ValueType
    ? [S]
    : [];
type Operands<T extends readonly unknown[]> = { [K in keyof T]: T[K] extends ValueType ? Operand<T[K]> : never };
type ImmediatesOf<R extends Row> = R extends readonly [number, string, infer I extends Immediate]
  ? ImmediateArguments[I]
  : [];
type Method<R extends Row> = R[1] extends `${infer P} -> ${infer Result extends ValueType}`
  ? (...args: [...Operands<Types<P>>, ...ImmediatesOf<R>]) => Expression<Result>
  : R[1] extends `${infer P} ->`
    ? (...args: [...Operands<Types<P>>, ...ImmediatesOf<R>]) => void
    : never;
/** The methods of a table. */
export type Methods<T extends OpcodeTable> = { readonly [K in keyof T]: Method<T[K]> };

/** Turns a plain number into a constant of the wanted type; checks the type of everything else. */
export function asExpression(type: ValueType, operand: Operand, what: string): Expression {
  if (typeof operand === 'number' || typeof operand === 'bigint') return constant(type, operand);
  if (operand?.type !== type) internal(`${what} takes ${type}, got ${operand?.type ?? typeof operand}`);
  return operand;
}

function constant(type: ValueType, value: number | bigint): Expression {
  return {
    type,
    emit: ({ bytes }) => {
      if (type === 'i32') {
        bytes.byte(0x41);
        bytes.s32(Number(value));
      } else if (type === 'i64') {
        bytes.byte(0x42);
        bytes.s64(BigInt(value));
      } else if (type === 'f32') {
        bytes.byte(0x43);
        bytes.f32(Number(value));
      } else if (type === 'f64') {
        bytes.byte(0x44);
        bytes.f64(Number(value));
      } else internal('a vector operand cannot be a plain number');
    },
  };
}

/** Writes an opcode; vector opcodes carry the prefix `0xfd`, those from `0xfc00` their own. */
function writeOpcode(bytes: ByteWriter, code: number, vector: boolean): void {
  if (vector) {
    bytes.byte(0xfd);
    bytes.u32(code);
  } else if (code > 0xff) {
    bytes.byte(code >> 8);
    bytes.u32(code & 0xff);
  } else bytes.byte(code);
}

function writeImmediate(
  bytes: ByteWriter,
  kind: Immediate | undefined,
  values: readonly unknown[],
  what: string,
): void {
  if (kind === undefined) return;
  if (kind === 'shuffle') {
    const lanes = values[0] as readonly number[];
    if (lanes.length !== 16 || lanes.some((lane) => !(lane >= 0 && lane < 32))) internal(`${what}: bad lanes ${lanes}`);
    bytes.bytes(lanes);
    return;
  }
  const offset = (kind === 'memory' ? values[0] : kind === 'memoryLane' ? values[1] : 0) as number | undefined;
  if (kind !== 'lane') {
    bytes.u32(0); // Alignment hint: none; engines ignore it and the smallest is valid for every access.
    bytes.u32(offset ?? 0);
  }
  if (kind !== 'memory') bytes.byte(values[0] as number);
}

/** Splits a row's signature. */
function parseSignature(signature: string): { parameters: ValueType[]; result: ValueType | undefined } {
  const [left, right] = signature.split('->') as [string, string];
  return {
    parameters: left.split(' ').filter(Boolean) as ValueType[],
    result: (right.trim() || undefined) as ValueType | undefined,
  };
}

/** One instruction with its operands, ready to be written. */
export type Instruction = (sink: InstructionSink) => void;

/** Makes, for each row of a table, the function from arguments to an instruction and the type it leaves. */
export function instructionsOf(
  prefix: string,
  table: OpcodeTable,
  vector: boolean,
): Record<string, (args: readonly unknown[]) => { emit: Instruction; result: ValueType | undefined }> {
  return Object.fromEntries(
    Object.entries(table).map(([name, [code, signature, immediate]]) => {
      const { parameters, result } = parseSignature(signature);
      const what = `${prefix}.${name}`;
      const build = (args: readonly unknown[]): { emit: Instruction; result: ValueType | undefined } => {
        const operands = parameters.map((type, i) => asExpression(type, args[i] as Operand, what));
        const immediates = args.slice(parameters.length);
        const emit: Instruction = (sink) => {
          for (const operand of operands) operand.emit(sink);
          writeOpcode(sink.bytes, code, vector);
          writeImmediate(sink.bytes, immediate, immediates, what);
        };
        return { emit, result };
      };
      return [name, build];
    }),
  );
}

function methods<T extends OpcodeTable>(prefix: string, table: T, vector: boolean): Methods<T> {
  const built = Object.entries(instructionsOf(prefix, table, vector)).map(([name, build]) => [
    name,
    (...args: unknown[]): Expression => {
      const { emit, result } = build(args);
      return { type: result as ValueType, emit };
    },
  ]);
  return Object.fromEntries(built) as Methods<T>;
}

function scalarConstant<T extends ValueType>(type: T): (value: number | bigint) => Expression<T> {
  return (value) => constant(type, value) as Expression<T>;
}

/** A vector constant of 16 bytes. */
function vectorConstant(values: ArrayLike<number>): Expression<'v128'> {
  if (values.length !== 16) internal(`a vector constant has 16 bytes, got ${values.length}`);
  return {
    type: 'v128',
    emit: (sink) => sink.vectorConstant(values),
  };
}

type TypedArray = Float32Array | Float64Array | Int32Array | BigInt64Array;

/** A vector constant of lanes; fewer values than lanes are repeated, so one value fills all. */
function laneConstant<N extends number | bigint>(
  array: new (length: number) => TypedArray,
): (...values: N[]) => Expression<'v128'> {
  return (...values) => {
    const lanes = new array(16 / array.prototype.BYTES_PER_ELEMENT);
    for (let i = 0; i < lanes.length; i++) lanes[i] = values[i % values.length] as never;
    return vectorConstant(new Uint8Array(lanes.buffer));
  };
}

/** `const` of a scalar type: the constant as an expression. */
interface ScalarConstant<T extends ValueType> {
  readonly const: (value: T extends 'i64' ? number | bigint : number) => Expression<T>;
}
/** `const` of a vector type: one value for all lanes, or one for each. */
interface LaneConstant<N> {
  readonly const: (...values: N[]) => Expression<'v128'>;
}

export const i32: Methods<typeof i32Table> & ScalarConstant<'i32'> = {
  ...methods('i32', i32Table, false),
  const: scalarConstant('i32'),
};
export const i64: Methods<typeof i64Table> & ScalarConstant<'i64'> = {
  ...methods('i64', i64Table, false),
  const: scalarConstant('i64'),
};
export const f32: Methods<typeof f32Table> & ScalarConstant<'f32'> = {
  ...methods('f32', f32Table, false),
  const: scalarConstant('f32'),
};
export const f64: Methods<typeof f64Table> & ScalarConstant<'f64'> = {
  ...methods('f64', f64Table, false),
  const: scalarConstant('f64'),
};
export const v128: Methods<typeof v128Table> & { readonly const: (bytes: ArrayLike<number>) => Expression<'v128'> } = {
  ...methods('v128', v128Table, true),
  const: vectorConstant,
};
export const i8x16: Methods<typeof i8x16Table> = methods('i8x16', i8x16Table, true);
export const i16x8: Methods<typeof i16x8Table> = methods('i16x8', i16x8Table, true);
export const i32x4: Methods<typeof i32x4Table> & LaneConstant<number> = {
  ...methods('i32x4', i32x4Table, true),
  const: laneConstant<number>(Int32Array),
};
export const i64x2: Methods<typeof i64x2Table> & LaneConstant<bigint> = {
  ...methods('i64x2', i64x2Table, true),
  const: laneConstant<bigint>(BigInt64Array),
};
export const f32x4: Methods<typeof f32x4Table> & LaneConstant<number> = {
  ...methods('f32x4', f32x4Table, true),
  const: laneConstant<number>(Float32Array),
};
export const f64x2: Methods<typeof f64x2Table> & LaneConstant<number> = {
  ...methods('f64x2', f64x2Table, true),
  const: laneConstant<number>(Float64Array),
};

/** `condition ? a : b` without a branch; both are computed. */
export function select<T extends ValueType>(
  condition: Operand<'i32'>,
  a: Expression<T>,
  b: Expression<T>,
): Expression<T> {
  const test = asExpression('i32', condition, 'select');
  if (a.type !== b.type) internal(`select between ${a.type} and ${b.type}`);
  return {
    type: a.type,
    emit: (sink) => {
      a.emit(sink);
      b.emit(sink);
      test.emit(sink);
      sink.bytes.byte(0x1b);
    },
  };
}

/** Moves 32-bit lanes: lane `i` of the result is lane `lanes[i]` of `a` (0…3) and `b` (4…7). */
export function shuffle32(a: Expression<'v128'>, b: Expression<'v128'>, lanes: readonly number[]): Expression<'v128'> {
  return i8x16.shuffle(
    a,
    b,
    lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => lane * 4 + byte)),
  );
}
