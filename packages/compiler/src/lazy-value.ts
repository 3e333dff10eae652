/**
 * Lazy values: what a graph value is while no buffer holds it. A scalar expression over an index space, whose loads
 * name reads (a buffer through a view over the same space), and perhaps reductions that are still to be done: these have
 * values of their own over the space with the reduced axes behind it.
 *
 * Loads and reductions are numbered through the whole lowering (`Leaves`), so combining lazy values renumbers nothing;
 * a kernel gets its own small numbers when it is emitted.
 */
import { type Dims, type DType, internal, sizeOf } from '@deft/core';
import {
  type Combine,
  composeView,
  constantExpression,
  contiguousView,
  type Expression,
  type IndexMap,
  leavesSource,
  loadExpression,
  mapAffine,
  type Operand,
  reducedExpression,
  reshapeView,
  rewriteExpression,
  type View,
} from '@deft/kernel';
import { besideReduced, isIdentityMap } from './index-maps.ts';

/** A reduction that no kernel does yet. */
export interface PendingReduction {
  readonly combine: Combine;
  readonly dtype: DType;
  /** Over the lazy value's space with the reduced axes behind it. */
  readonly value: Expression;
}

/** What loads, gathers and reduced nodes of lazy expressions refer to. */
export class Leaves {
  readonly reads: Operand[] = [];
  readonly reductions: PendingReduction[] = [];

  load(buffer: number, view: View, dtype: DType): Expression {
    return loadExpression(dtype, this.reads.push({ buffer, view }) - 1);
  }

  reduction(pending: PendingReduction): number {
    return this.reductions.push(pending) - 1;
  }
}

/** A value that is not (or not only) in a buffer. */
export interface LazyValue {
  /** The space it is computed over: the shape of what it stands for, or another one of the same size. */
  readonly shape: Dims;
  readonly expression: Expression;
  /** Axes that its reductions reduce; without reductions there are none. */
  readonly reduced: Dims;
  /** The reductions its expression uses. */
  readonly reductions: readonly number[];
  /** At least the number of nodes in its expressions. */
  readonly size: number;
}

const noDims: Dims = [];
const noReductions: readonly number[] = [];

/** A value without reductions. */
export function lazyExpression(shape: Dims, expression: Expression, size: number): LazyValue {
  return { shape, expression, reduced: noDims, reductions: noReductions, size };
}

/** The value that a whole buffer holds. */
export function lazyBuffer(leaves: Leaves, buffer: number, shape: Dims, dtype: DType): LazyValue {
  return lazyExpression(shape, leaves.load(buffer, contiguousView(shape), dtype), 1);
}

/** The same value at every point. */
export function lazyConstant(shape: Dims, dtype: DType, value: number): LazyValue {
  return lazyExpression(shape, constantExpression(dtype, value), 1);
}

/** The buffer and view of a value that is nothing else. */
export function bareRead(leaves: Leaves, lazy: LazyValue): Operand | undefined {
  return lazy.expression.kind === 'load' ? leaves.reads[lazy.expression.operand] : undefined;
}

/** How the points of another space reach those of a value's space. */
interface SpaceChange {
  readonly shape: Dims;
  view(view: View): View | undefined;
  affine(
    offset: number,
    coefficients: readonly number[],
    shape: Dims,
  ): { readonly offset: number; readonly coefficients: readonly number[] } | undefined;
  /** The same change where reduced axes stand behind the space. */
  beside(reduced: Dims): SpaceChange;
}

function mapChange(map: IndexMap): SpaceChange {
  return {
    shape: map.shape,
    view: (view) => composeView(view, map),
    affine: (offset, coefficients) => mapAffine(offset, coefficients, map),
    beside: (reduced) => mapChange(besideReduced(map, reduced)),
  };
}

function reshapeChange(shape: Dims): SpaceChange {
  return {
    shape,
    view: (view) => reshapeView(view, shape),
    affine(offset, coefficients, from) {
      const view = reshapeView({ shape: from, offset, strides: coefficients, guards: [], fill: 0 }, shape);
      return view && { offset: view.offset, coefficients: view.strides };
    },
    beside: (reduced) => reshapeChange([...shape, ...reduced]),
  };
}

/** The expression at the points of the changed space; `undefined` where a leaf cannot follow. */
function changeExpression(
  leaves: Leaves,
  expression: Expression,
  from: Dims,
  change: SpaceChange,
  reductions: ReadonlyMap<number, number> | undefined,
): Expression | undefined {
  let possible = true;
  const result = rewriteExpression(expression, (node) => {
    if (!possible) return node;
    if (node.kind === 'load') {
      const { buffer, view } = leaves.reads[node.operand] as Operand;
      const changed = change.view(view);
      if (changed) return leaves.load(buffer, changed, node.dtype);
      possible = false;
    } else if (node.kind === 'index') {
      const changed = change.affine(node.offset, node.coefficients, from);
      if (changed) return { ...node, ...changed };
      possible = false;
    } else if (node.kind === 'reduced') {
      const number = reductions?.get(node.reduction);
      if (number === undefined) return internal('a reduced value without its reduction');
      return reducedExpression(node.dtype, number);
    }
    return node;
  });
  return possible ? result : undefined;
}

function changeSpace(leaves: Leaves, lazy: LazyValue, change: SpaceChange): LazyValue | undefined {
  const numbers = new Map<number, number>();
  if (lazy.reductions.length > 0) {
    const full = change.beside(lazy.reduced);
    const from = [...lazy.shape, ...lazy.reduced];
    for (const number of lazy.reductions) {
      const pending = leaves.reductions[number] as PendingReduction;
      const value = changeExpression(leaves, pending.value, from, full, undefined);
      if (!value) return undefined;
      numbers.set(number, leaves.reduction({ ...pending, value }));
    }
  }
  const expression = changeExpression(leaves, lazy.expression, lazy.shape, change, numbers);
  if (!expression) return undefined;
  return { ...lazy, shape: change.shape, expression, reductions: [...numbers.values()] };
}

/** The value read through a map; `undefined` where it has to be in a buffer for that. */
export function throughMap(leaves: Leaves, lazy: LazyValue, map: IndexMap): LazyValue | undefined {
  if (isIdentityMap(map, lazy.shape)) return lazy;
  const { expression } = lazy;
  if (expression.kind !== 'load' && leavesSource(map, lazy.shape)) {
    return expression.kind === 'constant' && Object.is(expression.value, map.fill)
      ? { ...lazy, shape: map.shape }
      : undefined;
  }
  // Reading more points than there are would repeat whole reductions.
  if (lazy.reductions.length > 0 && sizeOf(map.shape) > sizeOf(lazy.shape)) return undefined;
  return changeSpace(leaves, lazy, mapChange(map));
}

/** The same elements over another space; `undefined` where a leaf cannot follow. */
export function throughReshape(leaves: Leaves, lazy: LazyValue, shape: Dims): LazyValue | undefined {
  if (sizeOf(shape) === 0 && lazy.reductions.length > 0) return undefined;
  return changeSpace(leaves, lazy, reshapeChange(shape));
}

/** The expression with its indices over `from` as ones over `to`, a shape of the same size; `undefined` where they are not affine there. */
export function reshapeIndices(expression: Expression, from: Dims, to: Dims): Expression | undefined {
  const change = reshapeChange(to);
  let possible = true;
  const result = rewriteExpression(expression, (node) => {
    if (node.kind !== 'index') return node;
    const changed = change.affine(node.offset, node.coefficients, from);
    if (!changed) possible = false;
    return { ...node, ...changed };
  });
  return possible ? result : undefined;
}
