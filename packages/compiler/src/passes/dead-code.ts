/**
 * Removes nodes whose results nobody needs, and constants and captures that nothing reads. Inputs stay: they are the
 * graph's signature.
 */
import type { Graph, GraphNode, GraphValue } from '@deft/graph';
import type { GraphPass } from './pass.ts';

/** Keeps what the outputs depend on. */
export const deadCode: GraphPass = {
  name: 'deadCode',
  run(graph: Graph): Graph {
    const needed = new Set<GraphValue>(graph.outputs);
    const nodes: GraphNode[] = [];
    for (let i = graph.nodes.length - 1; i >= 0; i--) {
      const node = graph.nodes[i] as GraphNode;
      if (!node.outputs.some((output) => needed.has(output))) continue;
      for (const input of node.inputs) needed.add(input);
      nodes.push(node);
    }
    const constants = graph.constants.filter(({ value }) => needed.has(value));
    const captures = graph.captures.filter(({ value }) => needed.has(value));
    const same =
      nodes.length === graph.nodes.length &&
      constants.length === graph.constants.length &&
      captures.length === graph.captures.length;
    return same ? graph : { ...graph, constants, captures, nodes: nodes.reverse() };
  },
};
