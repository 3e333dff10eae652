/**
 * Lowers a graph to a draft of kernels. Walks the nodes in order and keeps a lazy value for everything; a value becomes a
 * buffer (its kernel is emitted) where the placement says so, or where the next form cannot absorb it.
 */
import { type AbstractValue, internal, type Region, sizeOf } from '@deft/core';
import type { Graph, GraphCapture, GraphNode, GraphValue } from '@deft/graph';
import { type BufferId, buffersOf, type Expression } from '@deft/kernel';
import { uniformValue } from './constants.ts';
import { type Draft, DraftBuilder } from './draft.ts';
import { loopKernelOf } from './emit-loop.ts';
import { type LazyValue, Leaves, lazyConstant } from './lazy-value.ts';
import { lowerGather, lowerMap, lowerReduce } from './lower-fused.ts';
import { lowerCall, lowerContract, lowerRoutine, lowerScatter, lowerSort } from './lower-own-kernel.ts';
import { type LoweredRegion, lowerRegions, type RegionLowering } from './lower-regions.ts';
import { LoweredValues } from './lowered-values.ts';
import type { NodeForm, NodeForms } from './node-forms.ts';
import { Placement } from './placement.ts';

/** A lowered graph: its kernels, and the tensors to pass behind the graph's inputs. */
export interface Lowered {
  readonly draft: Draft;
  readonly captures: readonly GraphCapture[];
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
  readonly #values: LoweredValues;

  constructor(graph: Graph, forms: NodeForms, finish: FinishKernels, around?: LoweredValues) {
    this.#graph = graph;
    this.#forms = forms;
    this.#finish = finish;
    this.#values =
      around === undefined
        ? new LoweredValues(new Leaves(), new DraftBuilder())
        : new LoweredValues(around.leaves, around.draft.inside());
    this.#placement = new Placement(graph, forms);
  }

  run(): Lowered {
    const graph = this.#graph;
    for (const value of graph.inputs) this.#bindInput(value);
    for (const { value } of graph.captures) this.#bindInput(value);
    this.#lowerNodes();
    for (const output of graph.outputs) this.draft.outputs.push(this.#values.resultBuffer(output));
    return { draft: this.draft, captures: graph.captures };
  }

  #lowerNodes(): void {
    const graph = this.#graph;
    for (const { value, array } of graph.constants) {
      if (!this.#placement.isNeeded(value)) continue;
      const uniform = uniformValue(array);
      if (uniform === undefined) this.define(value, this.draft.constant(array));
      else this.#values.define(value, lazyConstant(array.shape, array.dtype, uniform));
    }
    for (const node of graph.nodes) this.#lowerNode(node);
  }

  get draft(): DraftBuilder {
    return this.#values.draft;
  }

  region(region: Region, inputs: readonly LazyValue[]): LoweredRegion {
    const graph = region as Graph;
    const inner = new GraphLowering(graph, this.#forms, this.#finish, this.#values);
    const values = inner.#values;
    graph.inputs.forEach((value, i) => {
      values.define(value, inputs[i] as LazyValue);
    });
    inner.#lowerNodes();
    const { draft } = inner;
    const claimed = new Set<BufferId>();
    return {
      output: (i) => values.resultBuffer(graph.outputs[i] as GraphValue),
      own: (i) => {
        const value = graph.outputs[i] as GraphValue;
        const buffer = values.contiguousBuffer(value, 'a result');
        const isOwn = draft.kernels.some(({ kernel }) => buffersOf(kernel).writes.includes(buffer));
        if (isOwn && !claimed.has(buffer) && draft.buffers[buffer]?.source === 'kernel') {
          claimed.add(buffer);
          return buffer;
        }
        const { shape, dtype } = value.abstract;
        const copy = draft.result(dtype, sizeOf(shape), 'a result');
        claimed.add(copy);
        draft.kernel(loopKernelOf(values.leaves, values.value(value), copy), 'copy');
        return copy;
      },
      kernels: (outputs) => {
        const { kernels } = this.#finish({ buffers: draft.buffers, kernels: draft.kernels, inputs: [], outputs });
        return kernels.map(({ kernel }) => kernel);
      },
    };
  }

  buffer(value: GraphValue): BufferId {
    return this.#values.contiguousBuffer(value, 'read by a loop');
  }

  /** A value that regions read as it is: a constant, or a buffer through a view. */
  closedOver(value: GraphValue): LazyValue {
    const lazy = this.#values.value(value);
    const { kind } = lazy.expression;
    return kind === 'constant' || kind === 'load' ? lazy : this.#values.store(value, 'read in every step');
  }

  held(buffer: BufferId, type: AbstractValue): LazyValue {
    return this.#values.held(buffer, type);
  }

  define(value: GraphValue, buffer: BufferId): void {
    this.#values.define(value, this.held(buffer, value.abstract));
  }

  #bindInput(value: GraphValue): void {
    const { shape, dtype } = value.abstract;
    this.define(value, this.draft.input(dtype, sizeOf(shape)));
  }

  #lowerNode(node: GraphNode): void {
    if (node.operation.barrier) this.draft.epoch++;
    const forms = this.#forms.of(node);
    if (forms[0]?.form.form === 'routine') {
      lowerRoutine(this.#values, node, forms[0].form, (output) => this.#placement.isNeeded(output));
      return;
    }
    if (forms[0]?.form.form === 'call') {
      lowerCall(this.#values, node, (output) => this.#placement.isNeeded(output));
      return;
    }
    if (node.operation.regions) {
      lowerRegions(this, node, forms[0]?.form ?? internal(`op ${node.operation.name} gives nothing`));
      return;
    }
    node.outputs.forEach((output, i) => {
      if (!this.#placement.isNeeded(output)) return;
      const lazy = this.#lowerForm(node, forms[i] as NodeForm, output.abstract);
      const { shape, dtype } = output.abstract;
      if (lazy.expression.dtype !== dtype || sizeOf(lazy.shape) !== sizeOf(shape)) {
        internal(
          `op ${node.operation.name} lowers to ${lazy.expression.dtype}[${lazy.shape}], not ${output.abstract.text}`,
        );
      }
      this.#values.define(output, lazy);
      const reason = this.#placement.reasonToStore(output);
      if (reason !== undefined) this.#values.store(output, reason);
    });
  }

  #lowerForm(node: GraphNode, { form, template }: NodeForm, output: AbstractValue): LazyValue {
    const values = this.#values;
    const first = node.inputs[0] as GraphValue;
    const { shape } = output;
    switch (form.form) {
      case 'view':
        return values.readThrough(first, form.map);
      case 'reshape':
        return values.reshaped(first, shape);
      case 'map':
        return lowerMap(values, node.inputs, form.maps, template as Expression, shape);
      case 'gather':
        return lowerGather(values, node, form.maps, template as Expression, shape);
      case 'reduce':
        return lowerReduce(values, first, form, output);
      case 'contract':
        return lowerContract(values, node, form, output);
      case 'scatter':
        return lowerScatter(values, node, form, template as Expression, output);
      case 'sort':
        return lowerSort(values, node, form, output);
      case 'routine':
      case 'repeat':
      case 'branch':
      case 'call':
        return internal(`op ${node.operation.name} mixes a ${form.form} with other forms`);
    }
  }
}
