/**
 * Changes of a call's shapes and dtypes, each a random step that may or may not lead to a call the op takes: an axis that
 * grows wherever its size occurs (so inner dims still meet), one that grows alone, axes of size 1 or 0, axes in front and
 * behind, other dtypes. Numbers among the options that follow the shape (a target shape, a padding per axis) follow.
 */
import { dtypeNames, isFloating } from '@deft/core';
import type { Tape } from '@deft/test-utils';
import type { CallType, TensorType } from './call-type.ts';

/** One random change; `undefined` where there is nothing of the kind to change. */
export type Change = (tape: Tape, call: CallType) => CallType | undefined;

/** Sizes of axes: every remainder of a vector of four, and the edges. */
const sizes = [1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 1, 2, 3, 0];

type Arrays = (numbers: readonly unknown[]) => readonly unknown[];

/** The value with `f` applied to every array in it that holds no arrays, and to arrays of arrays too. */
function mapArrays(value: unknown, f: Arrays): unknown {
  if (Array.isArray(value)) return f(value.map((item) => mapArrays(item, f)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapArrays(item, f)]));
}

function mapNumbers(value: unknown, f: (number: number) => number): unknown {
  if (typeof value === 'number') return f(value);
  if (Array.isArray(value)) return value.map((item) => mapNumbers(item, f));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapNumbers(item, f)]));
}

function replaced<T>(items: readonly T[], position: number, item: T): T[] {
  return items.map((other, i) => (i === position ? item : other));
}

/** The call with one tensor argument changed. */
function withInput(call: CallType, position: number, change: (type: TensorType) => Partial<TensorType>): CallType {
  const type = call.inputs[position] as TensorType;
  return { ...call, inputs: replaced(call.inputs, position, { ...type, ...change(type) }) };
}

function withShape(call: CallType, position: number, shape: readonly number[]): CallType {
  return withInput(call, position, () => ({ shape }));
}

/** Every axis of one size takes another size, in all arguments and, half of the time, in the options. */
const resizeEverywhere: Change = (tape, call) => {
  const present = [...new Set(call.inputs.flatMap(({ shape }) => shape))];
  if (present.length === 0) return undefined;
  const from = tape.pick(present);
  const to = tape.pick(sizes);
  const follow = (number: number): number => (number === from ? to : number);
  const inputs = call.inputs.map((type) => ({ ...type, shape: type.shape.map(follow) }));
  return { inputs, rest: tape.take(2) === 1 ? (mapNumbers(call.rest, follow) as unknown[]) : call.rest };
};

/** One axis of one argument takes another size; the arguments that have the same size at the same axis follow, or not. */
const resizeAxis: Change = (tape, call) => {
  const position = tape.take(call.inputs.length);
  const { shape } = call.inputs[position] as TensorType;
  if (shape.length === 0) return undefined;
  const axis = tape.take(shape.length);
  const to = tape.pick(sizes);
  if (tape.take(2) === 0) return withShape(call, position, replaced(shape, axis, to));
  const from = shape[axis];
  const inputs = call.inputs.map((type) =>
    type.shape[axis] === from ? { ...type, shape: replaced(type.shape, axis, to) } : type,
  );
  return { ...call, inputs };
};

/** An argument that broadcasts along one axis, or all its axes, or is a scalar. */
const broadcastInput: Change = (tape, call) => {
  const position = tape.take(call.inputs.length);
  const { shape } = call.inputs[position] as TensorType;
  if (shape.length === 0) return undefined;
  const which = tape.take(4);
  if (which === 0) return withShape(call, position, shape.slice(1));
  if (which === 1) return withShape(call, position, []);
  return withShape(call, position, replaced(shape, tape.take(shape.length), 1));
};

/** One more axis, in front or behind, of one argument or all; arrays with an entry per axis get one more too. */
const addAxis: Change = (tape, call) => {
  const size = tape.pick([2, 3, 1, 1, 5, 0]);
  const behind = tape.take(3) === 1;
  const position = tape.take(2) === 0 ? undefined : tape.take(call.inputs.length);
  const grow = <T>(items: readonly T[], item: T): T[] => (behind ? [...items, item] : [item, ...items]);
  const inputs = call.inputs.map((type, i) =>
    position === undefined || position === i ? { ...type, shape: grow(type.shape, size) } : type,
  );
  const rank = call.inputs[position ?? 0]?.shape.length ?? 0;
  const entry = tape.take(4);
  const follow: Arrays = (items) => {
    if (items.length !== rank || entry === 3) return items;
    return grow(items, [size, items[0] ?? size, behind ? rank : 0][entry]);
  };
  return { inputs, rest: call.rest.map((value) => mapArrays(value, follow)) };
};

/** The axes of all arguments in another order. */
const swapAxes: Change = (tape, call) => {
  const rank = Math.max(...call.inputs.map(({ shape }) => shape.length));
  if (rank < 2) return undefined;
  const [a, b] = [tape.take(rank), tape.take(rank)];
  const swap = (shape: readonly number[]): number[] => {
    const swapped = [...shape];
    if (a >= shape.length || b >= shape.length) return swapped;
    swapped[a] = shape[b] as number;
    swapped[b] = shape[a] as number;
    return swapped;
  };
  const position = tape.take(2) === 0 ? undefined : tape.take(call.inputs.length);
  const inputs = call.inputs.map((type, i) =>
    position === undefined || position === i ? { ...type, shape: swap(type.shape) } : type,
  );
  return { ...call, inputs };
};

/** All floating arguments in another floating dtype. */
const changePrecision: Change = (tape, call) => {
  if (!call.inputs.some(({ dtype }) => isFloating(dtype))) return undefined;
  const to = tape.pick(dtypeNames.filter(isFloating));
  return { ...call, inputs: call.inputs.map((type) => (isFloating(type.dtype) ? { ...type, dtype: to } : type)) };
};

/** One argument, or all that have its dtype, in any dtype. */
const changeDType: Change = (tape, call) => {
  const position = tape.take(call.inputs.length);
  const to = tape.pick(dtypeNames);
  if (tape.take(2) === 1) return withInput(call, position, () => ({ dtype: to }));
  const from = call.inputs[position]?.dtype;
  return { ...call, inputs: call.inputs.map((type) => (type.dtype === from ? { ...type, dtype: to } : type)) };
};

/** The changes, the more useful ones more often. */
export const typeChanges: readonly Change[] = [
  resizeEverywhere,
  resizeEverywhere,
  resizeAxis,
  resizeAxis,
  broadcastInput,
  addAxis,
  addAxis,
  swapAxes,
  changePrecision,
  changeDType,
];

/** One argument more or less, for ops that take any number of them. */
export const changeCount: Change = (tape, { inputs, rest }) => {
  const position = tape.take(inputs.length);
  const chosen = inputs[position] as TensorType;
  if (tape.take(3) === 0) return { inputs: inputs.filter((_, i) => i !== position), rest };
  return inputs.length >= 6 ? undefined : { inputs: [...inputs, chosen], rest };
};
