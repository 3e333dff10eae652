/**
 * Who uses a graph's values and until when: what the graph interpreter needs to let go of results early and the
 * compiler to fuse, remove dead code and plan memory.
 */
import type { Graph, GraphValue } from './graph.ts';

/** How often every value is used, as an operand or as a result of the graph. Unused values are absent. */
export function useCounts(graph: Graph): Map<GraphValue, number> {
  const counts = new Map<GraphValue, number>();
  const use = (value: GraphValue): void => {
    counts.set(value, (counts.get(value) ?? 0) + 1);
  };
  for (const node of graph.nodes) node.inputs.forEach(use);
  graph.outputs.forEach(use);
  return counts;
}

/**
 * For every node, in order, the values that nothing needs after it: operands used for the last time and results that
 * nobody uses. Results of the graph never appear.
 */
export function lastUses(graph: Graph): GraphValue[][] {
  const needed = new Set<GraphValue>(graph.outputs);
  const result = new Array<GraphValue[]>(graph.nodes.length);
  for (let position = graph.nodes.length - 1; position >= 0; position--) {
    const { inputs, outputs } = graph.nodes[position] as Graph['nodes'][number];
    const ending: GraphValue[] = [];
    for (const value of [...outputs, ...inputs]) {
      if (needed.has(value)) continue;
      needed.add(value);
      ending.push(value);
    }
    result[position] = ending;
  }
  return result;
}
