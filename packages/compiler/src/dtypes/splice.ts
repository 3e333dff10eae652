/**
 * Puts what a function of tensors does into a graph, in place of a node: the function is traced on the node's operands, and
 * its nodes go on behaving as if they stood on the user's line of that node.
 */
import type { DeferredCallSite, Tensor } from '@deft/core';
import {
  type GraphCapture,
  type GraphConstant,
  type GraphNode,
  type GraphValue,
  makeNode,
  traceGraph,
} from '@deft/graph';

/** The parts of a graph that is being written. */
export interface GraphParts {
  readonly constants: GraphConstant[];
  readonly captures: GraphCapture[];
  readonly nodes: GraphNode[];
}

/** Appends what `f` does with the values, and gives its results as values of the graph. */
export function splice(
  parts: GraphParts,
  f: (inputs: readonly Tensor[]) => readonly Tensor[],
  inputs: readonly GraphValue[],
  callSite: DeferredCallSite | undefined,
): GraphValue[] {
  const { graph } = traceGraph(
    f,
    inputs.map((input) => input.abstract),
  );
  const values = new Map<GraphValue, GraphValue>();
  graph.inputs.forEach((value, i) => {
    values.set(value, inputs[i] as GraphValue);
  });
  const of = (value: GraphValue): GraphValue => values.get(value) ?? value;
  parts.constants.push(...graph.constants);
  parts.captures.push(...graph.captures);
  for (const node of graph.nodes) {
    const results = node.outputs.map((output) => output.abstract);
    const moved = makeNode(node.operation, node.inputs.map(of), node.attributes, results, callSite);
    node.outputs.forEach((output, i) => {
      values.set(output, moved.outputs[i] as GraphValue);
    });
    parts.nodes.push(moved);
  }
  return graph.outputs.map(of);
}
