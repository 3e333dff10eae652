/**
 * What there is to see of a captured function: its graph after every pass, the program that was made of it, and what was measured.
 */
import type { Graph } from '@deft/graph';
import { type CompiledProgram, type CompileOptions, compileGraph } from '../compile-graph.ts';
import type { Measurement } from '../explain.ts';

/** One captured function, for signatures of one kind. */
export interface ProgramView {
  readonly name: string;
  /** The graph as it was captured, under the name `input`, and after each pass. */
  readonly passes: readonly { readonly name: string; readonly graph: Graph }[];
  readonly compiled: CompiledProgram;
  readonly measurement?: Measurement;
}

/** How a view is made: how the graph is compiled, what it is called, and whether kernels are timed. */
export interface ViewOptions extends Omit<CompileOptions, 'onPass'> {
  /** The name of the function; `graph` unless told. */
  readonly name?: string;
  /** Runs the kernels of the program and says how long each takes. */
  readonly measure?: (compiled: CompiledProgram) => Measurement;
}

/**
 * Compiles a graph and keeps what it was after every pass.
 *
 * @example
 * ```ts
 * import { viewOf } from '@deft/compiler';
 * import { abstractValue } from '@deft/core';
 * import { traceGraph } from '@deft/graph';
 * import { add, mul } from '@deft/ops';
 * const { graph } = traceGraph(([x]) => [add(mul(x, 1), 2)], [abstractValue([2], 'float32')]);
 * const view = viewOf(graph, { name: 'shifted' });
 * const sizes = view.passes.map((pass) => pass.graph.nodes.length);
 * console.log(view.passes[0]?.name, sizes[0], view.passes.at(-1)?.name, sizes.at(-1)); // input 2 deadCode 1
 * ```
 */
export function viewOf(graph: Graph, options: ViewOptions = {}): ProgramView {
  const { name = 'graph', measure, ...how } = options;
  const passes: { name: string; graph: Graph }[] = [];
  const compiled = compileGraph(graph, { ...how, onPass: (pass, after) => passes.push({ name: pass, graph: after }) });
  const measurement = measure?.(compiled);
  return { name, passes, compiled, ...(measurement === undefined ? {} : { measurement }) };
}
