/**
 * Merges loop kernels over one space into one kernel with several results: a kernel with one that reads its results in
 * place, and kernels that read the same buffers. So a value that has to be stored is not read back by its neighbours, and
 * the update of an optimiser's state and parameters is one pass.
 *
 * Kernels are grouped in the order in which they stand. Invariant: a group's level is greater than the levels of all
 * groups it reads from, so a group cannot depend on one of the same or a higher level; that is how a cycle is excluded
 * without searching for one.
 */
import { type Dims, sameShape } from '@deft/core';
import {
  type BufferId,
  buffersOf,
  type Expression,
  expressionSize,
  isContiguous,
  type LoopKernel,
  type Operand,
  type Reduction,
  type Result,
  type View,
} from '@deft/kernel';
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
    for (const { buffer, view } of kernel.operands) {
      const writer = this.#writer.get(buffer);
      if (writer && isInPlace(view, kernel.space, kernel.reduced.length)) candidates.add(writer);
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

  /** Merges `from` (read by nobody) into `into`; gives the merged group, or `undefined` where that cannot be. */
  #tryMerge(into: Group, from: Group): Group | undefined {
    if (into === from || into.gone || from.consumers.size > 0) return undefined;
    const a = into.kernel.kernel;
    const b = from.kernel.kernel;
    if (a.form !== 'loop' || b.form !== 'loop' || !sameShape(a.space, b.space)) return undefined;
    let level = into.level;
    for (const producer of from.producers) if (producer !== into) level = Math.max(level, producer.level + 1);
    const readByOthers = into.consumers.size > (into.consumers.has(from) ? 1 : 0);
    if (level > into.level && readByOthers) return undefined;
    const kernel = mergeKernels(a, b);
    if (!kernel) return undefined;
    into.kernel = { kernel, ops: [...into.kernel.ops, ...from.kernel.ops] };
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
}

/** The dims that both kernels reduce; `undefined` if they differ. */
function commonReduced(a: LoopKernel, b: LoopKernel): Dims | undefined {
  if (b.reductions.length === 0) return a.reduced;
  if (a.reductions.length === 0) return b.reduced;
  return sameShape(a.reduced, b.reduced) ? a.reduced : undefined;
}

/** One kernel that does what `a` and then `b` do; `undefined` where the language or the limits forbid it. */
export function mergeKernels(a: LoopKernel, b: LoopKernel): LoopKernel | undefined {
  const reduced = commonReduced(a, b);
  if (!reduced) return undefined;
  if (a.results.length + b.results.length > limits.results) return undefined;
  const table = new OperandTable();
  const nodes = new NodeTable();
  const made = new Map<BufferId, Expression>();
  const reductions: Reduction[] = [];
  const results: Result[] = [];
  const lead = a.space.length;
  let possible = true;

  const take = (kernel: LoopKernel): void => {
    const flat = flatOperands(kernel);
    const numbers = new Map<number, number>();
    const leafIn =
      (inside: boolean) =>
      (node: Expression): Expression => {
        if (node.kind === 'load') {
          const operand = kernel.operands[node.operand] as Operand;
          const value = made.get(operand.buffer);
          if (value && !inside) return value;
          // A reduction cannot be part of what another one accumulates.
          if (value) possible = false;
          return { ...node, operand: table.add(spread(operand, lead, kernel.reduced, reduced)) };
        }
        if (node.kind === 'gather') {
          const operand = kernel.operands[node.operand] as Operand;
          if (made.has(operand.buffer)) possible = false;
          return { ...node, operand: table.addFlat(operand) };
        }
        if (node.kind === 'index' && kernel.reduced.length < reduced.length) {
          return { ...node, coefficients: [...node.coefficients, ...reduced.map(() => 0)] };
        }
        if (node.kind === 'reduced') return { ...node, reduction: numbers.get(node.reduction) as number };
        return node;
      };
    // A buffer that is made here and read in another way than in place keeps the kernels apart.
    kernel.operands.forEach(({ buffer, view }, i) => {
      if (made.has(buffer) && (flat.has(i) || !isInPlace(view, a.space, kernel.reduced.length))) possible = false;
    });
    if (!possible) return;
    const innerMemo = new Map<Expression, Expression>();
    kernel.reductions.forEach((reduction, i) => {
      const value = nodes.rewrite(reduction.value, leafIn(true), innerMemo);
      const twin = reductions.findIndex((r) => r.combine === reduction.combine && r.value === value);
      numbers.set(i, twin >= 0 ? twin : reductions.push({ ...reduction, value }) - 1);
    });
    const outerMemo = new Map<Expression, Expression>();
    const own = kernel.results.map(({ buffer, value }) => ({
      buffer,
      value: nodes.rewrite(value, leafIn(false), outerMemo),
    }));
    for (const result of own) {
      results.push(result);
      made.set(result.buffer, result.value);
    }
  };

  take(a);
  take(b);
  if (!possible || table.operands.length > limits.operands) return undefined;
  const roots = [...reductions.map((r) => r.value), ...results.map((r) => r.value)];
  if (expressionSize(roots) > limits.expressionSize) return undefined;
  return { form: 'loop', space: a.space, reduced, operands: table.operands, reductions, results };
}

/** Whether a view reads its buffer at the very points of the space, so that the value made there can stand in its place. */
function isInPlace(view: View, space: Dims, reduced: number): boolean {
  if (view.shape.length !== space.length + reduced) return false;
  if (view.strides.slice(space.length).some((stride) => stride !== 0)) return false;
  return isContiguous({ ...view, shape: space, strides: view.strides.slice(0, space.length) });
}

/** The operand of a kernel without reduced axes as one of a kernel with them. */
function spread(operand: Operand, lead: number, own: Dims, reduced: Dims): Operand {
  if (own.length === reduced.length) return operand;
  const { view } = operand;
  const none = reduced.map(() => 0);
  return {
    buffer: operand.buffer,
    view: {
      ...view,
      shape: [...view.shape.slice(0, lead), ...reduced],
      strides: [...view.strides, ...none],
      guards: view.guards.map((guard) => ({ ...guard, coefficients: [...guard.coefficients, ...none] })),
    },
  };
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
