/**
 * What belongs together in a compiled program: kernels with the nodes of the graph that they compute, buffers with the values that
 * they hold and with the kernels that make and read them. Everything has a short id: `n4` a node, `v2` a value that no node makes,
 * `k3` a kernel, `k3-0-1` the second kernel of the first list within it, `b7` a buffer.
 */
import type { Graph, GraphNode, GraphValue } from '@deft/graph';
import { type BufferId, buffersOf, type Kernel, kernelListsOf } from '@deft/kernel';
import type { CompiledProgram } from '../compile-graph.ts';

/** A kernel and its place. */
export interface PlacedKernel {
  readonly id: string;
  /** What people call it: `3`, or `3.0.1` within another. */
  readonly label: string;
  readonly kernel: Kernel;
  /** Its number in the program; `undefined` for one within another. */
  readonly index: number | undefined;
  /** Lists of kernels within it, each with what it is. */
  readonly lists: readonly { readonly title: string; readonly kernels: readonly PlacedKernel[] }[];
}

/** Ids and links of everything in a program. */
export interface ProgramLinks {
  /** The kernels of the program itself. */
  readonly kernels: readonly PlacedKernel[];
  /** Those within others, too, in order. */
  readonly allKernels: readonly PlacedKernel[];
  /** The nodes that a kernel computes, in the graph's order. A node whose result is nowhere stored may be in several kernels. */
  nodesOf(kernel: PlacedKernel): readonly GraphNode[];
  /** The kernels that compute a node; none for what only looks at memory in another way. */
  kernelsOf(node: GraphNode): readonly PlacedKernel[];
  /** Kernels that write a buffer: one, and those that hold it. */
  makersOf(buffer: BufferId): readonly PlacedKernel[];
  readersOf(buffer: BufferId): readonly PlacedKernel[];
  /** The buffer that holds a value, if one does as a whole. */
  bufferOf(value: GraphValue): BufferId | undefined;
  nodeId(node: GraphNode): string;
  /** The id of a value that no node makes. */
  valueId(value: GraphValue): string;
  /** The name that graph text gives a value in its own graph. */
  nameOf(value: GraphValue): string;
}

/** The regions of a node's op. */
export const regionsOf = (node: GraphNode): readonly Graph[] =>
  (node.operation.regions?.list ?? []) as readonly Graph[];

const idOf = (path: readonly number[]): string => `k${path.join('-')}`;

function placed(kernel: Kernel, path: readonly number[]): PlacedKernel {
  const lists = kernelListsOf(kernel);
  const titleOf = (i: number): string => {
    if (kernel.form === 'branch') return `branch ${i}`;
    return i + 1 < lists.length ? 'condition' : 'body';
  };
  return {
    id: idOf(path),
    label: path.join('.'),
    kernel,
    index: path.length === 1 ? path[0] : undefined,
    lists: lists.map((list, i) => ({
      title: titleOf(i),
      kernels: list.map((each, at) => placed(each, [...path, i, at])),
    })),
  };
}

/** The ids of nodes and values, and names as graph text has them. */
class GraphNames {
  readonly nodes = new Map<GraphNode, string>();
  readonly values = new Map<GraphValue, string>();
  readonly names = new Map<GraphValue, string>();

  add(graph: Graph): void {
    let count = 0;
    const name = (value: GraphValue): void => {
      this.names.set(value, `%${count++}`);
    };
    const free = [
      ...graph.inputs,
      ...graph.captures.map((one) => one.value),
      ...graph.constants.map((one) => one.value),
    ];
    for (const value of free) {
      name(value);
      this.values.set(value, `v${this.values.size}`);
    }
    for (const node of graph.nodes) {
      this.nodes.set(node, `n${this.nodes.size}`);
      node.outputs.forEach(name);
      for (const region of regionsOf(node)) this.add(region);
    }
  }
}

function pushTo<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** The links of a program. */
export function linksOf({ program, graph, bufferValues }: CompiledProgram): ProgramLinks {
  const kernels = program.kernels.map((kernel, i) => placed(kernel, [i]));
  const withInner = (each: PlacedKernel): PlacedKernel[] => [
    each,
    ...each.lists.flatMap((list) => list.kernels.flatMap(withInner)),
  ];
  const allKernels = kernels.flatMap(withInner);
  const names = new GraphNames();
  names.add(graph);

  const holders = new Map<GraphValue, BufferId>();
  bufferValues.forEach((value, id) => {
    if (value !== undefined && !holders.has(value)) holders.set(value, id);
  });
  const order = new Map([...names.nodes.keys()].map((node, i) => [node, i]));
  const nodesOfKernel = new Map<PlacedKernel, GraphNode[]>();
  const kernelsOfNode = new Map<GraphNode, PlacedKernel[]>();
  const makers = new Map<BufferId, PlacedKernel[]>();
  const readers = new Map<BufferId, PlacedKernel[]>();
  for (const each of allKernels) {
    const { reads, writes } = buffersOf(each.kernel);
    for (const id of new Set(writes)) pushTo(makers, id, each);
    for (const id of new Set(reads)) pushTo(readers, id, each);
    const found = nodesBehind(
      writes.flatMap((id) => bufferValues[id] ?? []),
      (value) => holders.has(value),
    );
    const inOrder = [...found]
      .filter((node) => order.has(node))
      .sort((a, b) => (order.get(a) as number) - (order.get(b) as number));
    nodesOfKernel.set(each, inOrder);
    for (const node of inOrder) pushTo(kernelsOfNode, node, each);
  }
  return {
    kernels,
    allKernels,
    nodesOf: (kernel) => nodesOfKernel.get(kernel) ?? [],
    kernelsOf: (node) => kernelsOfNode.get(node) ?? [],
    makersOf: (buffer) => makers.get(buffer) ?? [],
    readersOf: (buffer) => readers.get(buffer) ?? [],
    bufferOf: (value) => holders.get(value),
    nodeId: (node) => names.nodes.get(node) ?? 'n',
    valueId: (value) => names.values.get(value) ?? 'v',
    nameOf: (value) => names.names.get(value) ?? '%',
  };
}

/** The nodes that values come from, up to values that are read from memory. */
function nodesBehind(values: readonly GraphValue[], isHeld: (value: GraphValue) => boolean): Set<GraphNode> {
  const found = new Set<GraphNode>();
  const waiting = values.flatMap(({ producer }) => producer ?? []);
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (found.has(node)) continue;
    found.add(node);
    for (const input of node.inputs) if (input.producer !== undefined && !isHeld(input)) waiting.push(input.producer);
  }
  return found;
}
