/**
 * Decides which values of a graph get a buffer and which are computed inside the kernels that use them.
 *
 * Two walks over the nodes. Forwards, the work behind each value is estimated: what it would cost to compute it again.
 * Backwards, every value learns from its consumers in how many places it would be computed (its *homes*: the kernels
 * that store something, numbered) and at how many points in all. A value is stored when somebody needs it as a plain
 * buffer, when its form has a kernel of its own, or when computing it again costs more than storing it.
 *
 * These are decisions of speed only. Where the lowering finds that a value cannot be fused after all, it stores it.
 */
import { type OperationRegions, sizeOf } from '@deft/core';
import type { Graph, GraphNode, GraphValue } from '@deft/graph';
import { type IndexMap, identityMap, leavesSource } from '@deft/kernel';
import { uniformValue } from './constants.ts';
import { isIdentityMap } from './index-maps.ts';
import { limits } from './limits.ts';
import type { NodeForm, NodeForms } from './node-forms.ts';

interface Info {
  readonly size: number;
  uses: number;
  /** Estimated work at one point if it is not stored. */
  weight: number;
  /** Estimated number of large buffers read for one point if it is not stored. */
  reads: number;
  /** A consumer reads it through a plain view of a buffer. */
  bare: string | undefined;
  /** A consumer needs it as a contiguous buffer. */
  whole: string | undefined;
  /** Kernels it is computed in, with the number of points at which those read it in place. */
  readonly homes: Map<number, number>;
  /** Points at which it is read through something that moves points. */
  moved: number;
  /** It is used where no reduction can stand: in what a reduction accumulates, or in an offset. */
  inner: boolean;
  stored: string | undefined;
}

/** How a consumer computes one of its inputs. */
interface Reading {
  readonly homes: readonly number[];
  readonly points: number;
  readonly moved: boolean;
  readonly inner: boolean;
}

const ownKernels: ReadonlySet<NodeForm['form']['form']> = new Set([
  'contract',
  'scatter',
  'sort',
  'routine',
  'repeat',
  'branch',
  'call',
]);

/** Whether the form never shares a kernel with others. */
function hasKernelOfItsOwn({ form }: NodeForm['form']): boolean {
  return ownKernels.has(form);
}

/** Which values are stored, and why. */
export class Placement {
  readonly #infos = new Map<GraphValue, Info>();
  readonly #uniform = new Set<GraphValue>();
  readonly #forms: NodeForms;
  /** What the reductions of each home reduce: `undefined` where none can stand, empty where none stands yet. */
  readonly #homes: (string | undefined)[] = [];

  constructor(graph: Graph, forms: NodeForms) {
    this.#forms = forms;
    for (const { value, array } of graph.constants) {
      if (uniformValue(array) !== undefined) this.#uniform.add(value);
    }
    for (const node of graph.nodes) for (const input of new Set(node.inputs)) this.#info(input).uses++;
    for (const output of graph.outputs) {
      this.#info(output).uses++;
      this.#info(output).whole = 'a result';
    }
    for (const node of graph.nodes) this.#estimate(node);
    for (let i = graph.nodes.length - 1; i >= 0; i--) this.#place(graph.nodes[i] as GraphNode);
  }

  /** Whether anybody uses the value. */
  isNeeded(value: GraphValue): boolean {
    const info = this.#infos.get(value);
    return info !== undefined && info.uses > 0;
  }

  /** Why the value is stored where it is made; `undefined` if it is not. */
  reasonToStore(value: GraphValue): string | undefined {
    return this.#infos.get(value)?.stored;
  }

