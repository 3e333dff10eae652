/**
 * One piece of code for a lowered function at all sizes of its dims that have names. The function at some sizes is generalised, as a
 * captured function is that is called at several; where it is not the same in more than numbers, every size is compiled for itself.
 */
import type { ProgramExecutor, SizedCode } from '@deft/compiler';
import { type GraphCapture, graphData } from '@deft/graph';
import { type Generalised, generalise, withConstantsAsInputs } from './generalise.ts';
import type { Holdings } from './holdings.ts';
import type { Lowered } from './lowered.ts';
import { compiledTrace, type Trace } from './trace.ts';

/** The code, and what it is code of. */
export class LoweredCode {
  readonly #general: Generalised;
  readonly #executor: ProgramExecutor;
  readonly #code: SizedCode;
  readonly #holdings: Holdings;

  private constructor(general: Generalised, executor: ProgramExecutor, holdings: Holdings) {
    this.#general = general;
    this.#executor = executor;
    this.#holdings = holdings;
    this.#code = executor.compileSizes(general.program.samples);
    holdings.add(this.#code);
  }

  /** Code for what a function is at these sizes and all others; `undefined` where it is not one. */
  static of(
    samples: readonly Lowered[],
    sizes: readonly (readonly number[])[],
    executor: ProgramExecutor,
    holdings: Holdings,
  ): LoweredCode | undefined {
    const [{ call, donated }] = samples.map(({ parts }) => parts) as [Lowered['parts']];
    const graphs = samples.map(({ graph }) => graph);
    const general = generalise(graphs, sizes, { donated, replaced: call.donated });
    return 'says' in general ? undefined : new LoweredCode(general, executor, holdings);
  }

  /** The function at some sizes, run by this code; `undefined` where that does something else. */
  traceAt({ name, parts: { call, donated } }: Lowered, sizes: readonly number[]): Trace | undefined {
    const { graph, program, compiled, isInput, captures } = this.#general;
    if (call.graph.constants.length !== isInput.length) return undefined;
    const data = graphData(withConstantsAsInputs(call.graph, isInput));
    const own = program.at(sizes);
    if (data === undefined || own === undefined || !graph.isAt(sizes, data)) return undefined;
    const constants = call.graph.constants.filter((_, i) => isInput[i]);
    return compiledTrace({
      call,
      executor: this.#executor,
      captures: [
        ...constants.map(({ array, value }) => ({ tensor: this.#executor.constant(array, value.abstract.weak) })),
        ...captures.map((i) => call.graph.captures[i] as GraphCapture),
      ],
      name,
      donated,
      holdings: this.#holdings,
      compiled: () => ({ ...compiled, program: own }),
      executable: () => this.#code.at(own),
    });
  }

  dispose(): void {
    this.#holdings.drop(this.#code);
  }
}
