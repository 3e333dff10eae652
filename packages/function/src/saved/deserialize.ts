/**
 * Reads a file of captured functions. Nothing of it is executed, no length is trusted: the container, the manifest, every graph and
 * every type is checked before anything is made of it, and whatever is wrong is `E_FILE`.
 */
import {
  type AbstractValue,
  atBase,
  baseInterpreter,
  flatten,
  type StateCell,
  type Tensor,
  TensorSpec,
  tensorSpec,
  withStateScope,
} from '@deft/core';
import { callsHost, type Graph, type GraphCapture } from '@deft/graph';
import { Lowered } from '../lowered.ts';
import { type CallSignature, signatureOfSpecs } from '../signature.ts';
import type { ResultShape, TracedCall } from '../trace.ts';
import { decodeContainer } from './container.ts';
import type { DerivativeGraphs } from './derivative-graphs.ts';
import { damaged, guarded } from './file-error.ts';
import { cellsOf } from './graph-parts.ts';
import { GraphReader } from './graph-section.ts';
import { type LoadedFunction, loadedFunction } from './loaded-function.ts';
import {
  type GradientData,
  type GraphUse,
  readCells,
  readFunctions,
  readManifest,
  type SignatureData,
} from './manifest.ts';
import { sectionTags } from './serialize.ts';
import { type LoadedVariable, makeCells } from './state-section.ts';
import { arrayOf, type ReadTensor, readTensors } from './tensor-section.ts';
import { type TreeData, tensorsIn, treeOf } from './tree-data.ts';

/** What a file holds, in bytes. */
export interface SavedSizes {
  readonly manifest: number;
  readonly graphs: number;
  readonly tensors: number;
}

/** What was read from a file. */
export interface SavedProgram {
  /** The functions, by name. They share the variables. */
  readonly functions: { readonly [name: string]: LoadedFunction };
  /** The variables, by name, with the values that they had. */
  readonly variables: { readonly [name: string]: LoadedVariable };
  /** Bytes of the parts of the file. */
  readonly sizes: SavedSizes;
}

/** Stands for a result of the graph in a tree of results. */
class OutputPlace {
  readonly output: number;

  constructor(output: number) {
    this.output = output;
  }
}

class ProgramReader {
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
  #graph({ graph: number, captures }: GraphUse, composites: boolean, where: string): Graph {
    const graph = this.#graphs.graph(number, composites);
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
    const graph = this.#graph(data.call, false, where);
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
      data.gradient === null ? undefined : this.#derivative(data.gradient, graph, replaced.length, where);
    return new Lowered(data.name, signature, types, callOf(graph, results, replaced), data.donated, derivative);
  }

  #derivative(data: GradientData, call: Graph, replaced: number, where: string): DerivativeGraphs {
    const { again, cotangents, gradients, once } = data;
    const forward = this.#graph(data.forward, true, where);
    const backward = this.#graphs.graph(data.backward, true);
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

/** An object of these members and nothing that it inherits. */
function record<T>(entries: readonly (readonly [name: string, value: T])[]): { readonly [name: string]: T } {
  const made = Object.create(null) as { [name: string]: T };
  for (const [name, value] of entries) made[name] = value;
  return Object.freeze(made);
}

function read(file: Uint8Array): SavedProgram {
  const [manifest, graphText, elements] = decodeContainer(file, sectionTags).map(({ bytes }) => bytes) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const places = readManifest(manifest);
  const tensors = readTensors(places.tensors, elements);
  const graphs = new GraphReader(graphText, places.graphs);
  const cells = readCells(places.cells, tensors.length);
  const functions = readFunctions(places.functions, {
    graphs: graphs.count,
    tensors: tensors.length,
    cells: cells.length,
  });
  const reader = new ProgramReader(graphs, tensors, (tensorOf) => makeCells(cells, tensorOf));
  const loaded = functions.map(({ name, signatures }) => {
    const lowered = signatures.map((data, i) => reader.lowered(data, `function ${name}, signature ${i}`));
    return [name, loadedFunction(name, lowered)] as const;
  });
  graphs.finish();
  const variables = reader.cells.flatMap((cell, i) => {
    const data = cells[i];
    return data?.kind === 'variable' ? [[data.name, cell as LoadedVariable] as const] : [];
  });
  return {
    functions: record(loaded),
    variables: record(variables),
    sizes: { manifest: manifest.length, graphs: graphText.length, tensors: elements.length },
  };
}

/**
 * Reads functions that `serialize` wrote. They are called like the originals, with arguments of the kinds that they were lowered for, at
 * once, in captured functions and under transforms; variables have the values that they had, and can be read and assigned. The
 * code that the functions came from need not be there.
 *
 * Files may come from anywhere: nothing of them is executed as code, and every number in them is checked. Calling what was loaded
 * takes as long and as much memory as whoever wrote it wants. Ops are looked up by name among those that the program has;
 * a bundler leaves out those that nothing uses.
 *
 * @throws `E_FILE` for what is no such file, or is damaged, naming the place. The functions throw `E_SIGNATURE` for other arguments, and
 * `E_GRAD` for their derivative where the file has none.
 * @example
 * ```ts
 * import { add, deserialize, jit, serialize, type Tensor, tensor, tensorSpec, variable } from '@deft/tensor';
 * const total = variable(0, { name: 'total' });
 * const count = jit((x: Tensor) => total.assign(add(total.value, x)));
 * const { functions, variables } = deserialize(serialize({ count: count.lower(tensorSpec([], 'float32')) }));
 * functions.count?.(tensor(2));
 * console.log(variables.total?.value.item(), total.value.item()); // 2 0
 * ```
 */
export function deserialize(bytes: Uint8Array): SavedProgram {
  if (!(bytes instanceof Uint8Array)) damaged('byte 0', `expected the bytes of a file, got ${typeof bytes}`);
  return atBase(() => withStateScope(undefined, () => read(bytes)));
}
