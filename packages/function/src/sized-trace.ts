/**
 * A captured function for every size of its arguments. The function is run at a few sizes, and what the compiler makes of it
 * there is generalised: one piece of code serves all sizes. A call at a new size runs the function once more, without
 * compiling, and its graph is compared with what the others say: so a function that does something else at that size, and
 * be it at one size among thousands, is never run by code that does not fit.
 */
import { type ProgramExecutor, type SizedCode, sampleSizes } from '@deft/compiler';
import { type AbstractValue, abstractValue, DeftError, type StateCell } from '@deft/core';
import { type Graph, type GraphCapture, graphData } from '@deft/graph';
import {
  differingFromSamples,
  type Generalised,
  generalise,
  type Refusal,
  withConstantsAsInputs,
} from './generalise.ts';
import type { Holdings } from './holdings.ts';
import type { CallSignature } from './signature.ts';
import { type CapturedFunction, compiledTrace, type Trace, type TracedCall, traceCall, typesOf } from './trace.ts';

/** The function that is captured. */
export interface Captured extends CapturedFunction {
  /** Places of tensors that calls may give up. */
  readonly donated: readonly number[];
  readonly holdings: Holdings;
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

const isSame = (cells: readonly StateCell[], others: readonly StateCell[]): boolean =>
  cells.length === others.length && cells.every((cell, i) => cell === others[i]);

/** A number that follows from a size is equal to another one only at some sizes. */
const apart = { keepsScalars: true };

/** One piece of code for all sizes of a captured function. */
export class SizedTrace {
  readonly axes: SizeAxes;
  readonly #captured: Captured;
  readonly #executor: ProgramExecutor;
  readonly #general: Generalised;
  readonly #code: SizedCode;
  readonly #samples: readonly (readonly number[])[];
  /** Traces that run the code, and whoever may ask for more. */
  #users = 1;

  private constructor(
    captured: Captured,
    axes: SizeAxes,
    executor: ProgramExecutor,
    general: Generalised,
    samples: readonly (readonly number[])[],
  ) {
    this.axes = axes;
    this.#samples = samples;
    this.#captured = captured;
    this.#executor = executor;
    this.#general = general;
    this.#code = executor.compileSizes(general.program.samples);
    captured.holdings.add(this.#code);
  }

  /** A refusal where the function does not do the same at every size. `typical` are sizes as they occur. */
  static of(
    captured: Captured,
    signature: CallSignature,
    axes: SizeAxes,
    typical: readonly number[],
    executor: ProgramExecutor,
  ): SizedTrace | Refusal {
    const types = typesOf(signature);
    const sizes = sampleSizes(typical);
    const { donated } = captured;
    try {
      const calls: TracedCall[] = [];
      // No function here: it would be kept with the lines of all ops, and the arguments with it.
      for (const each of sizes) calls.push(traceCall(captured, signature, typesAt(types, axes, each), apart));
      const graphs = calls.map(({ graph }) => graph);
      const [first] = calls as [TracedCall];
      if (!calls.every(({ replaced }) => isSame(replaced, first.replaced))) {
        return { says: 'it changes other variables at another size', callSite: undefined };
      }
      const general = generalise(graphs, sizes, { donated, replaced: first.donated });
      return 'says' in general ? general : new SizedTrace(captured, axes, executor, general, sizes);
    } catch (error) {
      // A size that does not go with the rest of what the function does: it is not one for every size.
      if (!(error instanceof DeftError)) throw error;
      const [text] = error.message.split('\n');
      return { says: `at a size of ${sizes[0]?.join(', ')} it fails: ${text}`, callSite: error.callSite };
    }
  }

  /** The trace for a call, by this code; a refusal where the function does something else there. */
  at(signature: CallSignature): Trace | Refusal {
    const { name, donated, holdings } = this.#captured;
    const types = typesOf(signature);
    const sizes = sizesOf(types, this.axes);
    if (sizes === undefined) return { says: 'axes of one size differ', callSite: undefined };
    const call = traceCall(this.#captured, signature, types, apart);
    const { graph, program, compiled, isInput, captures } = this.#general;
    const refused = { says: `it does something else at a size of ${sizes.join(', ')}`, callSite: undefined };
    if (call.graph.constants.length !== isInput.length) return refused;
    const data = graphData(withConstantsAsInputs(call.graph, isInput));
    const own = program.at(sizes);
    if (data === undefined || own === undefined || !graph.isAt(sizes, data)) return refused;
    const constants = call.graph.constants.filter((_, i) => isInput[i]);
    const passed: Pick<GraphCapture, 'tensor' | 'cell'>[] = [
      ...constants.map(({ array, value }) => ({ tensor: this.#executor.constant(array, value.abstract.weak) })),
      ...captures.map((i) => call.graph.captures[i] as GraphCapture),
    ];
    const trace = compiledTrace({
      call,
      executor: this.#executor,
      captures: passed,
      name,
      donated,
      holdings,
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

  /** What a function that does something else for a call does there, and at which line. */
  difference(signature: CallSignature): Refusal | undefined {
    const types = typesOf(signature);
    const sizes = sizesOf(types, this.axes);
    if (sizes === undefined) return undefined;
    const graphs: Graph[] = [];
    for (const each of [sizes, ...this.#samples]) {
      graphs.push(traceCall(this.#captured, signature, typesAt(types, this.axes, each), apart).graph);
    }
    const [own, ...samples] = graphs as [Graph, ...Graph[]];
    return differingFromSamples(samples, this.#samples, own, sizes);
  }

  /** Says that one user is gone; the code goes with the last. */
  release(): void {
    if (--this.#users === 0) this.#captured.holdings.drop(this.#code);
  }
}
