/**
 * A graph for being run a second time, to compute its values again: what has an effect was done the first time and is left out, its
 * token handed through. A function of the host whose results the graph uses cannot be left out.
 */
import { raise } from '@deft/core';
import type { Graph, GraphNode, GraphValue } from './graph.ts';
import { makeNode } from './graph.ts';
import { callsHost } from './host-calls.ts';

/** The graph without effects. Throws `E_CAPTURE_IMPURE` where an effect gives results. */
export function withoutEffects(graph: Graph): Graph {
  if (!callsHost(graph)) return graph;
  const known = new Map<GraphValue, GraphValue>();
  const current = (value: GraphValue): GraphValue => known.get(value) ?? value;
  const nodes = graph.nodes.flatMap((node): GraphNode[] => {
    const { operation, inputs, outputs, attributes, callSite } = node;
    if (operation.host === 'ordered') {
      if (outputs.length > 1) {
        raise('E_CAPTURE_IMPURE', {
          op: operation.name,
          says: 'the derivative of the loop or branch would have to call it a second time',
          hint: 'if it has no effects say so with { pure: true }; give a loop its maximumIterations, so that nothing is computed twice',
          ...(callSite?.value ? { callSite: callSite.value } : {}),
        });
      }
      known.set(outputs[0] as GraphValue, current(inputs[0] as GraphValue));
      return [];
    }
    const { regions } = operation;
    const applied = regions?.list.some((region) => callsHost(region as Graph))
      ? regions.withRegions(regions.list.map((region) => withoutEffects(region as Graph)))
      : operation;
    const made = makeNode(
      applied,
      inputs.map(current),
      attributes,
      outputs.map((output) => output.abstract),
      callSite,
    );
    for (const [i, output] of outputs.entries()) known.set(output, made.outputs[i] as GraphValue);
    return [made];
  });
  return { ...graph, nodes, outputs: graph.outputs.map(current) };
}
