/** Makes lowered functions of what a file has of them, which is checked against each other here. */
import {
  type AbstractValue,
  baseInterpreter,
  flatten,
  raise,
  type StateCell,
  type Tensor,
  TensorSpec,
  tensorSpec,
} from '@deft/core';
import { callsHost, type Graph, type GraphCapture } from '@deft/graph';
import { Lowered } from '../lowered.ts';
import { type SizedArguments, SizedLowered, sizedArguments } from '../lowered-sizes.ts';
import { type CallSignature, signatureOfSpecs } from '../signature.ts';
import type { ResultShape, TracedCall } from '../trace.ts';
import type { DerivativeGraphs } from './derivative-graphs.ts';
import { damaged, guarded } from './file-error.ts';
import { cellsOf } from './graph-parts.ts';
import type { GraphReader } from './graph-section.ts';
import type { GradientData, GraphUse, SignatureData, SizesData } from './manifest.ts';
import { arrayOf, type ReadTensor } from './tensor-section.ts';
import { type TreeData, tensorsIn, treeOf } from './tree-data.ts';

/** Stands for a result of the graph in a tree of results. */
class OutputPlace {
  readonly output: number;

  constructor(output: number) {
    this.output = output;
  }
}

/** Where graphs come from: the file, or its texts at some sizes. */
type GraphOf = (number: number, composites: boolean) => Graph;

/** The functions of a file. */
export class ProgramReader {
  readonly #graphs: GraphReader;
  readonly #tensors: readonly ReadTensor[];
  readonly #cells: readonly StateCell[];
  readonly #made: Map<number, Tensor> = new Map<number, Tensor>();

  constructor(
    graphs: GraphReader,
    tensors: readonly ReadTensor[],
    cells: (tensorOf: (index: number) => Tensor) => readonly StateCell[],
  ) {
    this.#graphs = graphs;
    this.#tensors = tensors;
    this.#cells = cells((index) => this.#tensor(index));
  }

  get cells(): readonly StateCell[] {
    return this.#cells;
  }

  #tensor(index: number): Tensor {
    let tensor = this.#made.get(index);
    if (tensor === undefined) {
      const stored = this.#tensors[index] as ReadTensor;
      tensor = baseInterpreter().constant(arrayOf(stored, `tensor ${index}`), stored.weak);
      this.#made.set(index, tensor);
    }
    return tensor;
  }

  /** A graph whose last inputs are captured. */
  #graph({ graph: number, captures }: GraphUse, graphOf: GraphOf, composites: boolean, where: string): Graph {
    const graph = graphOf(number, composites);
    const count = graph.inputs.length - captures.length;
    if (count < 0) damaged(where, `${captures.length} of ${graph.inputs.length} inputs are captured`);
    const captured = captures.map(({ kind, index }, i): GraphCapture => {
      const value = graph.inputs[count + i] as Graph['inputs'][number];
      const cell = kind === 'cell' ? (this.#cells[index] as StateCell) : undefined;
      const tensor = cell?.outside(undefined) ?? this.#tensor(index);
      if (value.abstract.text !== tensor.abstract.text)
        damaged(where, `captured input ${i} is ${value.abstract.text}, ${tensor.abstract.text} is captured`);
      return cell === undefined ? { value, tensor } : { value, tensor, cell };
    });
    return { ...graph, inputs: graph.inputs.slice(0, count), captures: captured };
  }

  lowered(data: SignatureData, where: string): Lowered {
    if (data.sizes === null)
      return this.#exact(data, (number, composites) => this.#graphs.graph(number, composites), where);
    const { sizes, call, gradient, name } = data;
    const text = (number: number): string => this.#graphs.text(number);
    const texts = {
      numbers: sizes.numbers,
      call: text(call.graph),
      derivative:
        gradient === null
          ? undefined
          : { ...gradient, forward: text(gradient.forward.graph), backward: text(gradient.backward) },
    };
    return new SizedLowered(
      name,
      this.#sizedArguments(data, sizes, where),
      (at) => this.#at(data, sizes, at, where),
      data.donated,
      texts,
    );
  }

  /** What a function for all sizes is at some. */
  #at(data: SignatureData, { numbers, names }: SizesData, sizes: readonly number[], where: string): Lowered {
    const graphOf: GraphOf = (number, composites) =>
      this.#graphs.graphAt(number, numbers, sizes, composites) ??
      raise('E_SIGNATURE', {
        op: data.name,
        says: `it was not saved for ${names.map((name, i) => `${name} ${sizes[i]}`).join(', ')}`,
      });
    return this.#exact(data, graphOf, where);
  }

  /** The arguments of a function for all sizes. */
  #sizedArguments(
    { arguments: tree, name }: SignatureData,
    { specs, names }: SizesData,
    where: string,
  ): SizedArguments {
    if (tree.kind !== 'list') damaged(where, 'its arguments are no list');
    const used = tensorsIn(tree);
    if (used.length !== specs.length || used.some((index, i) => index !== i))
      damaged(where, `its arguments hold ${used.length} tensors, ${specs.length} are described`);
    const stated = specs.map(({ dims, dtype }) => tensorSpec(dims as (number | string)[], dtype));
    const made = sizedArguments(name, treeOf(tree, (index) => stated[index]) as readonly unknown[]);
    return made?.names.join() === names.join() ? made : damaged(where, 'its dims have other names');
  }

  #exact(data: SignatureData, graphOf: GraphOf, where: string): Lowered {
    const graph = this.#graph(data.call, graphOf, false, where);
    const { signature, types } = signatureFrom(data, graph, where);
    const replaced = data.replaced.map((index) => this.#cells[index] as StateCell);
    const results = resultsFrom(data.results, graph.outputs.length - replaced.length, where);
    replaced.forEach((cell, i) => {
      const found = graph.outputs[graph.outputs.length - replaced.length + i]?.abstract.text;
      if (found !== cell.abstract.text)
        damaged(where, `${cell.label} is ${cell.abstract.text}, it would be replaced by ${found}`);
    });
    if (data.donated.some((place) => place >= types.length))
      damaged(where, 'it gives up arguments that it does not have');
    const derivative =
      data.gradient === null ? undefined : this.#derivative(data.gradient, graphOf, graph, replaced.length, where);
    return new Lowered(data.name, signature, types, callOf(graph, results, replaced), data.donated, derivative);
  }

  #derivative(data: GradientData, graphOf: GraphOf, call: Graph, replaced: number, where: string): DerivativeGraphs {
    const { again, cotangents, gradients, once } = data;
    const forward = this.#graph(data.forward, graphOf, true, where);
    const backward = graphOf(data.backward, true);
    const texts = (values: readonly { readonly abstract: AbstractValue }[]): string =>
      values.map(({ abstract }) => abstract.text).join(', ');
    const same = (what: string, expected: string, found: string): void => {
      if (expected !== found)
        damaged(where, `its derivative has other ${what} (${found} for ${expected})`.slice(0, 400));
    };
    const results = call.outputs.slice(0, call.outputs.length - replaced);
    const known = cellsOf(call);
    if (!cellsOf(forward).every((cell) => known.includes(cell)))
      damaged(where, 'its derivative reads state that it does not');
    same('arguments', texts(call.inputs), texts(forward.inputs));
    same('results', texts(results), texts(forward.outputs.slice(0, results.length)));
    const entries = [...forward.inputs, ...forward.captures.map(({ value }) => value)];
    if (
      again.some((i) => i >= entries.length) ||
      cotangents.some((i) => i >= results.length) ||
      gradients.some((i) => i >= call.inputs.length)
    )
      damaged(where, 'its derivative speaks of arguments or results that it does not have');
    const pick = (list: Graph['inputs'], positions: readonly number[]): Graph['inputs'] =>
      positions.map((i) => list[i] as Graph['inputs'][number]);
    const given = [...forward.outputs.slice(results.length), ...pick(entries, again), ...pick(results, cotangents)];
    same('values on the way back', texts(given), texts(backward.inputs));
    same('gradients', texts(pick(call.inputs, gradients)), texts(backward.outputs));
    return { forward, backward, again, cotangents, gradients, once };
  }
}

