/**
 * Turns lazy expressions into the expressions and operands of one kernel: axes of size 1 are dropped, reads of the same
 * buffer through the same view become one operand, equal nodes become one node.
 */
import { type Dims, internal } from '@deft/core';
import {
  type BufferId,
  type Expression,
  type LoopKernel,
  type Operand,
  partsOf,
  type Reduction,
  type View,
  withParts,
} from '@deft/kernel';
import type { LazyValue, Leaves, PendingReduction } from './lazy-value.ts';

/** Text that is equal for equal views of one buffer over one space. */
export function operandText({ buffer, view }: Operand): string {
  const guards = view.guards.map((g) => `?${g.offset}+${g.coefficients.join()}<${g.limit}`).join('');
  const fill = view.guards.length > 0 ? (Object.is(view.fill, -0) ? '-0' : view.fill) : '';
  return `${buffer}@${view.offset}+${view.strides.join()}${guards}${fill}`;
}

/** Merges equal expression nodes: what goes in twice comes out as one object. */
export class NodeTable {
  readonly #nodes = new Map<string, Expression>();
  readonly #numbers = new Map<Expression, number>();

  /** The one node that stands for all equal ones. Its parts have been through this table. */
  unique(node: Expression): Expression {
    if (this.#numbers.has(node)) return node;
    const key = `${this.#own(node)}(${partsOf(node)
      .map((part) => this.#numbers.get(part) ?? internal('a part that is not in the table'))
      .join()})`;
    const known = this.#nodes.get(key);
    if (known) return known;
    this.#nodes.set(key, node);
    this.#numbers.set(node, this.#numbers.size);
    return node;
  }

  #own(node: Expression): string {
    switch (node.kind) {
      case 'constant':
        return `${node.dtype} ${Object.is(node.value, -0) ? '-0' : node.value}`;
      case 'load':
      case 'gather':
        return `${node.kind} ${node.dtype} ${node.operand}`;
      case 'index':
        return `i${node.offset}+${node.coefficients.join()}`;
      case 'reduced':
        return `r${node.reduction}`;
      case 'variable':
        return `v${node.variable}`;
      case 'unary':
      case 'binary':
      case 'compare':
        return node.op;
      case 'select':
        return '?';
      case 'cast':
      case 'bitcast':
        return `${node.kind} ${node.dtype}`;
    }
  }

  /** Rewrites an expression bottom up and merges what becomes equal. `memo` is kept per kind of rewriting. */
  rewrite(root: Expression, leaf: (node: Expression) => Expression, memo: Map<Expression, Expression>): Expression {
    const known = memo.get(root);
    if (known) return known;
    const parts = partsOf(root);
    const moved =
      parts.length === 0
        ? root
        : withParts(
            root,
            parts.map((part) => this.rewrite(part, leaf, memo)),
          );
    const result = this.unique(leaf(moved));
    memo.set(root, result);
    return result;
  }
}

/** The operands of a kernel under construction, each buffer and view once. */
export class OperandTable {
  readonly operands: Operand[] = [];
  readonly #known = new Map<string, number>();

  add(operand: Operand): number {
    return this.#add(operandText(operand), operand);
  }

  /** The buffer as a flat array, for gathers. */
  addFlat(operand: Operand): number {
    return this.#add(`flat ${operand.buffer}`, operand);
  }

  #add(key: string, operand: Operand): number {
    let number = this.#known.get(key);
    if (number === undefined) {
      number = this.operands.push(operand) - 1;
      this.#known.set(key, number);
    }
    return number;
  }
}

/** Moves lazy expressions into one kernel's numbering. */
export class KernelExpressions {
  readonly operands: OperandTable = new OperandTable();
  readonly nodes: NodeTable = new NodeTable();
  readonly #leaves: Leaves;
  readonly #memos = new Map<string, Map<Expression, Expression>>();

  constructor(leaves: Leaves) {
    this.#leaves = leaves;
  }

  /** The expression over `space` (all of it with axes of size 1), as one over `space` without these, and `reduced`. */
  localise(
    root: Expression,
    space: Dims,
    reduced: Dims,
    reductions: ReadonlyMap<number, number> | undefined,
  ): Expression {
    const kept: number[] = [];
    space.forEach((dim, axis) => {
      if (dim !== 1) kept.push(axis);
    });
    const pick = (list: readonly number[]): number[] => [
      ...kept.map((axis) => list[axis] as number),
      ...reduced.map(() => 0),
    ];
    const shape = [...kept.map((axis) => space[axis] as number), ...reduced];
    const memo = this.#memos.get(`${space.length} ${reduced.length}`) ?? new Map<Expression, Expression>();
    this.#memos.set(`${space.length} ${reduced.length}`, memo);
    const leaf = (node: Expression): Expression => {
      switch (node.kind) {
        case 'load': {
          const { buffer, view } = this.#leaves.reads[node.operand] as Operand;
          return { ...node, operand: this.operands.add({ buffer, view: pickAxes(view, shape, pick) }) };
        }
        case 'gather':
          return { ...node, operand: this.operands.addFlat(this.#leaves.reads[node.operand] as Operand) };
        case 'index':
          return { ...node, coefficients: pick(node.coefficients) };
        case 'reduced':
          return { ...node, reduction: reductions?.get(node.reduction) ?? internal('a reduction out of place') };
        default:
          return node;
      }
    };
    return this.nodes.rewrite(root, leaf, memo);
  }
}

function pickAxes(view: View, shape: Dims, pick: (list: readonly number[]) => number[]): View {
  return {
    shape,
    offset: view.offset,
    strides: pick(view.strides),
    guards: view.guards.map((guard) => ({ ...guard, coefficients: pick(guard.coefficients) })),
    fill: view.guards.length > 0 ? view.fill : 0,
  };
}

/** The shape without axes of size 1. */
export function withoutUnitAxes(shape: Dims): number[] {
  return shape.filter((dim) => dim !== 1);
}

/** The loop kernel that stores a lazy value in a buffer. */
export function loopKernelOf(leaves: Leaves, lazy: LazyValue, buffer: BufferId): LoopKernel {
  const local = new KernelExpressions(leaves);
  const space = withoutUnitAxes(lazy.shape);
  const reduced = withoutUnitAxes(lazy.reduced);
  const reductions: Reduction[] = [];
  const numbers = new Map<number, number>();
  for (const number of lazy.reductions) {
    const pending = leaves.reductions[number] as PendingReduction;
    const { combine, dtype } = pending;
    const value = local.localise(pending.value, [...lazy.shape, ...lazy.reduced], [], undefined);
    const twin = reductions.findIndex((other) => other.combine === combine && other.value === value);
    numbers.set(number, twin >= 0 ? twin : reductions.push({ combine, dtype, value }) - 1);
  }
  const value = local.localise(lazy.expression, lazy.shape, reduced, numbers);
  return {
    form: 'loop',
    space,
    reduced,
    operands: local.operands.operands,
    reductions,
    results: [{ buffer, value }],
  };
}
