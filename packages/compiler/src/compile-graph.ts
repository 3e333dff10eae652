/**
 * The compiler's front door: graph passes, lowering with fusion, kernel passes, memory plan. A pure function of the
 * graph; a backend compiles the resulting program.
 */
import { internal, type StateCell, span } from '@deft/core';
import type { Graph, GraphCapture, GraphValue } from '@deft/graph';
import type { KernelProgram } from '@deft/kernel';
import { collapseAxes } from './collapse-axes.ts';
import type { Draft } from './draft.ts';
import { dropUnread } from './drop-unread.ts';
import { carry } from './dtypes/carry.ts';
import { planes } from './dtypes/planes.ts';
import { finishProgram } from './finish-program.ts';
import { lowerGraph } from './lower-graph.ts';
import { mergeLoops } from './merge-loops.ts';
import { NodeForms } from './node-forms.ts';
import type { GraphPass } from './passes/pass.ts';
import { graphPasses, runGraphPasses } from './passes/pipeline.ts';
import { rematerialise } from './rematerialise.ts';
import { schedule } from './schedule.ts';

/** How to compile. */
export interface CompileOptions {
  /** Passes to leave out, by name (`passNames`). */
  readonly without?: readonly string[];
  /** Places of inputs that the caller of the program gives up: outputs may take their memory. */
  readonly donated?: readonly number[];
  /** Captured cells whose values are replaced at the end of the run: outputs may take their memory. */
  readonly replaced?: readonly StateCell[];
  /**
   * Bytes that values between kernels may take at once; inputs and outputs do not count. Where they would take more, kernels run
   * again instead of keeping their results, as far as that helps: `explain` says what came of it. Results keep every bit.
   */
  readonly memoryBudget?: number | undefined;
  /** Called with the graph before the first graph pass (as `input`) and after each, and after what changes its dtypes. */
  readonly onPass?: (name: string, graph: Graph) => void;
}

/** A compiled graph. */
export interface CompiledProgram {
  readonly program: KernelProgram;
  /** What to pass after the graph's inputs, in order: captured tensors, and what captured cells hold then. */
  readonly captures: readonly GraphCapture[];
  /** The graph that was lowered, after the graph passes. */
  readonly graph: Graph;
  /** Per kernel the names of the ops whose results it stores. */
  readonly kernelOps: readonly (readonly string[])[];
  /** Per kernel those that it could have been one with, and why it is not. */
  readonly kernelsApart: readonly (readonly string[])[];
  /** Per buffer why it exists. */
  readonly bufferReasons: readonly string[];
  /** Per buffer the value of the graph, or of a region in it, that it holds; memory that only kernels need holds none. */
  readonly bufferValues: readonly (GraphValue | undefined)[];
  /** Bytes between kernels that the program was to do with. */
  readonly memoryBudget?: number;
}

interface DraftPass {
  readonly name: string;
  readonly run: (draft: Draft) => Draft;
}

/** What happens to the kernels, in order. */
const draftPasses: readonly DraftPass[] = [
  { name: 'mergeLoops', run: mergeLoops },
  { name: 'dropUnread', run: dropUnread },
  {
    name: 'collapseAxes',
    run: (draft) => ({
      ...draft,
      kernels: draft.kernels.map((one) => ({ ...one, kernel: collapseAxes(one.kernel) })),
    }),
  },
  { name: 'schedule', run: schedule },
];

/** What brings a graph to the dtypes that kernels compute in; these passes cannot be left out. */
const dtypePasses: readonly GraphPass[] = [planes, carry];

/** What is done to keep a memory budget. */
const budgetPass = 'rematerialise';

/** The names of all passes that can be left out. */
export const passNames: readonly string[] = [
  ...new Set([...graphPasses, ...draftPasses].map((pass) => pass.name)),
  budgetPass,
];

/**
 * Compiles a graph to a program of fused kernels. The program's inputs are the graph's inputs, then the captures that
 * it still needs.
 *
 * @example
 * ```ts
 * import { compileGraph } from '@deft/compiler';
 * import { abstractValue } from '@deft/core';
 * import { traceGraph } from '@deft/graph';
 * import { interpretProgram } from '@deft/kernel';
 * import { add, mul } from '@deft/ops';
 * const { graph } = traceGraph(([x]) => [add(mul(x, 2), 1)], [abstractValue([2], 'float32')]);
 * const { program } = compileGraph(graph);
 * const [result] = interpretProgram(program, [new Float32Array([1, 2])]);
 * console.log(program.kernels.length, Array.from(result)); // 1 [3, 5]
 * ```
 */
export function compileGraph(graph: Graph, options: CompileOptions = {}): CompiledProgram {
  const without = options.without ?? [];
  const forms = new NodeForms();
  options.onPass?.('input', graph);
  let computed = graph;
  for (const pass of dtypePasses) {
    const next = pass.run(computed, { forms });
    if (next !== computed) options.onPass?.(pass.name, next);
    computed = next;
  }
  const optimised = span('graph passes', 'compile', undefined, () =>
    runGraphPasses(computed, { forms }, without, options.onPass),
  );
  const finish = (draft: Draft): Draft =>
    draftPasses.reduce((before, pass) => (without.includes(pass.name) ? before : pass.run(before)), draft);
  const { draft, captures } = span('lower and fuse', 'compile', undefined, () => lowerGraph(optimised, forms, finish));
  const { memoryBudget } = options;
  const donated = donatedPlaces(graph.inputs.length, captures, options).map(
    (place) => draft.inputs[place] ?? internal(`there is no input ${place}`),
  );
  const all = { ...draft, ...(donated.length === 0 ? {} : { donated }) };
  const fused = span('merge and schedule', 'compile', undefined, () => finish(all));
  const keepsAll = memoryBudget === undefined || without.includes(budgetPass);
  const current = keepsAll ? fused : rematerialise(fused, memoryBudget);
  const { program, reasons, values } = span('plan memory', 'compile', undefined, () => finishProgram(current));
  return {
    program,
    captures,
    graph: optimised,
    kernelOps: current.kernels.map(({ ops }) => ops),
    kernelsApart: current.kernels.map(({ apart }) => apart),
    bufferReasons: reasons,
    bufferValues: values,
    ...(memoryBudget === undefined ? {} : { memoryBudget }),
  };
}

/** The places among the inputs of a program that its caller gives up. */
export function donatedPlaces(
  inputs: number,
  captures: readonly GraphCapture[],
  { donated = [], replaced = [] }: Pick<CompileOptions, 'donated' | 'replaced'>,
): number[] {
  const cells = captures.flatMap(({ cell }, i) => (cell !== undefined && replaced.includes(cell) ? [inputs + i] : []));
  return [...donated, ...cells];
}
