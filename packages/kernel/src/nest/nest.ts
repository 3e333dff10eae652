/**
 * A loop kernel brought to the form that code is generated from: axes of size 1 are gone, and neighbouring axes that all
 * operands, guards and index expressions step through evenly are one axis. Kept axes are merged with kept ones only,
 * reduced with reduced ones. The last axis of each kind is then as long as it can be. Where a kernel is given for several
 * sizes, an axis is gone or merged only if it is so in all of them.
 */
import { type Dims, type DType, internal, stridesOf, toElement } from '@deft/core';
import { type Expression, foldExpression, rewriteExpression } from '../expression.ts';
import type { BufferSpec, Operand } from '../kernel.ts';
import { Quantities, type Quantity } from './quantity.ts';

/** `offset + Σ coefficients · i` over the axes of a nest. */
export interface Affine<Q> {
  readonly offset: Q;
  readonly coefficients: readonly Q[];
}

/** Where a point lies inside of a source. */
export interface NestGuard<Q> extends Affine<Q> {
  readonly limit: Q;
}

/** An operand of a nest: strides over all axes, kept ones first, in elements. */
export interface NestOperand<Q = Quantity> {
  readonly buffer: number;
  readonly dtype: DType;
  readonly offset: Q;
  readonly strides: readonly Q[];
  readonly guards: readonly NestGuard<Q>[];
  readonly fill: Q;
}

/** Loops over kept axes around loops over reduced axes, with the operands as seen from there. */
interface NestOf<Q> {
  readonly kept: readonly Q[];
  readonly reduced: readonly Q[];
  /** Strides of each result over all axes: those of places row-major over the kept ones, 0 along the reduced ones. */
  readonly resultStrides: readonly (readonly Q[])[];
  readonly operands: readonly NestOperand<Q>[];
  /** The given expressions, with index nodes over the merged axes, in the same order. */
  readonly expressions: readonly Expression[];
  /** What else the code needs, as given. */
  readonly further: readonly Q[];
}

/** A nest whose numbers are known. */
export type SizedNest = NestOf<number>;

/** A nest as code is made of it. The expressions are those of the first sample. */
export interface Nest extends NestOf<Quantity> {
  /** What index nodes and constants are where they are not the same in all samples. */
  readonly leaves: ReadonlyMap<Expression, Affine<Quantity> | Quantity>;
}

/** What a nest is made of: a space with kept and reduced axes, and what is computed at its points. */
export interface NestSource {
  readonly space: Dims;
  readonly reduced: Dims;
  readonly operands: readonly Operand[];
  readonly expressions: readonly Expression[];
  /** The strides of each result that has some. */
  readonly results: readonly (Dims | undefined)[];
  /** Further numbers that the code needs. */
  readonly further: readonly number[];
}

/** A nest for samples of a kernel. */
export interface PlannedNest {
  readonly nest: Nest;
  readonly quantities: Quantities<SizedNest>;
  /** The nest of a kernel that differs from the samples in numbers only. */
  sized(source: NestSource): SizedNest;
}

/** The operands that expressions read through their view rather than at computed offsets. */
export function loadedOperands(roots: readonly Expression[]): Set<number> {
  return new Set(nodesOf(roots).flatMap((node) => (node.kind === 'load' ? [node.operand] : [])));
}

/** The coefficients over the axes of everything affine: strides of views, guards, index expressions, results. */
function coefficientsOf({ operands, expressions, results }: NestSource): (readonly number[])[] {
  const loaded = loadedOperands(expressions);
  const affine: (readonly number[])[] = [];
  for (const [i, { view }] of operands.entries()) {
    if (!loaded.has(i)) continue;
    affine.push(view.strides);
    for (const guard of view.guards) affine.push(guard.coefficients);
  }
  for (const node of nodesOf(expressions)) if (node.kind === 'index') affine.push(node.coefficients);
  for (const strides of results) if (strides !== undefined) affine.push(strides);
  return affine;
}

/** A source with what decides which of its axes are one. */
interface Surveyed {
  readonly extents: Dims;
  readonly affine: readonly (readonly number[])[];
}

const surveyed = (source: NestSource): Surveyed => ({
  extents: [...source.space, ...source.reduced],
  affine: coefficientsOf(source),
});

/** Whether an axis continues the one before: a step of that one is as long as a whole run of this one. */
const continues = ({ extents, affine }: Surveyed, before: number, axis: number): boolean =>
  affine.every((c) => c[before] === (c[axis] as number) * (extents[axis] as number));

/** The axes of the merged space, each with the axes that it is made of; the last of them has its coefficients. */
function mergedAxes(samples: readonly Surveyed[], from: number, to: number): number[][] {
  const merged: number[][] = [];
  for (let axis = from; axis < to; axis++) {
    if (samples.every(({ extents }) => extents[axis] === 1)) continue;
    const last = merged.at(-1);
    if (last !== undefined && samples.every((sample) => continues(sample, last.at(-1) as number, axis))) {
      last.push(axis);
    } else {
      merged.push([axis]);
    }
  }
  return merged;
}

