/**
 * What a captured function is at every size, found by comparing what it is at some. Its graph is the function of sizes that
 * all samples have in common, and so is the program that the compiler makes of it. Where there is none, a refusal says why,
 * and at which line of the function.
 */
import {
  type CompiledProgram,
  type CompileOptions,
  compileGraph,
  SizedData,
  type SizedProgram,
  sizedProgram,
} from '@deft/compiler';
import type { CallSite } from '@deft/core';
import { type Graph, type GraphData, type GraphNode, graphData } from '@deft/graph';

/** What all samples of a function have in common. */
export interface Generalised {
  readonly graph: SizedData<GraphData>;
  readonly program: SizedProgram;
  /** What is known of the first sample's program. */
  readonly compiled: CompiledProgram;
  /** Which constants follow from sizes: they are inputs of the program. */
  readonly isInput: readonly boolean[];
  /** Which captures the program reads, by their numbers in the graph. */
  readonly captures: readonly number[];
}

/** Why a function is not the same at every size. */
export interface Refusal {
  readonly says: string;
  readonly callSite: CallSite | undefined;
}

/** The graph with some of its constants as inputs behind the others. */
export function withConstantsAsInputs(graph: Graph, isInput: readonly boolean[]): Graph {
  const moved = graph.constants.filter((_, i) => isInput[i]).map(({ value }) => value);
  if (moved.length === 0) return graph;
  return { ...graph, inputs: [...graph.inputs, ...moved], constants: graph.constants.filter((_, i) => !isInput[i]) };
}

/** Which constants are not the same in all graphs; `undefined` if the graphs do not have as many. */
function changingConstants(graphs: readonly Graph[]): boolean[] | undefined {
  const [first] = graphs;
  if (first === undefined || graphs.some((graph) => graph.constants.length !== first.constants.length))
    return undefined;
  return first.constants.map(({ array: { data } }, i) =>
    graphs.some((graph) => {
      const other = graph.constants[i]?.array.data;
      return other?.length !== data.length || data.some((element, k) => !Object.is(element, other[k]));
    }),
  );
}

/** Which captures of a graph its program reads, by their numbers. */
const capturesRead = (graph: Graph, { captures }: CompiledProgram): number[] =>
  captures.map(({ tensor, cell }) =>
    graph.captures.findIndex((capture) => capture.tensor === tensor && capture.cell === cell),
  );

/** Passes that are left out if programs differ at first: what is folded for one size is not there for another. */
const attempts: readonly (readonly string[])[] = [[], ['foldConstants']];

/** What graphs made at these sizes have in common. `given` says what callers give up. */
export function generalise(
  captured: readonly Graph[],
  sizes: readonly (readonly number[])[],
  given: Pick<CompileOptions, 'donated' | 'replaced'>,
): Generalised | Refusal {
  const isInput = changingConstants(captured);
  if (isInput === undefined) return differing(captured, sizes);
  const graphs = captured.map((graph) => withConstantsAsInputs(graph, isInput));
  const data = graphs.map(graphData);
  if (!data.every((each) => each !== undefined))
    return { says: 'it applies an op that was made for one call', callSite: undefined };
  const graph = SizedData.of(data.map((each, i) => ({ sizes: sizes[i] as readonly number[], data: each })));
  if (graph === undefined) return differing(graphs, sizes);
  for (const without of attempts) {
    const compiled = graphs.map((each) => compileGraph(each, { without, ...given }));
    const [first] = compiled as [CompiledProgram];
    const captures = capturesRead(graphs[0] as Graph, first);
    if (compiled.some((each, i) => capturesRead(graphs[i] as Graph, each).join() !== captures.join())) continue;
    const program = sizedProgram(
      compiled.map((each, i) => ({ sizes: sizes[i] as readonly number[], program: each.program })),
    );
    if (program !== undefined) return { graph, program, compiled: first, isInput, captures };
  }
  return { says: 'its programs at different sizes differ in more than sizes', callSite: undefined };
}

/** The first op in which graphs differ in more than sizes. */
function differing(graphs: readonly Graph[], sizes: readonly (readonly number[])[]): Refusal {
  const data = graphs.map(graphData);
  const most = Math.max(...graphs.map(({ nodes }) => nodes.length));
  for (let i = 0; i < most; i++) {
    const nodes = data.map((each) => each?.nodes[i]);
    const same = nodes.every((node) => node !== undefined);
    if (same && SizedData.of(nodes.map((node, k) => ({ sizes: sizes[k] as readonly number[], data: node })))) continue;
    const where = sizes.map((each) => each.join(', ')).join(' and at ');
    return differentAt(graphs.find((graph) => graph.nodes[i] !== undefined)?.nodes[i], where);
  }
  return { says: 'its constants or results are not the same at every size', callSite: undefined };
}

function differentAt(node: GraphNode | undefined, where: string): Refusal {
  return {
    says: `it does something else at ${where}, first in ${node?.operation.name}`,
    callSite: node?.callSite?.value,
  };
}

/** The first op of a graph that is none of a function's samples', though its sizes are: another one, or one of another constant. */
export function differingFromSamples(
  samples: readonly Graph[],
  sizes: readonly (readonly number[])[],
  own: Graph,
  ownSizes: readonly number[],
): Refusal | undefined {
  const [data, ownData] = [samples.map(graphData), graphData(own)];
  for (const [i, node] of own.nodes.entries()) {
    const known = data.map((each, k) => ({ sizes: sizes[k] as readonly number[], data: each?.nodes[i] }));
    const isKnown =
      known.every((each) => each.data !== undefined) && SizedData.of(known)?.isAt(ownSizes, ownData?.nodes[i]);
    const [first, ...others] = samples.map((each) => constantsOf(each, i));
    const isFixed = others.every((other) => other === first);
    if (!isKnown || (isFixed && constantsOf(own, i) !== first))
      return differentAt(node, `a size of ${ownSizes.join(', ')}`);
  }
  return undefined;
}

/** The elements of constants that an op reads. */
const constantsOf = (graph: Graph, i: number): string =>
  (graph.nodes[i]?.inputs ?? [])
    .map((input) => [...(graph.constants.find(({ value }) => value === input)?.array.data ?? [])].join())
    .join(';');
