/**
 * A captured function for every size of its arguments. The function is run at a few sizes, and what the compiler makes of it
 * there is generalised: one piece of code serves all sizes. A call at a new size runs the function once more, without
 * compiling, and its graph is compared with what the others say: so a function that does something else at that size, and
 * be it at one size among thousands, is never run by code that does not fit.
 */
import {
  type CompiledProgram,
  compileGraph,
  type ProgramExecutor,
  type SizedCode,
  SizedData,
  type SizedProgram,
  sampleSizes,
  sizedProgram,
} from '@deft/compiler';
import { type AbstractValue, abstractValue, DeftError, type Tensor } from '@deft/core';
import { type Graph, type GraphData, graphData } from '@deft/graph';
import type { CallSignature } from './signature.ts';
import { compiledTrace, type Trace, type TracedCall, traceCall, typesOf } from './trace.ts';

/** The function that is captured. */
export interface Captured {
  readonly f: (...args: never[]) => unknown;
  readonly self: unknown;
  readonly name: string;
}

/** For every axis of every tensor of a call which size it has, or that it is always the same. */
export type SizeAxes = readonly (readonly (number | undefined)[])[];

/** The sizes of a call; `undefined` where axes of one size differ. */
export function sizesOf(types: readonly AbstractValue[], axes: SizeAxes): number[] | undefined {
  const sizes: number[] = [];
  for (const [i, { shape }] of types.entries()) {
    for (const [axis, dim] of shape.entries()) {
      const size = axes[i]?.[axis];
      if (size === undefined) continue;
      sizes[size] ??= dim;
      if (sizes[size] !== dim) return undefined;
    }
  }
  return sizes;
}

const typesAt = (types: readonly AbstractValue[], axes: SizeAxes, sizes: readonly number[]): AbstractValue[] =>
  types.map(({ shape, dtype, weak }, i) => {
    const dims = shape.map((dim, axis) => {
      const size = axes[i]?.[axis];
      return size === undefined ? dim : (sizes[size] as number);
    });
    return abstractValue(dims, dtype, weak);
  });

/** The graph with some of its constants as inputs behind the others. */
function withConstantsAsInputs(graph: Graph, isInput: readonly boolean[]): Graph {
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
  captures.map((tensor) => graph.captures.findIndex((capture) => capture.tensor === tensor));

/** A number that follows from a size is equal to another one only at some sizes. */
const apart = { keepsScalars: true };

/** What all samples of a function have in common. */
interface Generalised {
  readonly graph: SizedData<GraphData>;
  readonly program: SizedProgram;
  readonly compiled: CompiledProgram;
  readonly isInput: readonly boolean[];
  readonly captures: readonly number[];
}

/** Passes that are left out if programs differ at first: what is folded for one size is not there for another. */
const attempts: readonly (readonly string[])[] = [[], ['foldConstants']];

function generalise(calls: readonly TracedCall[], sizes: readonly (readonly number[])[]): Generalised | undefined {
  const isInput = changingConstants(calls.map(({ graph }) => graph));
  if (isInput === undefined) return undefined;
  const graphs = calls.map(({ graph }) => withConstantsAsInputs(graph, isInput));
  const data = graphs.map(graphData);
  if (!data.every((each) => each !== undefined)) return undefined;
  const at = <T>(list: readonly T[], i: number): { sizes: readonly number[]; data: T } => ({
    sizes: sizes[i] as readonly number[],
    data: list[i] as T,
  });
  const graph = SizedData.of(data.map((_, i) => at(data, i)));
  if (graph === undefined) return undefined;
  for (const without of attempts) {
    const compiled = graphs.map((each) => compileGraph(each, { without }));
    const [first] = compiled as [CompiledProgram];
    const captures = capturesRead(graphs[0] as Graph, first);
    if (compiled.some((each, i) => capturesRead(graphs[i] as Graph, each).join() !== captures.join())) continue;
    const program = sizedProgram(
      compiled.map((each, i) => ({ sizes: sizes[i] as readonly number[], program: each.program })),
    );
    if (program !== undefined) return { graph, program, compiled: first, isInput, captures };
  }
  return undefined;
}

/** One piece of code for all sizes of a captured function. */
export class SizedTrace {
  readonly axes: SizeAxes;
  readonly #captured: Captured;
  readonly #executor: ProgramExecutor;
  readonly #general: Generalised;
  readonly #code: SizedCode;
  /** Traces that run the code, and whoever may ask for more. */
  #users = 1;

  private constructor(captured: Captured, axes: SizeAxes, executor: ProgramExecutor, general: Generalised) {
    this.axes = axes;
    this.#captured = captured;
    this.#executor = executor;
    this.#general = general;
    this.#code = executor.compileSizes(general.program.samples);
  }

  /** `undefined` where the function does not do the same at every size. `typical` are sizes as they occur. */
  static of(
    captured: Captured,
    signature: CallSignature,
    axes: SizeAxes,
    typical: readonly number[],
    executor: ProgramExecutor,
  ): SizedTrace | undefined {
    const types = typesOf(signature);
    const sizes = sampleSizes(typical);
    const { f, self, name } = captured;
    try {
      const calls = sizes.map((each) => traceCall(f, self, signature, typesAt(types, axes, each), name, apart));
      const general = generalise(calls, sizes);
      return general && new SizedTrace(captured, axes, executor, general);
    } catch (error) {
      // A size that does not go with the rest of what the function does: it is not one for every size.
      if (error instanceof DeftError) return undefined;
      throw error;
    }
  }

  /** The trace for a call, by this code; `undefined` where the function does something else there. */
  at(signature: CallSignature): Trace | undefined {
    const { f, self, name } = this.#captured;
    const types = typesOf(signature);
    const sizes = sizesOf(types, this.axes);
    if (sizes === undefined) return undefined;
    const call = traceCall(f, self, signature, types, name, apart);
    const { graph, program, compiled, isInput, captures } = this.#general;
    if (call.graph.constants.length !== isInput.length) return undefined;
    const data = graphData(withConstantsAsInputs(call.graph, isInput));
    if (data === undefined || !graph.isAt(sizes, data)) return undefined;
    const own = program.at(sizes);
    if (own === undefined) return undefined;
    const constants = call.graph.constants.filter((_, i) => isInput[i]);
    const passed: Tensor[] = [
      ...constants.map(({ array, value }) => this.#executor.constant(array, value.abstract.weak)),
      ...captures.map((i) => (call.graph.captures[i] as Graph['captures'][0]).tensor),
    ];
    const trace = compiledTrace({
      call,
      executor: this.#executor,
      captures: passed,
      name,
      compiled: () => ({ ...compiled, program: own }),
      executable: () => this.#code.at(own),
    });
    this.#users++;
    return {
      ...trace,
      dispose: () => {
        trace.dispose();
        this.release();
      },
    };
  }

  /** Says that one user is gone; the code goes with the last. */
  release(): void {
    if (--this.#users === 0) this.#code.dispose();
  }
}
