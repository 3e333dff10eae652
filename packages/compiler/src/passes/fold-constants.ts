/**
 * Computes nodes of constants at compile time by the ops' own references, as long as that is quick and the result small.
 */
import { type NdArray, runReference, sizeOf } from '@deft/core';
import { freeValue, type Graph, type GraphConstant, type GraphNode, type GraphValue } from '@deft/graph';
import { limits } from '../limits.ts';
import { type GraphPass, Substitution } from './pass.ts';

function evaluate(node: GraphNode, known: ReadonlyMap<GraphValue, NdArray>): readonly NdArray[] | undefined {
  const { reference, host } = node.operation;
  // What the host does belongs into every run.
  if (!reference || host !== undefined) return undefined;
  // References hold long integers up to 2⁵³ only.
  if ([...node.inputs, ...node.outputs].some(({ abstract }) => abstract.dtype === 'int64')) return undefined;
  if (node.outputs.some((output) => sizeOf(output.abstract.shape) > limits.foldedElements)) return undefined;
  const inputs: NdArray[] = [];
  for (const input of node.inputs) {
    const array = known.get(input);
    if (!array || array.data.length > limits.foldedInputElements) return undefined;
    inputs.push(array);
  }
  return runReference(node.operation, inputs, node.attributes);
}

/** Replaces nodes whose inputs are all constants. */
export const foldConstants: GraphPass = {
  name: 'foldConstants',
  run(graph: Graph): Graph {
    const known = new Map<GraphValue, NdArray>(graph.constants.map(({ value, array }) => [value, array]));
    const substitution = new Substitution();
    const constants: GraphConstant[] = [...graph.constants];
    const nodes: GraphNode[] = [];
    for (const old of graph.nodes) {
      const node = substitution.node(old);
      const arrays = evaluate(node, known);
      if (!arrays) {
        nodes.push(node);
        continue;
      }
      arrays.forEach((array, i) => {
        const value = freeValue((node.outputs[i] as GraphValue).abstract);
        constants.push({ value, array });
        known.set(value, array);
        substitution.replace(old.outputs[i] as GraphValue, value);
      });
    }
    if (!substitution.changed) return graph;
    return { ...graph, constants, nodes, outputs: graph.outputs.map((output) => substitution.of(output)) };
  },
};
