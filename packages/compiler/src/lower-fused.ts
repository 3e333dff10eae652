/**
 * Lowers the forms that stay lazy: maps, gathers and reductions become expressions over their inputs' expressions, and get
 * a kernel when what they make is stored. Inputs that cannot be part of the expression are stored first.
 */
import { type AbstractValue, type Dims, sameShape, sizeOf } from '@deft/core';
import type { GraphNode, GraphValue } from '@deft/graph';
import {
  broadcastMap,
  castExpression,
  contiguousView,
  type Expression,
  type Form,
  gatherExpression,
  type IndexMap,
  identityMap,
  reducedExpression,
} from '@deft/kernel';
import { combine, isLeaf, isTooLarge } from './combine-values.ts';
import { permuteMap } from './index-maps.ts';
import { type LazyValue, lazyConstant, lazyExpression, reshapeIndices, throughReshape } from './lazy-value.ts';
import type { LoweredValues } from './lowered-values.ts';

/** A map of its inputs: in their kernels as far as the limits allow. */
export function lowerMap(
  values: LoweredValues,
  inputs: readonly GraphValue[],
  maps: readonly (IndexMap | undefined)[] | undefined,
  template: Expression,
  shape: Dims,
): LazyValue {
  const elsewhere = lowerMapElsewhere(values, inputs, maps ?? [], template, shape);
  if (elsewhere) return elsewhere;
  const aligned = values.alignedInputs(inputs, maps ?? [], shape);
  const combined = combine(template, aligned, shape);
  if (!isTooLarge(values.leaves, combined)) return combined;
  for (const input of new Set(inputs)) {
    if (!isLeaf(values.value(input).expression)) values.store(input, 'the fused expression would grow too large');
  }
  return combine(template, values.alignedInputs(inputs, maps ?? [], shape), shape);
}

/**
 * The map over the space of an input that is computed over another one than its shape, if the other inputs can follow
 * there: so a reshape that no view can express costs nothing as long as only maps use it.
 */
function lowerMapElsewhere(
  values: LoweredValues,
  inputs: readonly GraphValue[],
  maps: readonly (IndexMap | undefined)[],
  template: Expression,
  shape: Dims,
): LazyValue | undefined {
  const whole = inputs.map((input, i) =>
    maps[i] === undefined && sameShape(input.abstract.shape, shape) ? values.computed(input) : undefined,
  );
  const space = whole.find((lazy) => lazy && !sameShape(lazy.shape, shape))?.shape;
  if (space === undefined || sizeOf(space) === 0) return undefined;
  const moved = reshapeIndices(template, shape, space);
  if (!moved) return undefined;
  const aligned: LazyValue[] = [];
  for (const [i, input] of inputs.entries()) {
    const map = maps[i] ?? broadcastMap(input.abstract.shape, shape);
    const lazy = throughReshape(values.leaves, whole[i] ?? values.readThrough(input, map), space);
    if (!lazy) return undefined;
    aligned.push(lazy);
  }
  const reduced = new Set(aligned.filter((lazy) => lazy.reductions.length > 0).map((lazy) => lazy.reduced.join()));
  if (reduced.size > 1) return undefined;
  const combined = combine(moved, aligned, space);
  return isTooLarge(values.leaves, combined) ? undefined : combined;
}

/** Elements of a buffer at computed offsets. */
export function lowerGather(
  values: LoweredValues,
  node: GraphNode,
  maps: readonly IndexMap[],
  template: Expression,
  shape: Dims,
): LazyValue {
  const [first, ...others] = node.inputs as [GraphValue, ...GraphValue[]];
  const source = values.value(first);
  const { dtype } = first.abstract;
  if (source.expression.kind === 'constant') return lazyConstant(shape, dtype, source.expression.value);
  const buffer = values.contiguousBuffer(first, 'read at computed offsets');
  for (const input of others) values.withoutReductions(input, 'used in computed offsets');
  const aligned = values.alignedInputs(others, maps, shape);
  const offset = combine(template, [lazyConstant([], dtype, 0), ...aligned], shape);
  const flat = values.leaves.load(buffer, contiguousView([sizeOf(first.abstract.shape)]), dtype);
  const operand = (flat as Expression & { kind: 'load' }).operand;
  return lazyExpression(shape, gatherExpression(dtype, operand, offset.expression), offset.size + 1);
}

/** A reduction that waits for what is done with it. */
export function lowerReduce(
  values: LoweredValues,
  first: GraphValue,
  form: Form & { readonly form: 'reduce' },
  { shape, dtype }: AbstractValue,
): LazyValue {
  values.withoutReductions(first, 'reduced again');
  const from = form.map ?? identityMap(first.abstract.shape);
  const kept: number[] = [];
  from.shape.forEach((_, axis) => {
    if (!form.axes.includes(axis)) kept.push(axis);
  });
  const full = permuteMap(from, [...kept, ...form.axes]);
  const keptShape = full.shape.slice(0, kept.length);
  const reduced = full.shape.slice(kept.length);
  const lazy = values.readThrough(first, full);
  const positions = form.combine === 'argMax' || form.combine === 'argMin';
  if (sizeOf(reduced) === 1) {
    // One element each: the reduction of it is itself, its position 0.
    const value = positions ? lazyConstant(full.shape, dtype, 0).expression : castExpression(lazy.expression, dtype);
    const same = lazyExpression(full.shape, value, lazy.size + 1);
    return throughReshape(values.leaves, same, shape) ?? same;
  }
  const value = positions ? lazy.expression : castExpression(lazy.expression, dtype);
  const number = values.leaves.reduction({ combine: form.combine, dtype, value });
  const pending: LazyValue = {
    shape: keptShape,
    expression: reducedExpression(dtype, number),
    reduced,
    reductions: [number],
    size: lazy.size + 2,
  };
  return throughReshape(values.leaves, pending, shape) ?? pending;
}
