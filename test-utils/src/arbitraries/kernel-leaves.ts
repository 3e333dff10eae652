/** What the expressions of a random kernel are made of: loads of buffers that may be read, gathers and positions. */
import { isFloating, sizeOf } from '@deft/core';
import {
  binaryExpression,
  constantExpression,
  contiguousView,
  type Expression,
  gatherExpression,
  indexExpression,
  loadExpression,
  type Operand,
} from '@deft/kernel';
import { type Draft, spec } from './kernel-draft.ts';
import { randomConstant } from './kernel-expressions.ts';
import { anyView, extendView } from './kernel-views.ts';

/** Up to three operands over a space; `more` are axes on which they do not depend. */
export function addOperands(
  draft: Draft,
  space: readonly number[],
  more: readonly number[],
  operands: Operand[],
): Expression[] {
  const { tape } = draft;
  const size = sizeOf(space);
  const asLarge = draft.readable.filter((id) => spec(draft, id).length === size);
  return Array.from({ length: 1 + tape.take(3) }, () => {
    const buffer = tape.pick(asLarge.length > 0 && tape.once(2) ? asLarge : draft.readable);
    const { dtype, length } = spec(draft, buffer);
    const view = extendView(anyView(tape, space, length, randomConstant(tape, dtype)), more);
    operands.push({ buffer, view });
    return loadExpression(dtype, operands.length - 1);
  });
}

/** A gather at whatever position `at` says, brought into range; none where there is nothing to gather from. */
export function addGather(draft: Draft, at: Expression, operands: Operand[]): Expression[] {
  const { tape } = draft;
  const buffer = tape.pick(draft.readable);
  const { dtype, length } = spec(draft, buffer);
  if (length === 0 || !tape.once(3)) return [];
  operands.push({ buffer, view: contiguousView([length]) });
  const last = constantExpression('int32', length - 1);
  const clamped = binaryExpression('max', constantExpression('int32', 0), binaryExpression('min', at, last));
  return [gatherExpression(dtype, operands.length - 1, clamped)];
}

/** A position along one of the first `kept` axes, or none. */
export function indexLeaf(draft: Draft, rank: number, kept: number = rank): Expression[] {
  const { tape } = draft;
  if (kept === 0 || !tape.once(2)) return [];
  const leaf = indexExpression(tape.take(kept), rank);
  return leaf.kind === 'index' ? [{ ...leaf, offset: tape.pick([0, 3, -2]) }] : [];
}

/** Loads of input buffers of floats, whose elements are small. */
export function smallLoads(draft: Draft, loads: readonly Expression[], operands: readonly Operand[]): Expression[] {
  return loads.filter((load) => {
    if (load.kind !== 'load' || !isFloating(load.dtype)) return false;
    const { buffer, view } = operands[load.operand] as Operand;
    const small = view.guards.length === 0 || (Number.isInteger(view.fill) && Math.abs(view.fill) <= 8);
    return small && spec(draft, buffer).role === 'input';
  });
}
