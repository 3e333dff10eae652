/**
 * Merges loop kernels over one space into one kernel with several results: a kernel with one that reads its results in
 * place, and kernels that read the same buffers. So a value that has to be stored is not read back by its neighbours, the
 * update of an optimiser's state and parameters is one pass, and a softmax or a layer normalisation, whose reductions
 * stand on each other, is one kernel of several stages.
 *
 * Kernels are grouped in the order in which they stand. Invariant: a group's level is greater than the levels of all
 * groups it reads from, so a group cannot depend on one of the same or a higher level; that is how a cycle is excluded
 * without searching for one.
 */
import { type Dims, sizeOf, stridesOf } from '@deft/core';
import {
  type BufferId,
  buffersOf,
  type Expression,
  expressionSize,
  type LoopKernel,
  type Operand,
  type Reduction,
  type Result,
  stagesOf,
  type View,
} from '@deft/kernel';
import { alignLoops } from './align-loops.ts';
import type { Draft, DraftBuffer, DraftKernel } from './draft.ts';
import { NodeTable, OperandTable, operandText } from './emit-loop.ts';
import { limits } from './limits.ts';

interface Group {
  kernel: DraftKernel;
  level: number;
  readonly producers: Set<Group>;
  readonly consumers: Set<Group>;
  /** Merged into another group. */
  gone: boolean;
}

/** The draft with loops merged. */
export function mergeLoops(draft: Draft): Draft {
  const merger = new LoopMerger(draft);
  for (const kernel of draft.kernels) merger.add(kernel);
  return { ...draft, kernels: merger.finish() };
}

class LoopMerger {
  readonly #buffers: readonly DraftBuffer[];
  readonly #groups: Group[] = [];
  readonly #writer = new Map<BufferId, Group>();
  /** The last group that reads a large buffer through a view over a space. */
  readonly #reader = new Map<string, Group>();

  constructor(draft: Draft) {
    this.#buffers = draft.buffers;
  }

  add(kernel: DraftKernel): void {
    const group: Group = { kernel, level: 0, producers: new Set(), consumers: new Set(), gone: false };
    const { reads, writes } = buffersOf(kernel.kernel);
    for (const buffer of reads) {
      const producer = this.#writer.get(buffer);
      if (!producer) continue;
      group.producers.add(producer);
      producer.consumers.add(group);
      group.level = Math.max(group.level, producer.level + 1);
    }
    this.#groups.push(group);
    for (const buffer of writes) this.#writer.set(buffer, group);
    if (kernel.kernel.form === 'loop') this.#absorb(group, kernel.kernel);
  }

  /** The groups' kernels in an order in which everything is made before it is read. */
  finish(): DraftKernel[] {
    const done = new Set<Group>();
    const kernels: DraftKernel[] = [];
    const visit = (group: Group): void => {
      if (done.has(group)) return;
      done.add(group);
      const waiting: Group[] = [group];
      // Depth first without recursion: a group goes out once nothing it reads from is missing.
      while (waiting.length > 0) {
        const top = waiting.at(-1) as Group;
        const missing = [...top.producers].find((producer) => !done.has(producer));
        if (missing) {
          done.add(missing);
          waiting.push(missing);
          continue;
        }
        waiting.pop();
        kernels.push(top.kernel);
      }
    };
    for (const group of this.#groups) if (!group.gone) visit(group);
    return kernels;
  }

  /** Tries to merge a new group, which nothing reads yet, into groups before it. */
  #absorb(group: Group, kernel: LoopKernel): void {
    let current = group;
    const candidates = new Set<Group>();
    for (const { buffer } of kernel.operands) {
      const writer = this.#writer.get(buffer);
      if (writer) candidates.add(writer);
    }
    const byLevel = [...candidates].sort((a, b) => b.level - a.level);
    for (const candidate of byLevel) current = this.#tryMerge(candidate, current) ?? current;
    const readers = new Set<Group>();
    for (const operand of kernel.operands) {
      const reader = this.#reader.get(this.#readerKey(kernel, operand));
      if (reader && !candidates.has(reader)) readers.add(reader);
    }
    for (const reader of readers) current = this.#tryMerge(reader, current) ?? current;
    const merged = current.kernel.kernel as LoopKernel;
    for (const operand of merged.operands) {
      if (this.#isLarge(operand, merged)) this.#reader.set(this.#readerKey(merged, operand), current);
    }
  }

  #readerKey(kernel: LoopKernel, operand: Operand): string {
    return `${kernel.space.join()}|${kernel.reduced.join()}|${operandText(operand)}`;
  }

  /** Sharing a read saves something only if the buffer is about as large as what is computed from it. */
  #isLarge({ buffer }: Operand, kernel: LoopKernel): boolean {
    const points = [...kernel.space, ...kernel.reduced].reduce((a, b) => a * b, 1);
    return 2 * (this.#buffers[buffer] as DraftBuffer).length >= points;
  }

