/**
 * A loaded function as an op, for whoever transforms or captures code that calls it: its derivative is what the file has of it. Without
 * one a derivative is refused. The ops of its graph have rules of their own, but the graph has only what the function's ops are
 * made of, and what these, or the function, had stated of their derivatives is not among it: the derivative of the parts would be
 * another one.
 */
import {
  type AbstractValue,
  algebra,
  calculus,
  dispatch,
  internal,
  type Operation,
  raise,
  type Tensor,
} from '@deft/core';
import type { Holdings } from '../holdings.ts';
import { type OpenDerivative, withOutputs } from './graph-parts.ts';
import { GraphProgram } from './graph-program.ts';

/** What an op made of a graph has, whatever its rules are. */
function recordOf(name: string, { graph }: GraphProgram): Omit<Operation, 'compose'> {
  const types = graph.outputs.map(({ abstract }) => abstract);
  return {
    name,
    kind: 'composite',
    inputs: graph.inputs.map((_, i) => `input ${i}`),
    variadic: false,
    multipleResults: true,
    doc: { summary: 'A function from a file.', group: 'capture' },
    infer: () => types,
    saves: [],
    batch: 'composed',
    samples: [],
    errors: [],
    limitations: [],
    call: () => internal(`${name} is called through its function`),
  };
}

/** A graph as an op of which no derivative is known. */
export function opaqueOperation(name: string, program: GraphProgram, says: string, hint?: string): Operation {
  const refuse = (): never => raise('E_GRAD', { op: name, says, ...(hint === undefined ? {} : { hint }) });
  return {
    ...recordOf(name, program),
    compose: (inputs) => program.run(inputs),
    forward: (inputs) => ({ outputs: program.run(inputs), saved: {} }),
    vjp: refuse,
    jvp: refuse,
  };
}

/** A function of a file that was saved without its derivative, as an op. */
export const withoutDerivative = (name: string, program: GraphProgram): Operation =>
  opaqueOperation(
    name,
    program,
    'the function was saved without its derivative',
    'save it with serialize(functions, { gradients: true })',
  );

const zerosOf = ({ shape, dtype }: AbstractValue): Tensor => algebra().zeros(shape, dtype);

/** The passes of a derivative. */
class LoadedDerivative {
  readonly #graphs: OpenDerivative;
  readonly #name: string;
  readonly #holdings: Holdings;
  readonly #forward: GraphProgram;
  /** By the cotangents that are wanted. */
  readonly #backward = new Map<string, GraphProgram>();
  readonly #results: number;

  constructor(graphs: OpenDerivative, results: number, name: string, holdings: Holdings) {
    this.#graphs = graphs;
    this.#name = name;
    this.#holdings = holdings;
    this.#results = results;
    this.#forward = new GraphProgram(graphs.forward, name, holdings);
  }

  get results(): readonly AbstractValue[] {
    return this.#graphs.forward.outputs.slice(0, this.#results).map(({ abstract }) => abstract);
  }

  /** The results, and what the way back needs. */
  forward(inputs: readonly Tensor[]): { readonly outputs: readonly Tensor[]; readonly kept: readonly Tensor[] } {
    const { again } = this.#graphs;
    const all = this.#run(this.#forward, inputs);
    return {
      outputs: all.slice(0, this.#results),
      kept: [
        ...all.slice(this.#results),
        ...again.map((one) => (typeof one === 'number' ? (inputs[one] as Tensor) : one)),
      ],
    };
  }

  /** The cotangents of these arguments, which have one. */
  backward(kept: readonly Tensor[], cotangents: readonly Tensor[], wanted: readonly number[]): readonly Tensor[] {
    const { gradients, backward, cotangents: taken } = this.#graphs;
    const key = wanted.join();
    let program = this.#backward.get(key);
    if (program === undefined) {
      program = new GraphProgram(
        withOutputs(
          backward,
          wanted.map((argument) => gradients.indexOf(argument)),
        ),
        this.#name,
        this.#holdings,
      );
      this.#backward.set(key, program);
    }
    return this.#run(program, [...kept, ...taken.map((result) => cotangents[result] as Tensor)]);
  }

  #run(program: GraphProgram, inputs: readonly Tensor[]): readonly Tensor[] {
    const { once } = this.#graphs;
    if (once === '' || inputs.length === 0) return program.run(inputs);
    return dispatch(opaqueOperation(this.#name, program, `it cannot be differentiated twice: ${once}`), inputs, {});
  }
}

/** A function of a file with its derivative, as an op. */
export function withDerivative(
  name: string,
  program: GraphProgram,
  graphs: OpenDerivative,
  holdings: Holdings,
): Operation {
  const derivative = new LoadedDerivative(graphs, program.graph.outputs.length, name, holdings);
  const { gradients, cotangents: taken } = graphs;
  return {
    ...recordOf(name, program),
    compose: (inputs) => program.run(inputs),
    forward: (inputs) => {
      const { outputs, kept } = derivative.forward(inputs);
      return { outputs, saved: Object.fromEntries(kept.map((one, i) => [`kept ${i}`, one])) };
    },
    vjp: (cotangents, saved, _attributes, needs) => {
      const wanted = gradients.filter((argument) => needs[argument]);
      const results = derivative.backward(Object.values(saved), cotangents, wanted);
      return needs.map((_, i) => results[wanted.indexOf(i)] ?? null);
    },
    // The way back is linear in the cotangents, so its own way back is the way forward.
    jvp: (primals, tangents, _attributes, _outputs, varies) => {
      const wanted = gradients.filter((argument) => varies[argument]);
      const { kept } = derivative.forward(primals);
      const types = derivative.results;
      const back = calculus().record(
        (some) => {
          const all = types.map((type, i) => some[taken.indexOf(i)] ?? zerosOf(type));
          return derivative.backward(kept, all, wanted);
        },
        taken.map((result) => zerosOf(types[result] as AbstractValue)),
      );
      const directions = back.pullBack(wanted.map((argument) => tangents[argument]));
      return types.map((type, i) => directions[taken.indexOf(i)] ?? zerosOf(type));
    },
  };
}
