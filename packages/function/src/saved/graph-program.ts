/**
 * A graph of a file, ready to run. On concrete tensors it is a program, compiled at its first use; under a capture, a derivative or a
 * batch its ops are applied one by one.
 */
import { checkOperations } from '@deft/compiler';
import { baseInterpreter, currentInterpreter, flatten, type Tensor } from '@deft/core';
import { evaluateGraph, type Graph, traceGraph } from '@deft/graph';
import type { Holdings } from '../holdings.ts';
import { makeTrace, type Trace, type TracedCall } from '../trace.ts';
import { faultsOfFile, guarded } from './file-error.ts';

const noResult = { structure: flatten([]).structure, leaves: [] };

/** A graph without cells of state. */
export class GraphProgram {
  readonly graph: Graph;
  readonly #name: string;
  readonly #holdings: Holdings;
  #isChecked = false;
  #compiled: { readonly executor: unknown; readonly trace: Trace } | undefined;

  /** `name` is for messages. */
  constructor(graph: Graph, name: string, holdings: Holdings) {
    this.graph = graph;
    this.#name = name;
    this.#holdings = holdings;
  }

  run(inputs: readonly Tensor[]): readonly Tensor[] {
    if (!this.#isChecked) guarded(this.#name, () => checkOperations(this.graph));
    this.#isChecked = true;
    const base = baseInterpreter();
    const isConcrete = currentInterpreter() === base && inputs.every(({ interpreter }) => interpreter === base);
    if (isConcrete) return this.#trace().run(inputs) as readonly Tensor[];
    return faultsOfFile(this.#name, () => evaluateGraph(this.graph, inputs));
  }

  #trace(): Trace {
    const executor = baseInterpreter();
    if (this.#compiled?.executor === executor) return this.#compiled.trace;
    this.#compiled?.trace.dispose();
    const types = this.graph.inputs.map(({ abstract }) => abstract);
    // Composites become what they are made of.
    const { graph } = traceGraph((traced) => evaluateGraph(this.graph, traced), types);
    const call: TracedCall = { graph, replaced: [], donated: [], results: noResult, assemble: (outputs) => outputs };
    const trace = faultsOfFile(this.#name, () =>
      makeTrace(call, { name: this.#name, donated: [], holdings: this.#holdings }),
    );
    this.#compiled = { executor, trace };
    return trace;
  }
}
