/**
 * Removes results of ops with regions that nobody uses, what is computed for them alone, and operands that no region reads. What
 * may go is the op's to say. Operands that are closed over twice become one.
 */
import { type Graph, type GraphNode, type GraphValue, useCounts } from '@deft/graph';
import { type GraphPass, Substitution } from './pass.ts';

/** The application with every closed-over operand once. */
function withoutTwins(node: GraphNode, substitution: Substitution, old: GraphNode): GraphNode {
  const { regions } = node.operation;
  if (!regions) return node;
  const { from, count } = regions.closedOver(node.attributes);
  const shared = node.inputs.slice(from, from + count);
  const kept = shared.flatMap((value, i) => (shared.indexOf(value) === i ? [i] : []));
  if (kept.length === count) return node;
  const list = (regions.list as readonly Graph[]).map((region): Graph => {
    const inside = new Substitution();
    shared.forEach((value, i) => {
      inside.replace(region.inputs[i] as GraphValue, region.inputs[shared.indexOf(value)] as GraphValue);
    });
    const nodes = region.nodes.map((each) => inside.node(each));
    return {
      ...region,
      inputs: region.inputs.filter((_, i) => i >= count || kept.includes(i)),
      nodes,
      outputs: region.outputs.map((output) => inside.of(output)),
    };
  });
  return substitution.application(
    old,
    regions.withRegions(list),
    node.inputs.filter((_, i) => i < from || i >= from + count || kept.includes(i - from)),
    regions.withClosedOver(node.attributes, kept.length),
  );
}

/** Keeps what is used of ops with regions. */
export const pruneRegions: GraphPass = {
  name: 'pruneRegions',
  run(graph: Graph): Graph {
    if (!graph.nodes.some((node) => node.operation.regions)) return graph;
    const uses = useCounts(graph);
    const used = new Set<GraphValue>(uses.keys());
    const pruned = new Map<GraphNode, NonNullable<ReturnType<NonNullable<GraphPruner>>>>();
    // From the back, so that operands which go take what makes them with them.
    for (let i = graph.nodes.length - 1; i >= 0; i--) {
      const node = graph.nodes[i] as GraphNode;
      const smaller = node.operation.regions?.prune?.(
        node.attributes,
        node.outputs.map((output) => used.has(output)),
      );
      if (!smaller) continue;
      pruned.set(node, smaller);
      const kept = new Set(smaller.operands);
      node.inputs.forEach((input, k) => {
        if (kept.has(k)) return;
        const left = (uses.get(input) as number) - 1;
        uses.set(input, left);
        if (left === 0) used.delete(input);
      });
    }
    const substitution = new Substitution();
    const nodes = graph.nodes.map((old) => {
      const node = substitution.node(old);
      const smaller = pruned.get(old);
      if (!smaller) return withoutTwins(node, substitution, old);
      const operands = smaller.operands.map((i) => node.inputs[i] as GraphValue);
      const made = substitution.application(old, smaller.operation, operands, smaller.attributes, smaller.results);
      return made;
    });
    if (!substitution.changed) return graph;
    return { ...graph, nodes, outputs: graph.outputs.map((output) => substitution.of(output)) };
  },
};

type GraphPruner = NonNullable<GraphNode['operation']['regions']>['prune'];