/** The nest of one kernel, given which axes are merged. */
function sizedNest(
  source: NestSource,
  dtypes: readonly DType[],
  kept: readonly (readonly number[])[],
  reduced: readonly (readonly number[])[],
): SizedNest {
  const { operands, expressions, results } = source;
  const loaded = loadedOperands(expressions);
  const extents = [...source.space, ...source.reduced];
  const extentOf = (axes: readonly number[]): number =>
    axes.reduce((size, axis) => size * (extents[axis] as number), 1);
  const sources = [...kept, ...reduced].map((axes) => axes.at(-1) as number);
  const pick = (coefficients: readonly number[]): number[] => sources.map((axis) => coefficients[axis] as number);
  const memo = new Map<Expression, Expression>();
  const keptExtents = kept.map(extentOf);
  return {
    kept: keptExtents,
    reduced: reduced.map(extentOf),
    resultStrides: results.map((strides) =>
      strides === undefined ? [...stridesOf(keptExtents), ...reduced.map(() => 0)] : pick(strides),
    ),
    operands: operands.map(({ buffer, view }, i) => ({
      buffer,
      dtype: dtypes[i] as DType,
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
    further: source.further,
  };
}

/** Every node of expressions once, in an order that depends on their structure alone. */
export function nodesOf(roots: readonly Expression[]): Expression[] {
  const memo = new Map<Expression, undefined>();
  for (const root of roots) foldExpression(root, () => undefined, memo);
  return [...memo.keys()];
}

/** The nest of samples whose axes are merged. */
function combined(samples: readonly SizedNest[], quantities: Quantities<SizedNest>): Nest {
  const { kept, reduced, resultStrides, operands, expressions, further } =
    samples[0] ?? internal('a nest of no kernel');
  const listed = <T>(list: readonly T[], at: (nest: SizedNest) => readonly number[]): Quantity[] =>
    list.map((_, i) => quantities.of((nest) => at(nest)[i] as number));
  const affine = (own: Affine<number>, at: (nest: SizedNest) => Affine<number>): Affine<Quantity> => ({
    offset: quantities.of((nest) => at(nest).offset),
    coefficients: listed(own.coefficients, (nest) => at(nest).coefficients),
  });
  return {
    kept: listed(kept, (nest) => nest.kept),
    reduced: listed(reduced, (nest) => nest.reduced),
    resultStrides: resultStrides.map((list, r) => listed(list, (nest) => nest.resultStrides[r] as readonly number[])),
    operands: operands.map((operand, i) => {
      const of = (nest: SizedNest): NestOperand<number> => nest.operands[i] as NestOperand<number>;
      return {
        ...operand,
        offset: quantities.of((nest) => of(nest).offset),
        strides: listed(operand.strides, (nest) => of(nest).strides),
        guards: operand.guards.map((guard, g) => {
          const at = (nest: SizedNest): NestGuard<number> => of(nest).guards[g] as NestGuard<number>;
          return { ...affine(guard, at), limit: quantities.of((nest) => at(nest).limit) };
        }),
        fill: quantities.of((nest) => of(nest).fill),
      };
    }),
    expressions,
    further: listed(further, (nest) => nest.further),
    leaves: quantities.many ? leavesOf(expressions, quantities, affine) : new Map(),
  };
}

/** A constant as an element of its dtype. Long integers are held as numbers where they are constants. */
export function elementOf({ dtype, value }: Extract<Expression, { kind: 'constant' }>): number {
  return dtype === 'int64' ? Math.trunc(value) : toElement(dtype, value);
}

function leavesOf(
  expressions: readonly Expression[],
  quantities: Quantities<SizedNest>,
  affine: (own: Affine<number>, at: (nest: SizedNest) => Affine<number>) => Affine<Quantity>,
): Map<Expression, Affine<Quantity> | Quantity> {
  const nodes = new WeakMap<SizedNest, readonly Expression[]>();
  const nodeOf = <K extends 'index' | 'constant'>(nest: SizedNest, at: number): Extract<Expression, { kind: K }> => {
    let list = nodes.get(nest);
    if (list === undefined) {
      list = nodesOf(nest.expressions);
      nodes.set(nest, list);
    }
    return list[at] as Extract<Expression, { kind: K }>;
  };
  const leaves = new Map<Expression, Affine<Quantity> | Quantity>();
  nodesOf(expressions).forEach((node, at) => {
    if (node.kind === 'index')
      leaves.set(
        node,
        affine(node, (nest) => nodeOf<'index'>(nest, at)),
      );
    if (node.kind !== 'constant') return;
    leaves.set(
      node,
      quantities.of((nest) => elementOf(nodeOf<'constant'>(nest, at))),
    );
  });
  return leaves;
}

/** The offset and the coefficients of an index node. */
export function affineOf(nest: Nest, node: Extract<Expression, { kind: 'index' }>): Affine<Quantity> {
  return (nest.leaves.get(node) as Affine<Quantity> | undefined) ?? node;
}

/** The value of a constant. */
export function constantOf(nest: Nest, node: Extract<Expression, { kind: 'constant' }>): Quantity {
  return (nest.leaves.get(node) as Quantity | undefined) ?? node.value;
}

/** Normalises the space of a kernel, given for one or more sizes. */
export function makeNest(sources: readonly NestSource[], buffers: readonly BufferSpec[]): PlannedNest {
  const [first = internal('a nest of no kernel')] = sources;
  const samples = sources.map(surveyed);
  const [split, end] = [first.space.length, first.space.length + first.reduced.length];
  const kept = mergedAxes(samples, 0, split);
  const reduced = mergedAxes(samples, split, end);
  const dtypes = first.operands.map(({ buffer }) => (buffers[buffer] as BufferSpec).dtype);
  const nests = sources.map((source) => sizedNest(source, dtypes, kept, reduced));
  const quantities = new Quantities(nests);
  return {
    nest: combined(nests, quantities),
    quantities,
    sized: (source) => {
      const own = surveyed(source);
      for (const axes of [...kept, ...reduced]) {
        const holds = axes.every((axis, i) => i === 0 || continues(own, axes[i - 1] as number, axis));
        if (!holds) internal('axes that are one in the samples of a kernel are not one at another size');
      }
      return sizedNest(source, dtypes, kept, reduced);
    },
  };
}