/** The signature of a function: its arguments with specs in place of tensors. */
function signatureFrom(
  { arguments: tree, name }: SignatureData,
  { inputs }: Graph,
  where: string,
): { readonly signature: CallSignature; readonly types: readonly AbstractValue[] } {
  if (tree.kind !== 'list') damaged(where, 'its arguments are no list');
  const used = tensorsIn(tree);
  if (used.length !== inputs.length || used.some((index, i) => index !== i))
    damaged(where, `its arguments hold tensors ${used.slice(0, 10).join(', ')}, its graph takes ${inputs.length}`);
  const specs = inputs.map(({ abstract: { shape, dtype } }) => tensorSpec(shape as number[], dtype));
  return guarded(where, () => {
    const made = signatureOfSpecs(treeOf(tree, (index) => specs[index]) as readonly unknown[], name);
    const order = made.signature.leaves.filter((leaf) => leaf instanceof TensorSpec);
    if (order.some((spec, i) => spec !== specs[i])) damaged(where, 'its arguments are not in order');
    return made;
  });
}

function resultsFrom(tree: TreeData, count: number, where: string): ResultShape {
  if (count < 0) damaged(where, 'it replaces more state than its graph gives');
  const used = tensorsIn(tree);
  if (used.length !== count || used.some((index) => index >= count) || new Set(used).size !== count)
    damaged(where, `its results hold ${used.length} tensors, its graph gives ${count}`);
  const { leaves, structure } = flatten(
    treeOf(tree, (index) => new OutputPlace(index)),
    'result',
  );
  return {
    structure,
    leaves: leaves.map((leaf) => (leaf instanceof OutputPlace ? { output: leaf.output } : { value: leaf })),
  };
}

/** What a call of a function of a file does. */
function callOf(graph: Graph, results: ResultShape, replaced: readonly StateCell[]): TracedCall {
  const count = graph.outputs.length - replaced.length;
  return {
    graph,
    results,
    replaced,
    donated: replaced.length === 0 || callsHost(graph) ? [] : replaced,
    assemble: (outputs, isOwn) => {
      replaced.forEach((cell, i) => {
        const value = outputs[count + i] as Tensor;
        if (isOwn) cell.hand(value);
        else cell.set(value);
      });
      return results.structure.rebuild(
        results.leaves.map((leaf) => ('output' in leaf ? outputs[leaf.output] : leaf.value)),
      );
    },
  };
}
