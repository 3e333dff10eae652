/**
 * Lowers a graph to a draft of kernels. Walks the nodes in order and keeps a lazy value for everything; a value becomes a
 * buffer (its kernel is emitted) where the placement says so, or where the next form cannot absorb it.
 */
import {
  type AbstractValue,
  type Dims,
  type DType,
  internal,
  type Region,
  sameShape,
  sizeOf,
  type Tensor,
} from '@deft/core';
import type { Graph, GraphNode, GraphValue } from '@deft/graph';
import {
  type BufferId,
  broadcastMap,
  buffersOf,
  type ContractKernel,
  castExpression,
  contiguousView,
  type Expression,
  gatherExpression,
  type IndexMap,
  identityMap,
  isContiguous,
  type Operand,
  reducedExpression,
} from '@deft/kernel';
import { combine, isLeaf, isTooLarge } from './combine-values.ts';
import { uniformValue } from './constants.ts';
import { contractAxes } from './contract-axes.ts';
import { type Draft, DraftBuilder } from './draft.ts';
import { KernelExpressions, loopKernelOf, withoutUnitAxes } from './emit-loop.ts';
import { permutationMap, permuteMap } from './index-maps.ts';
import {
  bareRead,
  type LazyValue,
  Leaves,
  lazyBuffer,
  lazyConstant,
  lazyExpression,
  reshapeIndices,
  throughMap,
  throughReshape,
} from './lazy-value.ts';
import { type LoweredRegion, lowerRegions, type RegionLowering } from './lower-regions.ts';
import type { NodeForm, NodeForms } from './node-forms.ts';
import { Placement } from './placement.ts';

/** A lowered graph: its kernels, and the tensors to pass behind the graph's inputs. */
export interface Lowered {
  readonly draft: Draft;
  readonly captures: readonly Tensor[];
}

/** What happens to a list of kernels once it is complete. */
export type FinishKernels = (draft: Draft) => Draft;

/** Lowers a graph whose nodes all have lowerings. `finish` is applied to the kernels of regions. */
export function lowerGraph(graph: Graph, forms: NodeForms, finish: FinishKernels): Lowered {
  return new GraphLowering(graph, forms, finish).run();
}

class GraphLowering implements RegionLowering {
  readonly #graph: Graph;
  readonly #forms: NodeForms;
  readonly #finish: FinishKernels;
  readonly #placement: Placement;
  readonly #leaves: Leaves;
  readonly #draft: DraftBuilder;
  readonly #values = new Map<GraphValue, LazyValue>();

  constructor(graph: Graph, forms: NodeForms, finish: FinishKernels, around?: GraphLowering) {
    this.#graph = graph;
    this.#forms = forms;
    this.#finish = finish;
    this.#leaves = around === undefined ? new Leaves() : around.#leaves;
    this.#draft = around === undefined ? new DraftBuilder() : around.#draft.inside();
    this.#placement = new Placement(graph, forms);
  }

