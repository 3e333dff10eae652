/** Random kernels that hold kernels: loops of every kind, and branches. */
import type { DType } from '@deft/core';
import {
  type BufferId,
  binaryExpression,
  type Carry,
  compareExpression,
  constantExpression,
  contiguousView,
  type Kernel,
  loadExpression,
  type StackSlice,
} from '@deft/kernel';
import { addBuffer, type Draft, spec } from './kernel-draft.ts';

/** Adds a kernel of any form to a draft. */
type Add = (draft: Draft) => void;
/** Adds a kernel that writes a whole buffer of any readable ones. */
type AddInto = (draft: Draft, buffer: BufferId) => void;

/** A list of kernels of its own over the same buffers. */
function inside(draft: Draft, more: readonly BufferId[]): Draft {
  return { ...draft, transcendental: false, isInside: true, kernels: [], readable: [...draft.readable, ...more] };
}

const place = (draft: Draft, dtype: DType, length: number): BufferId =>
  addBuffer(draft, { dtype, length, role: 'place' });

/** A result of a kernel that holds others: values pass through steps, so no sums of floats may use it. */
function resultOf(draft: Draft, dtype: DType, length: number): BufferId {
  const role = draft.isInside || draft.tape.once(2) ? 'temporary' : 'output';
  return addBuffer(draft, { dtype, length, role });
}

const temporary = (draft: Draft, dtype: DType, length: number): BufferId =>
  addBuffer(draft, { dtype, length, role: 'temporary' });

/** One element computed from an element of a buffer. */
function element(draft: Draft, source: BufferId, result: BufferId, isCondition: boolean): Kernel {
  const { dtype } = spec(draft, source);
  const load = loadExpression(dtype, 0);
  const value = isCondition
    ? compareExpression('less', load, constantExpression(dtype, 3))
    : binaryExpression('add', load, constantExpression(dtype, 1));
  const operands = [{ buffer: source, view: contiguousView([1]) }];
  return { form: 'loop', space: [1], reduced: [], operands, reductions: [], results: [{ buffer: result, value }] };
}

/**
 * A loop of a few steps with up to two random carried values, slices read and written, and a counter that its condition, if it
 * has one, looks at. How many steps there are may depend on an input, and a carried value may lie in a stack.
 */
export function addRepeat(draft: Draft, add: Add, addInto: AddInto): void {
  const { tape } = draft;
  const steps = tape.take(5);
  const carries: Carry[] = [];
  const seen: BufferId[] = [];
  const open: { next: BufferId; from: BufferId }[] = [];
  const carry = (initial: BufferId, stack?: BufferId): Carry => {
    const { dtype, length } = spec(draft, initial);
    const made: Carry = {
      initial,
      current: place(draft, dtype, length),
      next: stack ?? place(draft, dtype, length),
      spare: stack === undefined ? temporary(draft, dtype, length) : undefined,
      result: resultOf(draft, dtype, length),
    };
    carries.push(made);
    seen.push(made.current);
    if (stack === undefined) open.push({ next: made.next, from: made.current });
    return made;
  };
  const reads: StackSlice[] = [];
  const writes: StackSlice[] = [];
  for (let i = 0; i < tape.take(3); i++) carry(tape.pick(draft.readable));
  for (let i = 0; i < tape.take(3) && steps > 0; i++) {
    const stack = tape.pick(draft.readable);
    const { dtype, length } = spec(draft, stack);
    if (length % steps !== 0) continue;
    const slice = { stack, place: place(draft, dtype, length / steps) };
    reads.push(slice);
    seen.push(slice.place);
  }
  for (let i = 0; i < tape.take(3); i++) {
    const initial = tape.pick(draft.readable);
    const { dtype, length } = spec(draft, initial);
    const slice = { stack: resultOf(draft, dtype, steps * length), place: place(draft, dtype, length) };
    writes.push(slice);
    if (tape.once(2)) carry(initial, slice.place);
  }
  const kernels: Kernel[] = [];
  let condition: { kernels: Kernel[]; holds: BufferId } | undefined;
  const hasCondition = tape.once(2);
  if (hasCondition) {
    const zero = new Int32Array([tape.take(3)]);
    const start = addBuffer(draft, { dtype: 'int32', length: 1, role: 'constant', data: zero });
    const counter = carry(start);
    open.pop();
    kernels.push(element(draft, counter.current, counter.next, false));
    const holds = temporary(draft, 'bool', 1);
    condition = { kernels: [element(draft, counter.current, holds, true)], holds };
  }
  const counts = draft.readable.filter((id) => spec(draft, id).dtype === 'int32' && spec(draft, id).length === 1);
  const count = counts.length > 0 && tape.once(2) ? tape.pick(counts) : undefined;
  const body = inside(draft, seen);
  body.kernels.push(...kernels);
  if (tape.once(2)) add(body);
  for (const { place: one } of writes) addInto(body, one);
  for (const { next } of open) addInto(body, next);
  const reverse = tape.once(2);
  const taken = tape.once(2) ? resultOf(draft, 'int32', 1) : undefined;
  draft.kernels.push({
    form: 'repeat',
    steps,
    count,
    reverse,
    condition,
    carries,
    reads,
    writes,
    body: body.kernels,
    taken,
  });
  draft.readable.push(
    ...carries.map((each) => each.result),
    ...writes.map((slice) => slice.stack),
    ...(taken === undefined ? [] : [taken]),
  );
}

/** One of up to three branches, each of which writes all results. */
export function addBranch(draft: Draft, add: Add, addInto: AddInto): void {
  const { tape } = draft;
  const known = draft.readable.filter((id) => spec(draft, id).dtype === 'int32' && spec(draft, id).length === 1);
  const index =
    known.length > 0 && tape.once(2)
      ? tape.pick(known)
      : addBuffer(draft, { dtype: 'int32', length: 1, role: 'constant', data: new Int32Array([tape.take(5) - 1]) });
  const results = Array.from({ length: 1 + tape.take(2) }, () => {
    const { dtype, length } = spec(draft, tape.pick(draft.readable));
    return resultOf(draft, dtype, length);
  });
  const branches = Array.from({ length: 1 + tape.take(3) }, () => {
    const branch = inside(draft, []);
    if (tape.once(2)) add(branch);
    for (const result of results) addInto(branch, result);
    return branch.kernels;
  });
  draft.kernels.push({ form: 'branch', index, branches, results });
  draft.readable.push(...results);
}
