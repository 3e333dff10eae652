/**
 * Gives core the functions on regions (see `core/region.ts`): a region is a graph without captures. Loaded for this effect.
 */
import {
  type FactoredOutput,
  isDifferentiable,
  provideRegionTools,
  type Region,
  type RegionFunction,
  type Tensor,
} from '@deft/core';
import type { Graph, GraphValue } from './graph.ts';
import { evaluateGraph } from './interpret.ts';
import { closeGraphs } from './region-inputs.ts';
import { splitGraph } from './split.ts';
import { traceGraph } from './tracer.ts';

function trace(functions: readonly RegionFunction[]): { regions: readonly Region[]; closedOver: readonly Tensor[] } {
  const options = { readsAny: true, keepsRules: true };
  const traced = functions.map(({ f, inputs }) => traceGraph(f, inputs, options).graph);
  const { graphs, tensors } = closeGraphs(traced, 0);
  return { regions: graphs, closedOver: tensors };
}

function reached(graph: Graph, inputs: readonly boolean[]): boolean[] {
  const found = new Set<GraphValue>(graph.inputs.filter((_, i) => inputs[i]));
  for (const { operation, inputs: operands, outputs } of graph.nodes) {
    if (operation.nonDifferentiable !== undefined || !operands.some((operand) => found.has(operand))) continue;
    for (const output of outputs) if (isDifferentiable(output.abstract.dtype)) found.add(output);
  }
  return graph.outputs.map((output) => found.has(output));
}

function neededValues(graph: Graph, outputs: readonly GraphValue[]): Set<GraphValue> {
  const needed = new Set<GraphValue>(outputs);
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i] as Graph['nodes'][number];
    if (node.outputs.some((output) => needed.has(output))) for (const input of node.inputs) needed.add(input);
  }
  return needed;
}

function restrict(graph: Graph, inputs: readonly number[], outputs: readonly number[]): Graph {
  const left = outputs.map((i) => graph.outputs[i] as GraphValue);
  const needed = neededValues(graph, left);
  return {
    inputs: inputs.map((i) => graph.inputs[i] as GraphValue),
    constants: graph.constants.filter(({ value }) => needed.has(value)),
    captures: [],
    nodes: graph.nodes.filter((node) => node.outputs.some((output) => needed.has(output))),
    outputs: left,
  };
}

function factor(graph: Graph, output: number): FactoredOutput | undefined {
  const { producer } = graph.outputs[output] as GraphValue;
  const { summed } = producer?.operation ?? {};
  if (!producer || !summed) return undefined;
  const outputs = [...graph.outputs];
  const operands = producer.inputs.map((value) => {
    const known = outputs.indexOf(value);
    return known >= 0 ? known : outputs.push(value) - 1;
  });
  const { attributes } = producer;
  return { region: { ...graph, outputs } as Graph, operands, summed: (stacks) => summed(stacks, attributes) };
}

provideRegionTools({
  factor: (region, output) => factor(region as Graph, output),
  inputsAmong: (region) => {
    const { inputs, outputs } = region as Graph;
    return outputs.map((output) => {
      const place = inputs.indexOf(output);
      return place < 0 ? undefined : place;
    });
  },
  trace,
  apply: (region, inputs) => evaluateGraph(region as Graph, inputs),
  reached: (region, inputs) => reached(region as Graph, inputs),
  needed: (region, outputs) => {
    const graph = region as Graph;
    const needed = neededValues(
      graph,
      graph.outputs.filter((_, i) => outputs[i]),
    );
    return graph.inputs.map((input) => needed.has(input));
  },
  restrict: (region, inputs, outputs) => restrict(region as Graph, inputs, outputs),
  split: (region, request) => splitGraph(region as Graph, request),
});