  /** Merges `from` (read by nobody) into `into`; gives the merged group, or `undefined` where that cannot be, which is noted. */
  #tryMerge(into: Group, from: Group): Group | undefined {
    if (into === from || into.gone || from.consumers.size > 0) return undefined;
    const [a, b] = [into.kernel.kernel, from.kernel.kernel];
    if (a.form !== 'loop' || b.form !== 'loop') return undefined;
    const kernel = this.#merged(into, from, a, b);
    if (typeof kernel === 'string') {
      from.kernel = noteApart(from.kernel, into.kernel, kernel);
      return undefined;
    }
    const level = levelWith(into, from);
    const apart = [...new Set([...into.kernel.apart, ...from.kernel.apart])];
    into.kernel = { ...into.kernel, kernel, ops: [...into.kernel.ops, ...from.kernel.ops], apart };
    into.level = level;
    into.consumers.delete(from);
    for (const producer of from.producers) {
      producer.consumers.delete(from);
      if (producer === into) continue;
      producer.consumers.add(into);
      into.producers.add(producer);
    }
    from.gone = true;
    for (const { buffer } of b.results) this.#writer.set(buffer, into);
    return into;
  }

  /** The merged kernel, or why there is none. */
  #merged(into: Group, from: Group, a: LoopKernel, b: LoopKernel): LoopKernel | string {
    if (into.kernel.epoch !== from.kernel.epoch) return 'a barrier stands between them';
    const readByOthers = into.consumers.size > (into.consumers.has(from) ? 1 : 0);
    if (levelWith(into, from) > into.level && readByOthers) return 'others read the one and may be read by the other';
    return mergeKernels(a, b);
  }
}

/** The level of a group that another one is merged into. */
function levelWith(into: Group, from: Group): number {
  let { level } = into;
  for (const producer of from.producers) if (producer !== into) level = Math.max(level, producer.level + 1);
  return level;
}

/** A kernel with the note why it is not one with another. */
function noteApart(kernel: DraftKernel, other: DraftKernel, reason: string): DraftKernel {
  const note = `${other.ops.join(', ')}: ${reason}`;
  return { ...kernel, apart: [...new Set([...kernel.apart, note])] };
}

/** One kernel that does what `a` and then `b` do; why there is none where the language or the limits forbid it. */
export function mergeKernels(a: LoopKernel, b: LoopKernel): LoopKernel | string {
  if (a.results.length + b.results.length > limits.results) return `they write more than ${limits.results} buffers`;
  const aligned = alignLoops(a, b);
  if (!aligned) return 'their index spaces do not go together';
  const [{ space, reduced }] = aligned;
  const table = new OperandTable();
  const nodes = new NodeTable();
  const made = new Map<BufferId, Result>();
  const reductions: Reduction[] = [];
  const results: Result[] = [];
  for (const kernel of aligned) {
    const flat = flatOperands(kernel);
    // A buffer that is made here and read in another way than in place keeps the kernels apart.
    const apart = kernel.operands.some(({ buffer, view }, i) => {
      const maker = made.get(buffer);
      return maker !== undefined && (flat.has(i) || !isInPlace(view, maker, space));
    });
    if (apart) return 'the one reads what the other makes in another order';
    const numbers = new Map<number, number>();
    const leaf = (node: Expression): Expression => {
      if (node.kind === 'load') {
        const operand = kernel.operands[node.operand] as Operand;
        return made.get(operand.buffer)?.value ?? { ...node, operand: table.add(operand) };
      }
      if (node.kind === 'gather') {
        return { ...node, operand: table.addFlat(kernel.operands[node.operand] as Operand) };
      }
      return node.kind === 'reduced' ? { ...node, reduction: numbers.get(node.reduction) as number } : node;
    };
    const memo = new Map<Expression, Expression>();
    kernel.reductions.forEach((reduction, i) => {
      const value = nodes.rewrite(reduction.value, leaf, memo);
      const twin = reductions.findIndex((r) => r.combine === reduction.combine && r.value === value);
      numbers.set(i, twin >= 0 ? twin : reductions.push({ ...reduction, value }) - 1);
    });
    const own = kernel.results.map((result) => ({ ...result, value: nodes.rewrite(result.value, leaf, memo) }));
    for (const result of own) {
      results.push(result);
      made.set(result.buffer, result);
    }
  }
  if (table.operands.length > limits.operands) return `they read more than ${limits.operands} buffers`;
  const roots = [...reductions.map((r) => r.value), ...results.map((r) => r.value)];
  if (expressionSize(roots) > limits.expressionSize) return `they compute more than ${limits.expressionSize} nodes`;
  const merged: LoopKernel = { form: 'loop', space, reduced, operands: table.operands, reductions, results };
  return isWorthwhile(merged) ? merged : 'several passes over a place would not pay';
}

/**
 * Whether several passes over a place beat kernels of their own. There have to be places for all threads unless the whole
 * is short, and the results at points have to be contiguous along an axis that a backend takes in vectors.
 */
function isWorthwhile({ space, reduced, reductions, results }: LoopKernel): boolean {
  const atPoints = results.filter((result) => result.strides !== undefined);
  if (atPoints.length === 0 && stagesOf(reductions).every((stage) => stage === 0)) return true;
  const [places, points] = [sizeOf(space), sizeOf([...space, ...reduced])];
  if (places < limits.stagedPlaces && points > limits.stagedPoints) return false;
  const contiguousAlong = (axis: number): boolean => atPoints.every(({ strides }) => strides?.[axis] === 1);
  return (
    atPoints.length === 0 || contiguousAlong(space.length - 1) || contiguousAlong(space.length + reduced.length - 1)
  );
}

/** Whether a view reads a result at the very points where it is made, so that its value can stand in its place. */
function isInPlace(view: View, { strides }: Result, space: Dims): boolean {
  if (view.offset !== 0 || view.guards.length > 0) return false;
  const expected = strides ?? [...stridesOf(space), ...view.shape.slice(space.length).map(() => 0)];
  return view.shape.every((dim, axis) => dim === 1 || view.strides[axis] === expected[axis]);
}

function flatOperands(kernel: LoopKernel): Set<number> {
  const flat = new Set<number>();
  const nodes = new NodeTable();
  const memo = new Map<Expression, Expression>();
  const leaf = (node: Expression): Expression => {
    if (node.kind === 'gather') flat.add(node.operand);
    return node;
  };
  for (const { value } of [...kernel.reductions, ...kernel.results]) nodes.rewrite(value, leaf, memo);
  return flat;
}
