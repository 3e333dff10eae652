/**
 * Expressions as lists of block instructions. A node becomes one instruction that leaves its values in a register, which is a pointer:
 * to a slot that fits a block, or into an operand's memory where the block lies there in order. What is the same at every
 * point is computed once, before the first block. Slots are given out again when what is in them is not read any more.
 */
import { bytesOf, type DType, internal, toElement, toStored } from '@deft/core';
import { affineOf, constantOf, type Expression, foldExpression, type Nest, type NestOperand } from '@deft/kernel';
import { isHalf } from '../codegen/c-types.ts';
import { instructions, layouts } from '../runtime/blocks.ts';
import { functionNumber, functionOf, valueBytes } from './block-functions.ts';
import type { Description, Word } from './description.ts';

/** The number of an instruction. */
export const instruction = (name: (typeof instructions)[number]): number => instructions.indexOf(name);

const calls: number = instruction('call');

/** What a register holds: a pointer into memory, or values of its own. */
interface Value {
  readonly register: number;
  readonly isUniform: boolean;
  /** Whether it may point into the memory of an operand. */
  readonly isAlias: boolean;
}

/** A slot: one of the kernel's, one of a list's, which come behind those, or none, where values go to their operand's own memory. */
type Slot = { readonly of: 'kernel' | 'list' | 'operand'; readonly at: number };

interface Instruction {
  readonly op: number;
  readonly out: number;
  slot: Slot;
  readonly x: Word;
  readonly y: Word;
  readonly z: Word;
  readonly reads: readonly number[];
}

/** The lane axes of a nest, from .. to. */
export interface LaneAxes {
  readonly first: number;
  readonly end: number;
}

/** The bytes of one element as a word. */
export const bitsOf = (array: ArrayBufferView): bigint => {
  const bytes = new Uint8Array(8);
  bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  return new BigInt64Array(bytes.buffer)[0] as bigint;
};

/** One element as it is computed with. */
export function oneElement(dtype: DType, value: number): ArrayBufferView {
  const element = toElement(dtype, value) as number | bigint;
  if (dtype === 'int64') return BigInt64Array.of(BigInt(element));
  const own = Number(element);
  if (dtype === 'float64') return Float64Array.of(own);
  if (dtype === 'float32' || isHalf(dtype)) return Float32Array.of(own);
  // Whole numbers wrap where an array cannot hold them.
  return valueBytes(dtype) === 4 ? Int32Array.of(own) : Int8Array.of(own);
}

/** A view of a buffer, or the place of a result, as C reads it. */
export function operandWords(
  { buffer, dtype, offset, strides, guards, fill }: NestOperand<number>,
  extents: readonly number[],
  { first, end }: LaneAxes,
): Word[] {
  let layout: (typeof layouts)[number] = 'strided';
  if (guards.length === 0) {
    const lanes = strides.slice(first, end).map((stride, i) => ({ stride, extent: extents[first + i] as number }));
    if (lanes.every(({ stride, extent }) => stride === 0 || extent === 1)) layout = 'uniform';
    let step = 1;
    const inOrder = lanes.reverse().every(({ stride, extent }) => {
      const isNext = extent === 1 || stride === step;
      step *= extent;
      return isNext;
    });
    if (inOrder) layout = 'flat';
  }
  const stored = isHalf(dtype) ? toStored(dtype, Float32Array.of(fill)) : oneElement(dtype, fill);
  return [
    buffer,
    bytesOf(dtype),
    offset,
    layouts.indexOf(layout),
    guards.length,
    bitsOf(stored),
    ...strides,
    ...guards.flatMap((guard) => [guard.offset, guard.limit, ...guard.coefficients]),
  ];
}

/** What all lists of a kernel share. */
export class BlockKernel {
  readonly nest: Nest;
  readonly description: Description;
  readonly lanes: LaneAxes;
  readonly setup: Instruction[] = [];
  readonly uniform: Map<Expression, Value> = new Map<Expression, Value>();
  readonly #operands: readonly number[];
  #registers = 0;
  #slots = 0;
  #listSlots = 0;