  run(): Lowered {
    const graph = this.#graph;
    for (const value of graph.inputs) this.#bindInput(value);
    for (const { value } of graph.captures) this.#bindInput(value);
    this.#lowerNodes();
    for (const output of graph.outputs) this.#draft.outputs.push(this.#resultBuffer(output));
    return { draft: this.#draft, captures: graph.captures.map(({ tensor }) => tensor) };
  }

  #lowerNodes(): void {
    const graph = this.#graph;
    for (const { value, array } of graph.constants) {
      if (!this.#placement.isNeeded(value)) continue;
      const uniform = uniformValue(array);
      const lazy =
        uniform === undefined
          ? lazyBuffer(this.#leaves, this.#draft.constant(array), array.shape, array.dtype)
          : lazyConstant(array.shape, array.dtype, uniform);
      this.#values.set(value, lazy);
    }
    for (const node of graph.nodes) this.#lowerNode(node);
  }

  get draft(): DraftBuilder {
    return this.#draft;
  }

  region(region: Region, inputs: readonly LazyValue[]): LoweredRegion {
    const graph = region as Graph;
    const inner = new GraphLowering(graph, this.#forms, this.#finish, this);
    graph.inputs.forEach((value, i) => {
      inner.#values.set(value, inputs[i] as LazyValue);
    });
    inner.#lowerNodes();
    const draft = inner.#draft;
    const claimed = new Set<BufferId>();
    return {
      output: (i) => inner.#resultBuffer(graph.outputs[i] as GraphValue),
      own: (i) => {
        const value = graph.outputs[i] as GraphValue;
        const buffer = inner.#contiguousBuffer(value, 'a result');
        const isOwn = draft.kernels.some(({ kernel }) => buffersOf(kernel).writes.includes(buffer));
        if (isOwn && !claimed.has(buffer) && draft.buffers[buffer]?.source === 'kernel') {
          claimed.add(buffer);
          return buffer;
        }
        const { shape, dtype } = value.abstract;
        const copy = draft.result(dtype, sizeOf(shape), 'a result');
        claimed.add(copy);
        draft.kernel(loopKernelOf(this.#leaves, inner.#value(value), copy), 'copy');
        return copy;
      },
      kernels: (outputs) => {
        const { kernels } = this.#finish({ buffers: draft.buffers, kernels: draft.kernels, inputs: [], outputs });
        return kernels.map(({ kernel }) => kernel);
      },
    };
  }

  buffer(value: GraphValue): BufferId {
    return this.#contiguousBuffer(value, 'read by a loop');
  }

  /** A value that regions read as it is: a constant, or a buffer through a view. */
  closedOver(value: GraphValue): LazyValue {
    const lazy = this.#value(value);
    const { kind } = lazy.expression;
    return kind === 'constant' || kind === 'load' ? lazy : this.#storeValue(value, 'read in every step');
  }

  held(buffer: BufferId, { shape, dtype }: AbstractValue): LazyValue {
    return lazyBuffer(this.#leaves, buffer, shape, dtype);
  }

  define(value: GraphValue, buffer: BufferId): void {
    this.#values.set(value, this.held(buffer, value.abstract));
  }

  #bindInput(value: GraphValue): void {
    const { shape, dtype } = value.abstract;
    const buffer = this.#draft.input(dtype, sizeOf(shape));
    this.#values.set(value, lazyBuffer(this.#leaves, buffer, shape, dtype));
  }

  #lowerNode(node: GraphNode): void {
    if (node.operation.barrier) this.#draft.epoch++;
    const forms = this.#forms.of(node);
    if (forms[0]?.form.form === 'routine') {
      this.#lowerRoutine(node, forms[0].form);
      return;
    }
    if (node.operation.regions) {
      lowerRegions(this, node, forms[0]?.form ?? internal(`op ${node.operation.name} gives nothing`));
      return;
    }
    node.outputs.forEach((output, i) => {
      if (!this.#placement.isNeeded(output)) return;
      const lazy = this.#lowerForm(node, forms[i] as NodeForm, output);
      const { shape, dtype } = output.abstract;
      if (lazy.expression.dtype !== dtype || sizeOf(lazy.shape) !== sizeOf(shape)) {
        internal(
          `op ${node.operation.name} lowers to ${lazy.expression.dtype}[${lazy.shape}], not ${output.abstract.text}`,
        );
      }
      this.#values.set(output, lazy);
      const reason = this.#placement.reasonToStore(output);
      if (reason !== undefined) this.#storeValue(output, reason);
    });
  }

  #lowerForm(node: GraphNode, { form, template }: NodeForm, output: GraphValue): LazyValue {
    const first = node.inputs[0] as GraphValue;
    const { shape, dtype } = output.abstract;
    switch (form.form) {
      case 'view':
        return this.#readThrough(first, form.map);
      case 'reshape':
        return this.#reshaped(first, shape);
      case 'map':
        return this.#lowerMap(node.inputs, form.maps, template as Expression, shape);
      case 'gather':
        return this.#lowerGather(node, form.maps, template as Expression, shape);
      case 'reduce':
        return this.#lowerReduce(first, form, shape, dtype);
      case 'contract':
        return this.#lowerContract(node, form, shape, dtype);
      case 'scatter':
        return this.#lowerScatter(node, form, template as Expression, shape, dtype);
      case 'routine':
      case 'repeat':
      case 'branch':
        return internal(`op ${node.operation.name} mixes a ${form.form} with other forms`);
      case 'sort': {
        const source = this.#contiguousBuffer(first, 'sorted');
        const length = shape.at(-1) ?? 1;
        const rows = length === 0 ? 0 : sizeOf(shape) / length;
        const result = this.#draft.result(dtype, sizeOf(shape), 'a sort is a kernel of its own');
        const { descending, gives } = form;
        this.#draft.kernel({ form: 'sort', rows, length, source, descending, gives, result }, node.operation.name);
        return lazyBuffer(this.#leaves, result, shape, dtype);
      }
    }
  }

  /** The value over whatever space it is computed in: its own shape, or another one with its elements in the same order. */
  #computed(value: GraphValue): LazyValue {
    return this.#values.get(value) ?? internal('a value is lowered before its inputs');
  }

  /** The value over its own shape. */
  #value(value: GraphValue): LazyValue {
    const lazy = this.#computed(value);
    if (sameShape(lazy.shape, value.abstract.shape)) return lazy;
    return this.#storeValue(value, 'what uses it cannot be computed over its space');
  }

  /** Emits the kernel of a value unless a buffer holds it already, and reads it from its buffer from now on. */
  #storeValue(value: GraphValue, reason: string): LazyValue {
    const lazy = this.#computed(value);
    const { shape, dtype } = value.abstract;
    let buffer = this.#wholeBuffer(lazy);
    if (buffer === undefined) {
      buffer = this.#draft.result(dtype, sizeOf(shape), reason);
      this.#draft.kernel(loopKernelOf(this.#leaves, lazy, buffer), value.producer?.operation.name ?? 'constant');
    }
    const stored = lazyBuffer(this.#leaves, buffer, shape, dtype);
    this.#values.set(value, stored);
    return stored;
  }

  /** The buffer whose elements, all of them and in order, are the value. */
  #wholeBuffer(lazy: LazyValue): BufferId | undefined {
    const read = bareRead(this.#leaves, lazy);
    if (!read || !isContiguous(read.view)) return undefined;
    return this.#draft.buffers[read.buffer]?.length === sizeOf(lazy.shape) ? read.buffer : undefined;
  }

  #contiguousBuffer(value: GraphValue, reason: string): BufferId {
    return this.#wholeBuffer(this.#computed(value)) ?? (this.#wholeBuffer(this.#storeValue(value, reason)) as BufferId);
  }

  #resultBuffer(output: GraphValue): BufferId {
    const buffer = this.#contiguousBuffer(output, 'a result');
    if (this.#draft.buffers[buffer]?.source !== 'constant') return buffer;
    const { shape, dtype } = output.abstract;
    const copy = this.#draft.result(dtype, sizeOf(shape), 'a result');
    this.#draft.kernel(loopKernelOf(this.#leaves, this.#value(output), copy), 'constant');
    return copy;
  }

  #readThrough(value: GraphValue, map: IndexMap): LazyValue {
    return (
      throughMap(this.#leaves, this.#value(value), map) ??
      throughMap(this.#leaves, this.#storeValue(value, 'its kernel cannot follow the next view'), map) ??
      internal('a stored value cannot be read through a map')
    );
  }

  /** In the new shape, or where its leaves cannot follow still over the space it is computed in. */
  #reshaped(value: GraphValue, shape: Dims): LazyValue {
    const lazy = this.#computed(value);
    return throughReshape(this.#leaves, lazy, shape) ?? lazy;
  }

  #withoutReductions(value: GraphValue, reason: string): void {
    if (this.#computed(value).reductions.length > 0) this.#storeValue(value, reason);
  }

  /** The inputs of a map over the result's space, all in one kernel: with reductions over the same axes at most. */
  #alignedInputs(inputs: readonly GraphValue[], maps: readonly (IndexMap | undefined)[], shape: Dims): LazyValue[] {
    const read = (input: GraphValue, i: number): LazyValue =>
      this.#readThrough(input, maps[i] ?? broadcastMap(input.abstract.shape, shape));
    const aligned = inputs.map(read);
    const reduced = aligned.find((lazy) => lazy.reductions.length > 0)?.reduced.join();
    if (reduced === undefined) return aligned;
    return aligned.map((lazy, i) => {
      if (lazy.reductions.length === 0 || lazy.reduced.join() === reduced) return lazy;
      const input = inputs[i] as GraphValue;
      this.#storeValue(input, 'used next to a reduction over other axes');
      return read(input, i);
    });
  }

  #lowerMap(
    inputs: readonly GraphValue[],
    maps: readonly (IndexMap | undefined)[] | undefined,
    template: Expression,
    shape: Dims,
  ): LazyValue {
    const elsewhere = this.#lowerMapElsewhere(inputs, maps ?? [], template, shape);
    if (elsewhere) return elsewhere;
    const aligned = this.#alignedInputs(inputs, maps ?? [], shape);
    const combined = combine(template, aligned, shape);
    if (!isTooLarge(this.#leaves, combined)) return combined;
    for (const input of new Set(inputs)) {
      if (!isLeaf(this.#value(input).expression)) this.#storeValue(input, 'the fused expression would grow too large');
    }
    return combine(template, this.#alignedInputs(inputs, maps ?? [], shape), shape);
  }

  /**
   * The map over the space of an input that is computed over another one than its shape, if the other inputs can follow
   * there: so a reshape that no view can express costs nothing as long as only maps use it.
   */
  #lowerMapElsewhere(
    inputs: readonly GraphValue[],
    maps: readonly (IndexMap | undefined)[],
    template: Expression,
    shape: Dims,
  ): LazyValue | undefined {
    const whole = inputs.map((input, i) =>
      maps[i] === undefined && sameShape(input.abstract.shape, shape) ? this.#computed(input) : undefined,
    );
    const space = whole.find((lazy) => lazy && !sameShape(lazy.shape, shape))?.shape;
    if (space === undefined || sizeOf(space) === 0) return undefined;
    const moved = reshapeIndices(template, shape, space);
    if (!moved) return undefined;
    const aligned: LazyValue[] = [];
    for (const [i, input] of inputs.entries()) {
      const map = maps[i] ?? broadcastMap(input.abstract.shape, shape);
      const lazy = throughReshape(this.#leaves, whole[i] ?? this.#readThrough(input, map), space);
      if (!lazy) return undefined;
      aligned.push(lazy);
    }
    const reduced = new Set(aligned.filter((lazy) => lazy.reductions.length > 0).map((lazy) => lazy.reduced.join()));
    if (reduced.size > 1) return undefined;
    const combined = combine(moved, aligned, space);
    return isTooLarge(this.#leaves, combined) ? undefined : combined;
  }

  #lowerGather(node: GraphNode, maps: readonly IndexMap[], template: Expression, shape: Dims): LazyValue {
    const [first, ...others] = node.inputs as [GraphValue, ...GraphValue[]];
    const source = this.#value(first);
    const { dtype } = first.abstract;
    if (source.expression.kind === 'constant') return lazyConstant(shape, dtype, source.expression.value);
    const buffer = this.#contiguousBuffer(first, 'read at computed offsets');
    for (const input of others) this.#withoutReductions(input, 'used in computed offsets');
    const aligned = this.#alignedInputs(others, maps, shape);
    const offset = combine(template, [lazyConstant([], dtype, 0), ...aligned], shape);
    const flat = this.#leaves.load(buffer, contiguousView([sizeOf(first.abstract.shape)]), dtype);
    const operand = (flat as Expression & { kind: 'load' }).operand;
    return lazyExpression(shape, gatherExpression(dtype, operand, offset.expression), offset.size + 1);
  }

  #lowerReduce(
    first: GraphValue,
    form: NodeForm['form'] & { readonly form: 'reduce' },
    shape: Dims,
    dtype: DType,
  ): LazyValue {
    this.#withoutReductions(first, 'reduced again');
    const from = form.map ?? identityMap(first.abstract.shape);
    const kept: number[] = [];
    from.shape.forEach((_, axis) => {
      if (!form.axes.includes(axis)) kept.push(axis);
    });
    const full = permuteMap(from, [...kept, ...form.axes]);
    const keptShape = full.shape.slice(0, kept.length);
    const reduced = full.shape.slice(kept.length);
    const lazy = this.#readThrough(first, full);
    const positions = form.combine === 'argMax' || form.combine === 'argMin';
    if (sizeOf(reduced) === 1) {
      // One element each: the reduction of it is itself, its position 0.
      const value = positions ? lazyConstant(full.shape, dtype, 0).expression : castExpression(lazy.expression, dtype);
      const same = lazyExpression(full.shape, value, lazy.size + 1);
      return throughReshape(this.#leaves, same, shape) ?? same;
    }
    const value = positions ? lazy.expression : castExpression(lazy.expression, dtype);
    const number = this.#leaves.reduction({ combine: form.combine, dtype, value });
    const pending: LazyValue = {
      shape: keptShape,
      expression: reducedExpression(dtype, number),
      reduced,
      reductions: [number],
      size: lazy.size + 2,
    };
    return throughReshape(this.#leaves, pending, shape) ?? pending;
  }

  /** An unguarded view of a buffer. */
  #plainView(value: GraphValue, map: IndexMap): Operand {
    const read = bareRead(this.#leaves, this.#readThrough(value, map));
    if (read && read.view.guards.length === 0) return read;
    this.#storeValue(value, 'an operand of a contraction');
    return bareRead(this.#leaves, this.#readThrough(value, map)) ?? internal('a stored value is not a load');
  }

  #lowerContract(
    node: GraphNode,
    form: NodeForm['form'] & { readonly form: 'contract' },
    shape: Dims,
    dtype: DType,
  ): LazyValue {
    const [left, right] = node.inputs as [GraphValue, GraphValue];
    const axes = contractAxes(form, left.abstract.shape, right.abstract.shape);
    const result = this.#draft.result(dtype, sizeOf(shape), 'a contract is a kernel of its own');
    const kernel: ContractKernel = {
      form: 'contract',
      ...axes.dims,
      left: this.#plainView(left, permutationMap(left.abstract.shape, axes.leftOrder)),
      right: this.#plainView(right, permutationMap(right.abstract.shape, axes.rightOrder)),
      result,
    };
    this.#draft.kernel(kernel, node.operation.name);
    return lazyBuffer(this.#leaves, result, shape, dtype);
  }

  /** One kernel for all results of the op; those that nobody needs are scratch. */
  #lowerRoutine(node: GraphNode, { routine, instances }: NodeForm['form'] & { readonly form: 'routine' }): void {
    const inputs = node.inputs.map((input) => this.#contiguousBuffer(input, 'read by a routine'));
    if (!node.outputs.some((output) => this.#placement.isNeeded(output))) return;
    const buffers = routine.arrays.map(({ dtype, length, role }, i) =>
      role === 'input'
        ? (inputs[i] ?? internal(`array ${i} of ${routine.label} has no input`))
        : this.#draft.result(dtype, length * instances, 'a routine is a kernel of its own'),
    );
    node.outputs.forEach((output, i) => {
      const { shape, dtype } = output.abstract;
      const buffer = buffers[inputs.length + i];
      const array = routine.arrays[inputs.length + i];
      if (buffer === undefined || array?.dtype !== dtype || array.length * instances !== sizeOf(shape)) {
        internal(`result ${i} of ${routine.label} is not ${output.abstract.text}`);
      }
      this.#values.set(output, lazyBuffer(this.#leaves, buffer, shape, dtype));
    });
    this.#draft.kernel({ form: 'routine', routine, instances, buffers }, node.operation.name);
  }

  #lowerScatter(
    node: GraphNode,
    form: NodeForm['form'] & { readonly form: 'scatter' },
    template: Expression,
    shape: Dims,
    dtype: DType,
  ): LazyValue {
    const [first, second, ...others] = node.inputs as [GraphValue, GraphValue, ...GraphValue[]];
    const start = this.#value(first).expression;
    const isZero = start.kind === 'constant' && start.value === 0;
    const base = isZero ? undefined : this.#contiguousBuffer(first, 'what a scatter starts from');
    for (const input of [second, ...others]) this.#withoutReductions(input, 'used in a scatter');
    const space = second.abstract.shape;
    const none = lazyConstant([], dtype, 0);
    const value = this.#value(second);
    const offset = combine(template, [none, none, ...this.#alignedInputs(others, form.maps, space)], space);
    const local = new KernelExpressions(this.#leaves);
    const localValue = local.localise(value.expression, space, [], undefined);
    const localOffset = local.localise(offset.expression, space, [], undefined);
    const result = this.#draft.result(dtype, sizeOf(shape), 'a scatter is a kernel of its own');
    this.#draft.kernel(
      {
        form: 'scatter',
        space: withoutUnitAxes(space),
        operands: local.operands.operands,
        base,
        offset: localOffset,
        value: localValue,
        combine: form.combine,
        result,
      },
      node.operation.name,
    );
    return lazyBuffer(this.#leaves, result, shape, dtype);
  }
}