  #info(value: GraphValue): Info {
    let info = this.#infos.get(value);
    if (!info) {
      info = {
        size: sizeOf(value.abstract.shape),
        uses: 0,
        weight: 0,
        reads: this.#uniform.has(value) ? 0 : 1,
        bare: undefined,
        whole: undefined,
        homes: new Map<number, number>(),
        moved: 0,
        inner: false,
        stored: undefined,
      };
      this.#infos.set(value, info);
    }
    return info;
  }

  #estimate(node: GraphNode): void {
    const forms = this.#forms.of(node);
    node.outputs.forEach((output, i) => {
      const info = this.#info(output);
      const { form, weight } = forms[i] as NodeForm;
      if (hasKernelOfItsOwn(form) || form.form === 'reduce') return;
      const computed = form.form === 'map' || form.form === 'gather';
      info.weight = weight;
      info.reads = form.form === 'gather' ? 1 : 0;
      const inputs = form.form === 'gather' ? node.inputs.slice(1) : computed ? node.inputs : node.inputs.slice(0, 1);
      for (const input of new Set(inputs)) {
        const source = this.#info(input);
        const repeated = source.size < info.size && source.weight > limits.trivialWeight;
        const stored = source.whole !== undefined || repeated || (source.uses > 1 && !this.#isCheap(source));
        info.weight += stored ? 0 : source.weight;
        // What is small next to the result stays in the nearest cache.
        if (2 * source.size >= info.size) info.reads += stored ? 1 : source.reads;
      }
    });
  }

  #isCheap(info: Info): boolean {
    return info.weight <= limits.cheapWeight && info.reads <= limits.cheapReads;
  }

  #place(node: GraphNode): void {
    const forms = this.#forms.of(node);
    for (let i = node.outputs.length - 1; i >= 0; i--) {
      const output = node.outputs[i] as GraphValue;
      const info = this.#info(output);
      if (info.uses === 0) continue;
      const entry = forms[i] as NodeForm;
      info.stored = this.#reason(info, entry, node);
      const reading = this.#readingOf(info, entry);
      this.#demand(node, entry, info, reading);
    }
  }

  #points(info: Info): number {
    let points = info.moved;
    for (const share of info.homes.values()) points += share;
    return points;
  }

  #reason(info: Info, { form }: NodeForm, node: GraphNode): string | undefined {
    switch (form.form) {
      case 'contract':
      case 'scatter':
      case 'sort':
      case 'routine':
      case 'repeat':
      case 'branch':
      case 'call':
        return `a ${form.form} is a kernel of its own`;
      case 'reshape':
        return undefined;
      case 'view': {
        if (info.whole !== undefined) return info.whole;
        const source = (node.inputs[0] as GraphValue).abstract.shape;
        return info.bare !== undefined && leavesSource(form.map, source) ? `padding for ${info.bare}` : undefined;
      }
      case 'map':
      case 'gather':
        return info.whole ?? info.bare ?? this.#reasonAgainstRepeating(info);
      case 'reduce':
        return info.whole ?? info.bare ?? this.#reasonAgainstEpilogue(info, node, form);
    }
  }

  #reasonAgainstRepeating(info: Info): string | undefined {
    if (info.weight <= limits.trivialWeight) return undefined;
    const factor = this.#points(info) / Math.max(1, info.size);
    if (factor <= 1 && info.homes.size <= 1) return undefined;
    if (factor <= limits.cheapFactor && this.#isCheap(info)) return undefined;
    return info.homes.size > 1
      ? `used in ${info.homes.size} kernels, ${info.weight} operations`
      : `would be computed ${Math.round(factor * 10) / 10} times, ${info.weight} operations`;
  }

  /** A reduction may wait for what its one consumer does with it, if that keeps its points. */
  #reasonAgainstEpilogue(info: Info, node: GraphNode, form: NodeForm['form'] & { form: 'reduce' }): string | undefined {
    if (info.inner) return 'used inside of another reduction';
    if (info.homes.size > 1) return `a reduction used in ${info.homes.size} kernels`;
    if (this.#points(info) > info.size) return 'a reduction read more often than it has elements';
    const [home] = info.homes.keys();
    const standing = this.#homes[home as number];
    const space = form.map?.shape ?? (node.inputs[0] as GraphValue).abstract.shape;
    const reduced = form.axes.map((axis) => space[axis]).join();
    if (standing === undefined) return 'used by a kernel that cannot hold a reduction';
    if (standing !== '' && standing !== reduced) return 'used next to a reduction over other axes';
    this.#homes[home as number] = reduced;
    return undefined;
  }

  /** How the inputs of a value are computed: where the value itself is. */
  #readingOf(info: Info, { form }: NodeForm): Reading {
    if (info.stored === undefined) {
      return { homes: [...info.homes.keys()], points: this.#points(info), moved: false, inner: info.inner };
    }
    const canReduce = form.form === 'map' || form.form === 'view';
    const home = this.#homes.push(canReduce ? '' : undefined) - 1;
    return { homes: [home], points: info.size, moved: false, inner: !canReduce };
  }

  #demand(node: GraphNode, { form }: NodeForm, info: Info, reading: Reading): void {
    const [first, ...others] = node.inputs as [GraphValue, ...GraphValue[]];
    switch (form.form) {
      case 'reshape':
        if (info.whole !== undefined) this.#info(first).whole ??= info.whole;
        if (info.bare !== undefined) this.#info(first).bare ??= info.bare;
        this.#read(first, reading);
        return;
      case 'view':
        if (info.stored === undefined && info.bare !== undefined) this.#info(first).bare ??= info.bare;
        this.#readMapped(first, form.map, reading);
        return;
      case 'map':
        node.inputs.forEach((input, i) => {
          const map = form.maps?.[i];
          if (map) this.#readMapped(input, map, reading);
          else this.#read(input, { ...reading, moved: this.#info(input).size !== info.size });
        });
        return;
      case 'reduce': {
        const repeats = reading.points / Math.max(1, info.size);
        const shape = form.map?.shape ?? first.abstract.shape;
        const inside: Reading = { ...reading, inner: true, points: sizeOf(shape) * repeats };
        this.#readMapped(first, form.map ?? identityMap(first.abstract.shape), inside);
        return;
      }
      case 'contract':
        this.#info(first).bare ??= 'an operand of a contraction';
        this.#info(others[0] as GraphValue).bare ??= 'an operand of a contraction';
        return;
      case 'gather':
        this.#info(first).whole ??= 'read at computed offsets';
        others.forEach((input, i) => {
          this.#readMapped(input, form.maps[i] as IndexMap, { ...reading, inner: true });
        });
        return;
      case 'scatter':
        if (!this.#uniform.has(first)) this.#info(first).whole ??= 'what a scatter starts from';
        others.forEach((input, i) => {
          const points = this.#info(others[0] as GraphValue).size;
          const inside: Reading = { ...reading, inner: true, points };
          if (i === 0) this.#read(input, inside);
          else this.#readMapped(input, form.maps[i - 1] as IndexMap, inside);
        });
        return;
      case 'sort':
        this.#info(first).whole ??= 'sorted';
        return;
      case 'routine':
        for (const input of node.inputs) this.#info(input).whole ??= 'read by a routine';
        return;
      case 'call':
        for (const input of node.inputs) this.#info(input).whole ??= 'read by the host';
        return;
      case 'repeat':
      case 'branch': {
        const { from, count } = (node.operation.regions as OperationRegions).closedOver(node.attributes);
        node.inputs.forEach((input, i) => {
          const info = this.#info(input);
          if (i < from || i >= from + count) info.whole ??= 'read by a loop';
          else if (!this.#uniform.has(input)) info.bare ??= 'read in every step';
        });
      }
    }
  }

  #readMapped(input: GraphValue, map: IndexMap, reading: Reading): void {
    const source = input.abstract.shape;
    if (leavesSource(map, source)) this.#info(input).bare ??= 'read beyond its edge';
    this.#read(input, { ...reading, moved: reading.moved || !isIdentityMap(map, source) });
  }

  #read(input: GraphValue, reading: Reading): void {
    const info = this.#info(input);
    info.inner ||= reading.inner;
    const share = reading.points / Math.max(1, reading.homes.length);
    for (const home of reading.homes) {
      const known = info.homes.get(home) ?? 0;
      info.homes.set(home, reading.moved ? known : Math.max(known, share));
    }
    if (reading.moved) info.moved += reading.points;
  }
}