  constructor(nest: Nest, lanes: LaneAxes, description: Description) {
    this.nest = nest;
    this.lanes = lanes;
    this.description = description;
    const extents = this.extents;
    this.#operands = nest.operands.map((operand) =>
      description.append(operandWords(operand as NestOperand<number>, extents, lanes)),
    );
  }

  get extents(): number[] {
    return [...this.nest.kept, ...this.nest.reduced] as number[];
  }

  newRegister(): number {
    return this.#registers++;
  }

  /** Slots that stay what they are while the kernel runs. */
  newSlots(count = 1): number {
    this.#slots += count;
    return this.#slots - count;
  }

  operandAt(operand: number): number {
    return this.#operands[operand] ?? internal(`no operand ${operand}`);
  }

  /** The sizes for the head, once all lists are written: slots, registers. */
  get sizes(): { slots: number; registers: number } {
    return { slots: this.#slots + this.#listSlots, registers: this.#registers };
  }

  /** Gives the slots of a list out; they come behind the kernel's, so all lists are encoded after all are written. */
  assign(list: readonly Instruction[]): void {
    const last = new Map<number, number>();
    list.forEach(({ reads }, i) => {
      for (const register of reads) last.set(register, i);
    });
    const free: number[] = [];
    const taken = new Map<number, number>();
    let count = 0;
    list.forEach((each, i) => {
      if (each.slot.of === 'list') {
        const at = free.pop() ?? count++;
        each.slot = { of: 'list', at };
        taken.set(each.out, at);
      }
      for (const register of new Set([...each.reads, each.out])) {
        const at = taken.get(register);
        if (at === undefined || (last.get(register) ?? i) > i) continue;
        free.push(at);
        taken.delete(register);
      }
    });
    this.#listSlots = Math.max(this.#listSlots, count);
  }

  encode(list: readonly Instruction[]): number {
    const words = list.flatMap(({ op, out, slot, x, y, z }) => {
      const at = slot.of === 'kernel' ? slot.at : slot.of === 'list' ? this.#slots + slot.at : -slot.at;
      return [op, out, at, x, y, z];
    });
    return this.description.append([list.length, ...words]);
  }
}

/** One list of instructions, run for every block. */
export class BlockList {
  readonly instructions: Instruction[] = [];
  readonly #kernel: BlockKernel;
  readonly #values = new Map<Expression, Value>();
  readonly #totals: readonly number[];
  readonly #stores: { readonly operand: number; readonly dtype: DType; readonly value: Value }[] = [];

  /** A list that finds the totals of reductions in registers, and values that earlier lists have stored at places of results. */
  constructor(
    kernel: BlockKernel,
    totals: readonly number[] = [],
    kept: readonly (readonly [node: Expression, operand: number])[] = [],
  ) {
    this.#kernel = kernel;
    this.#totals = totals;
    for (const [node, operand] of kept) {
      this.#values.set(node, this.#decoded(node.dtype, this.#add('load', [operand], [], false, true), false));
    }
  }

  /** The register of an expression's values. */
  value(root: Expression): number {
    return this.#of(root).register;
  }

