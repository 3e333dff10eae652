/**
 * Lowers ops with regions to kernels that hold kernels. The kernels of a region read what it closes over from the buffers
 * around it; what goes from step to step lies in places. A result of the body is written straight to where it is needed
 * after the step: to its slice of a stack, to the memory of the next carried value, or both.
 */
import { type AbstractValue, internal, type Region, sizeOf } from '@deft/core';
import type { GraphNode, GraphValue } from '@deft/graph';
import type { BufferId, Carry, Form, Kernel, StackSlice } from '@deft/kernel';
import type { DraftBuilder } from './draft.ts';
import type { LazyValue } from './lazy-value.ts';
import { renumber } from './renumber.ts';

/** A region whose nodes are lowered. */
export interface LoweredRegion {
  /** A buffer that holds an output; perhaps one of an input. */
  output(i: number): BufferId;
  /** A buffer that holds an output, is written in the region, and is asked for once. */
  own(i: number): BufferId;
  /** The kernels, of which these buffers are wanted. */
  kernels(outputs: readonly BufferId[]): Kernel[];
}

/** What lowering a region needs of the lowering around it. */
export interface RegionLowering {
  readonly draft: DraftBuilder;
  region(region: Region, inputs: readonly LazyValue[]): LoweredRegion;
  /** The buffer whose elements are the value. */
  buffer(value: GraphValue): BufferId;
  closedOver(value: GraphValue): LazyValue;
  /** The value of that type that a buffer holds. */
  held(buffer: BufferId, type: AbstractValue): LazyValue;
  /** Says which buffer holds the value from now on. */
  define(value: GraphValue, buffer: BufferId): void;
}

/** Lowers a node of an op with regions. */
export function lowerRegions(around: RegionLowering, node: GraphNode, form: Form): void {
  if (form.form === 'repeat') lowerRepeat(around, node, form);
  else if (form.form === 'branch') lowerBranch(around, node);
  else internal(`op ${node.operation.name} has regions and lowers to a ${form.form}`);
}

const regionsOf = (node: GraphNode): readonly Region[] => node.operation.regions?.list ?? [];
const isReason = 'a loop is a kernel of its own';

function lowerRepeat(around: RegionLowering, node: GraphNode, form: Form & { readonly form: 'repeat' }): void {
  const { draft } = around;
  const { steps, counted, closedOver, carries: carried, reverse } = form;
  const [body, condition] = regionsOf(node) as [Region, Region?];
  const from = counted ? 1 : 0;
  const given = node.inputs.slice(from + closedOver);
  const typeOf = (i: number): AbstractValue => (body.inputs[closedOver + i] as Region['inputs'][0]).abstract;
  const count = counted ? around.buffer(node.inputs[0] as GraphValue) : undefined;
  const shared = node.inputs.slice(from, from + closedOver).map((value) => around.closedOver(value));
  const sources = given.map((value) => around.buffer(value));
  const places = given.map((_, i) => draft.place(typeOf(i).dtype, sizeOf(typeOf(i).shape)));
  const inputs = places.map((place, i) => around.held(place, typeOf(i)));
  const results = node.outputs.map(({ abstract }) => draft.result(abstract.dtype, sizeOf(abstract.shape), isReason));

  const lowered = around.region(body, [...shared, ...inputs]);
  const sliceOf = new Map<BufferId, BufferId>();
  const writes = body.outputs.slice(carried).map((_, k): StackSlice => {
    const value = lowered.output(carried + k);
    const place = lowered.own(carried + k);
    if (place === value) sliceOf.set(value, place);
    return { stack: results[carried + k] as BufferId, place };
  });
  const carries = body.outputs.slice(0, carried).map((_, i): Carry => {
    const { dtype, shape } = typeOf(i);
    const shared = sliceOf.get(lowered.output(i));
    return {
      initial: sources[i] as BufferId,
      current: places[i] as BufferId,
      next: shared ?? lowered.own(i),
      spare: shared === undefined ? draft.result(dtype, sizeOf(shape), 'what a step replaces') : undefined,
      result: results[i] as BufferId,
    };
  });
  const ends = [...new Set([...writes.map((slice) => slice.place), ...carries.map((carry) => carry.next)])];
  const kernels = lowered.kernels(ends);
  for (const place of ends) draft.makePlace(place);
  draft.kernel(
    {
      form: 'repeat',
      steps,
      count,
      reverse,
      condition: condition && lowerCondition(around, condition, [...shared, ...inputs.slice(0, carried)]),
      carries,
      reads: sources.slice(carried).map((stack, i) => ({ stack, place: places[carried + i] as BufferId })),
      writes,
      body: kernels,
      taken: condition && results.at(-1),
    },
    node.operation.name,
  );
  node.outputs.forEach((output, i) => {
    around.define(output, results[i] as BufferId);
  });
}

function lowerCondition(
  around: RegionLowering,
  condition: Region,
  inputs: readonly LazyValue[],
): { kernels: Kernel[]; holds: BufferId } {
  const lowered = around.region(condition, inputs);
  const holds = lowered.output(0);
  return { kernels: lowered.kernels([holds]), holds };
}

function lowerBranch(around: RegionLowering, node: GraphNode): void {
  const { draft } = around;
  const [first, ...others] = node.inputs as [GraphValue, ...GraphValue[]];
  const index = around.buffer(first);
  const shared = others.map((value) => around.closedOver(value));
  const results = node.outputs.map(({ abstract }) => draft.result(abstract.dtype, sizeOf(abstract.shape), isReason));
  const branches = regionsOf(node).map((region) => {
    const lowered = around.region(region, shared);
    const own = results.map((_, i) => lowered.own(i));
    const numbers = new Map(own.map((buffer, i) => [buffer, results[i] as BufferId]));
    return lowered.kernels(own).map((kernel) => renumber(kernel, (old) => numbers.get(old) ?? old));
  });
  draft.kernel({ form: 'branch', index, branches, results }, node.operation.name);
  node.outputs.forEach((output, i) => {
    around.define(output, results[i] as BufferId);
  });
}
