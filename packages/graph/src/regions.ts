/**
 * Gives core the functions on regions (see `core/region.ts`): a region is a graph without captures. Loaded for this effect.
 */
import {
  type FactoredOutput,
  isDifferentiable,
  provideRegionTools,
  type RegionFunction,
  type RegionTools,
  raise,
  type StateCell,
  type Tensor,
} from '@deft/core';
import { freeValue, type Graph, type GraphCapture, type GraphValue } from './graph.ts';
import { evaluateGraph } from './interpret.ts';
import { closeGraphs } from './region-inputs.ts';
import { splitGraph } from './split.ts';
import { type TracedFunction, traceFunction } from './tracer.ts';
import { withoutEffects } from './without-effects.ts';

const regionOptions = { call: 'the body of a loop or branch', readsAny: true, keepsRules: true };

type TracedRegion = TracedFunction<readonly Tensor[]>;

/** The graph of a function with the replaced cells among its inputs and outputs and the others among its captures. */
function withCells(
  { graph, cells }: TracedRegion,
  replaced: readonly StateCell[],
  { inputs, cellsAt }: RegionFunction,
): Graph {
  if (cells.length === 0 && replaced.length === 0) return graph;
  const known = new Map(cells.map((one) => [one.cell, one]));
  const isReplaced = new Set(replaced);
  const read = cells.filter(({ cell }) => !isReplaced.has(cell));
  const starts = replaced.map((cell) => known.get(cell)?.start ?? freeValue(cell.abstract));
  const ends = replaced.map((cell, i) => known.get(cell)?.end ?? (starts[i] as GraphValue));
  const into = cellsAt?.input ?? inputs.length;
  const out = cellsAt?.output === undefined ? undefined : Math.min(cellsAt.output, graph.outputs.length);
  const captures = read.map(({ start, outside, cell }): GraphCapture => ({ value: start, tensor: outside, cell }));
  return {
    ...graph,
    inputs: [...graph.inputs.slice(0, into), ...starts, ...graph.inputs.slice(into)],
    captures: [...graph.captures, ...captures],
    outputs: out === undefined ? graph.outputs : [...graph.outputs.slice(0, out), ...ends, ...graph.outputs.slice(out)],
  };
}

function trace(functions: readonly RegionFunction[]): ReturnType<RegionTools['trace']> {
  const traced = functions.map(({ f, inputs }) => traceFunction(f, inputs, regionOptions));
  const replaced = new Set<StateCell>();
  traced.forEach(({ cells }, i) => {
    for (const { cell, end } of cells) {
      if (end === undefined) continue;
      if (functions[i]?.cellsAt?.output === undefined) {
        raise('E_CAPTURE_IMPURE', {
          says: `${cell.label} is changed in a function whose changes would be lost`,
          hint: 'change it in the body of the loop instead',
        });
      }
      replaced.add(cell);
    }
  });
  const all = [...replaced];
  const graphs = traced.map((one, i) => withCells(one, all, functions[i] as RegionFunction));
  const { graphs: regions, tensors } = closeGraphs(graphs, 0);
  return { regions, closedOver: tensors, replaced: all };
}

const replacesCells = ({ f, inputs }: RegionFunction): boolean =>
  traceFunction(f, inputs, regionOptions).cells.some(({ end }) => end !== undefined);

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
  replacesCells,
  withoutEffects: (region) => withoutEffects(region as Graph),
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