  #of(root: Expression): Value {
    const { uniform } = this.#kernel;
    const memo = this.#values;
    for (const [node, value] of uniform) memo.set(node, value);
    return foldExpression<Value>(
      root,
      (node, values) => {
        const value = this.#node(node, values);
        if (value.isUniform) uniform.set(node, value);
        return value;
      },
      memo,
    );
  }

  #node(node: Expression, parts: readonly Value[]): Value {
    const kernel = this.#kernel;
    switch (node.kind) {
      case 'constant': {
        const value = constantOf(kernel.nest, node) as number;
        return this.#add('fill', [valueBytes(node.dtype), bitsOf(oneElement(node.dtype, value))], [], true);
      }
      case 'load': {
        const { strides, guards } = kernel.nest.operands[node.operand] as NestOperand;
        const isUniform = guards.length === 0 && strides.every((stride) => stride === 0);
        const raw = this.#add('load', [kernel.operandAt(node.operand)], [], isUniform, !isHalf(node.dtype));
        return this.#decoded(node.dtype, raw, isUniform);
      }
      case 'gather': {
        const [offset = internal('a gather without an offset')] = parts;
        const raw = this.#add('gather', [kernel.operandAt(node.operand), offset.register], [offset]);
        return this.#decoded(node.dtype, raw, false);
      }
      case 'index': {
        const { offset, coefficients } = affineOf(kernel.nest, node);
        // An axis that was put before the others says nothing here.
        const further = new Array<number>(kernel.extents.length - coefficients.length).fill(0);
        const form = [offset, ...further, ...coefficients] as number[];
        return this.#add('index', [kernel.description.append(form)], []);
      }
      case 'reduced':
        return {
          register: this.#totals[node.reduction] ?? internal('a reduced value before its reduction'),
          isUniform: false,
          isAlias: false,
        };
      default: {
        const name = functionOf(node);
        // The same bits under another name.
        if (name === undefined) return parts[0] ?? internal(`${node.kind} outside of a routine`);
        return this.#call(name, parts);
      }
    }
  }

  #decoded(dtype: DType, raw: Value, isUniform: boolean): Value {
    return isHalf(dtype) ? this.#call(`decode_stored_${dtype}`, [raw], isUniform) : raw;
  }

  #call(name: string, parts: readonly Value[], isUniform = parts.every((part) => part.isUniform)): Value {
    return this.#emit(
      calls + functionNumber(name),
      parts.map(({ register }) => register),
      parts,
      isUniform,
      false,
    );
  }

  #add(
    name: (typeof instructions)[number],
    words: readonly Word[],
    reads: readonly Value[],
    isUniform = false,
    isAlias = false,
  ): Value {
    return this.#emit(instruction(name), words, reads, isUniform, isAlias);
  }

  #emit(
    op: number,
    [x = 0, y = 0, z = 0]: readonly Word[],
    reads: readonly Value[],
    isUniform: boolean,
    isAlias: boolean,
  ): Value {
    const kernel = this.#kernel;
    const out = kernel.newRegister();
    const slot: Slot = isUniform ? { of: 'kernel', at: kernel.newSlots() } : { of: 'list', at: 0 };
    const list = isUniform ? kernel.setup : this.instructions;
    list.push({ op, out, slot, x, y, z, reads: reads.map(({ register }) => register) });
    return { register: out, isUniform, isAlias };
  }

  /** Adds a block to an accumulator. */
  accumulate(name: string, value: number, accumulator: number): void {
    this.instructions.push({
      op: instruction('accumulate'),
      out: -1,
      slot: { of: 'kernel', at: accumulator },
      x: functionNumber(name),
      y: value,
      z: 0,
      reads: [value],
    });
  }

  /** Combines values with the elements of a buffer at computed offsets; `length` is where the buffer's length stands. */
  scatter(name: string, buffer: number, offset: number, value: Expression, stored: boolean, length: number): void {
    let own = this.#of(value);
    if (stored && isHalf(value.dtype)) own = this.#call(`encode_stored_${value.dtype}`, [own], false);
    this.instructions.push({
      op: instruction('scatter'),
      out: functionNumber(name),
      slot: { of: 'kernel', at: buffer },
      x: offset,
      y: own.register,
      z: length,
      reads: [offset, own.register],
    });
  }

  /** Stores an expression's values at the places of a result, after everything else of the list. */
  store(root: Expression, operand: number): void {
    const { dtype } = root;
    const value = this.#of(root);
    this.#stores.push({ operand, dtype, value: isHalf(dtype) ? this.#call(`encode_stored_${dtype}`, [value]) : value });
  }

  /** Writes the stores; with `direct`, the one result lies in order, and may be computed where it goes. */
  finish(direct: boolean): void {
    const list = this.instructions;
    const last = list.at(-1);
    const [only] = this.#stores;
    if (direct && this.#stores.length === 1 && only && last && last.op >= calls && last.out === only.value.register) {
      last.slot = { of: 'operand', at: only.operand };
      return;
    }
    // Where several results are stored, the first may lie over what a later one would be read from.
    const values = this.#stores.map(({ value, dtype }) =>
      value.isAlias && this.#stores.length > 1
        ? this.#add('copy', [value.register, valueBytes(dtype)], [value])
        : value,
    );
    this.#stores.forEach(({ operand }, i) => {
      const { register } = values[i] as Value;
      const slot: Slot = { of: 'kernel', at: 0 };
      list.push({ op: instruction('store'), out: -1, slot, x: operand, y: register, z: 0, reads: [register] });
    });
  }
}
