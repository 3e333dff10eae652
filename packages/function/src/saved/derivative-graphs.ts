/**
 * The derivative of a captured function in reverse mode, as graphs. The function is traced once more, together with its way back, so
 * that whatever states a derivative of its own in it keeps its meaning; what comes of that is divided: forwards it gives what the
 * way back needs, besides its results. Both graphs keep composites that state a derivative, because they may be differentiated
 * once more.
 */
import { isCheapOperation } from '@deft/compiler';
import {
  type AbstractValue,
  calculus,
  flatten,
  isDifferentiable,
  marked,
  regionTools,
  spread,
  Tensor,
} from '@deft/core';
import { type Graph, type GraphCapture, traceGraph } from '@deft/graph';
import type { CallSignature } from '../signature.ts';
import type { CapturedFunction } from '../trace.ts';
import { withNamedOperations } from './named-operations.ts';

/** The derivative of a function. */
export interface DerivativeGraphs {
  /** The arguments, and what is captured; to the results, and what is kept. */
  readonly forward: Graph;
  /** What is kept, those inputs of `forward` that `again` counts (captured ones behind the arguments), cotangents; to cotangents. */
  readonly backward: Graph;
  readonly again: readonly number[];
  /** The results whose cotangents it takes. */
  readonly cotangents: readonly number[];
  /** The arguments whose cotangents it gives. */
  readonly gradients: readonly number[];
  /** Why it cannot be differentiated itself; empty where it can. */
  readonly once: string;
}

const positions = (flags: readonly boolean[]): number[] => flags.flatMap((flag, i) => (flag ? [i] : []));

/** A function whose derivative can be traced. */
export interface DerivativeSource extends CapturedFunction {
  /** Whether scalars that happen to be equal stay apart. */
  readonly keepsScalars: boolean;
}

/** A captured function as one of lists of tensors. */
function flatFunction(
  { f, self }: CapturedFunction,
  signature: CallSignature,
): (tensors: readonly Tensor[]) => Tensor[] {
  return (tensors) => {
    const leaves = [...signature.leaves];
    signature.tensorPositions.forEach((position, i) => {
      leaves[position] = tensors[i];
    });
    const result = f.apply(self, signature.structure.rebuild(leaves) as never[]);
    return flatten(result).leaves.filter((leaf) => leaf instanceof Tensor);
  };
}

/** Traces the derivative of a function whose arguments and results are of these types. */
export function traceDerivative(
  captured: DerivativeSource,
  signature: CallSignature,
  types: readonly AbstractValue[],
  results: readonly AbstractValue[],
): DerivativeGraphs {
  const run = flatFunction(captured, signature);
  const active = results.map(({ dtype }) => isDifferentiable(dtype));
  let arrives: readonly boolean[] = [];
  const { graph } = traceGraph(
    (all) => {
      const recorded = calculus().record(run, all.slice(0, types.length));
      const cotangents = recorded.pullBack(spread(all.slice(types.length), active));
      arrives = cotangents.map((cotangent) => cotangent !== undefined);
      return [...recorded.outputs, ...cotangents.flatMap((cotangent) => cotangent ?? [])];
    },
    [...types, ...marked(results, active)],
    { keepsRules: true, keepsScalars: captured.keepsScalars },
  );
  const gradients = positions(arrives);
  const lost = new Set<string>();
  const { captures } = graph;
  const early = types.length + captures.length;
  const { restrict, split } = regionTools();
  const whole: Graph = {
    ...graph,
    inputs: [
      ...graph.inputs.slice(0, types.length),
      ...captures.map(({ value }) => value),
      ...graph.inputs.slice(types.length),
    ],
    captures: [],
  };
  // Without what cells hold afterwards, and so without effects.
  const needed = restrict(
    whole,
    [...whole.inputs.keys()],
    [...results.keys(), ...gradients.keys()].map((_, i) => i),
  ) as Graph;
  const parts = split(
    withNamedOperations(needed, (name) => lost.add(name)),
    {
      earlyInputs: early,
      earlyOutputs: results.length,
      again: Array.from({ length: early }, () => true),
      invariant: Array.from({ length: early }, () => false),
      isCheap: isCheapOperation,
    },
  );
  return {
    forward: withCaptures(tidy(parts.early as Graph), captures),
    backward: tidy(parts.late as Graph),
    again: parts.again,
    cotangents: positions(active),
    gradients,
    once:
      lost.size === 0
        ? ''
        : `it applies ${[...lost].join(', ')}, whose derivative is a function of the program that wrote the file`,
  };
}

/** The graph without what no result needs. */
const tidy = (graph: Graph): Graph =>
  regionTools().restrict(graph, [...graph.inputs.keys()], [...graph.outputs.keys()]) as Graph;

/** The graph with its last inputs captured. */
function withCaptures(graph: Graph, captures: readonly GraphCapture[]): Graph {
  const count = graph.inputs.length - captures.length;
  return {
    ...graph,
    inputs: graph.inputs.slice(0, count),
    captures: captures.map((capture, i) => ({ ...capture, value: graph.inputs[count + i] as Graph['inputs'][number] })),
  };
}
