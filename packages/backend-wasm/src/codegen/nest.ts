/**
 * A loop kernel brought to the form that code is generated from: axes of size 1 are gone, and neighbouring axes that all
 * operands, guards and index expressions step through evenly are one axis. Kept axes are merged with kept ones only,
 * reduced with reduced ones. The last axis of each kind is then as long as it can be.
 */
import { type Dims, type DType, stridesOf } from '@deft/core';
import { type BufferSpec, type Expression, type Guard, type Operand, rewriteExpression } from '@deft/kernel';

/** An operand of a nest: strides over all axes, kept ones first, in elements. */
export interface NestOperand {
  readonly buffer: number;
  readonly dtype: DType;
  readonly offset: number;
  readonly strides: readonly number[];
  readonly guards: readonly Guard[];
  readonly fill: number;
}

/** Loops over kept axes around loops over reduced axes, with the operands as seen from there. */
export interface Nest {
  readonly kept: readonly number[];
  readonly reduced: readonly number[];
  /** Strides of each result over all axes: those of places row-major over the kept ones, 0 along the reduced ones. */
  readonly resultStrides: readonly (readonly number[])[];
  readonly operands: readonly NestOperand[];
  /** The given expressions, with index nodes over the merged axes, in the same order. */
  readonly expressions: readonly Expression[];
}

/** Coefficients over the axes of something affine: strides of a view, a guard, an index expression. */
type Coefficients = readonly number[];

/** The index nodes of expressions, and the operands that are read through their view rather than at computed offsets. */
function survey(roots: readonly Expression[]): { indices: Set<Expression>; loaded: Set<number> } {
  const indices = new Set<Expression>();
  const loaded = new Set<number>();
  const memo = new Map<Expression, Expression>();
  const visit = (node: Expression): Expression => {
    if (node.kind === 'index') indices.add(node);
    if (node.kind === 'load') loaded.add(node.operand);
    return node;
  };
  for (const root of roots) rewriteExpression(root, visit, memo);
  return { indices, loaded };
}

/** For each axis of the merged space, the axis whose coefficient it takes; extents are products over the merged axes. */
function mergeAxes(
  extents: Dims,
  from: number,
  to: number,
  affine: readonly Coefficients[],
): { extents: number[]; sources: number[] } {
  const merged: number[] = [];
  const sources: number[] = [];
  for (let axis = from; axis < to; axis++) {
    const extent = extents[axis] as number;
    if (extent === 1) continue;
    const last = sources.at(-1);
    // The axis continues the one before if a step of that one is as long as a whole run of this one.
    if (last !== undefined && affine.every((c) => c[last] === (c[axis] as number) * extent)) {
      merged[merged.length - 1] = (merged.at(-1) as number) * extent;
      sources[sources.length - 1] = axis;
    } else {
      merged.push(extent);
      sources.push(axis);
    }
  }
  return { extents: merged, sources };
}

/** Normalises the space of a kernel. `space` are the kept axes; `results` the strides of each result that has some. */
export function makeNest(
  space: Dims,
  reduced: Dims,
  operands: readonly Operand[],
  expressions: readonly Expression[],
  buffers: readonly BufferSpec[],
  results: readonly (Dims | undefined)[] = [],
): Nest {
  const extents = [...space, ...reduced];
  const { indices, loaded } = survey(expressions);
  const affine: Coefficients[] = [];
  for (const [i, { view }] of operands.entries()) {
    if (!loaded.has(i)) continue;
    affine.push(view.strides);
    for (const guard of view.guards) affine.push(guard.coefficients);
  }
  for (const node of indices) if (node.kind === 'index') affine.push(node.coefficients);
  for (const strides of results) if (strides !== undefined) affine.push(strides);

  const kept = mergeAxes(extents, 0, space.length, affine);
  const inner = mergeAxes(extents, space.length, extents.length, affine);
  const sources = [...kept.sources, ...inner.sources];
  const pick = (coefficients: Coefficients): number[] => sources.map((axis) => coefficients[axis] as number);
  const memo = new Map<Expression, Expression>();
  return {
    kept: kept.extents,
    reduced: inner.extents,
    resultStrides: results.map((strides) =>
      strides === undefined ? [...stridesOf(kept.extents), ...inner.extents.map(() => 0)] : pick(strides),
    ),
    operands: operands.map(({ buffer, view }, i) => ({
      buffer,
      dtype: (buffers[buffer] as BufferSpec).dtype,
      offset: view.offset,
      strides: loaded.has(i) ? pick(view.strides) : sources.map(() => 0),
      guards: loaded.has(i) ? view.guards.map((guard) => ({ ...guard, coefficients: pick(guard.coefficients) })) : [],
      fill: view.fill,
    })),
    expressions: expressions.map((root) =>
      rewriteExpression(
        root,
        (node) => (node.kind === 'index' ? { ...node, coefficients: pick(node.coefficients) } : node),
        memo,
      ),
    ),
  };
}
