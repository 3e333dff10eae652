/**
 * Merges nodes that apply the same op to the same inputs with the same attributes, and constants with the same elements.
 * Every op is a pure function of its inputs, random ones included (their key is an input).
 */
import { type Operation, sizeOf } from '@deft/core';
import { attributesText, type Graph, type GraphConstant, type GraphNode, type GraphValue } from '@deft/graph';
import { limits } from '../limits.ts';
import { type GraphPass, Substitution } from './pass.ts';

function constantText({ value, array }: GraphConstant): string | undefined {
  if (sizeOf(array.shape) > limits.comparedConstantElements) return undefined;
  return `${value.abstract.text} ${value.abstract.weak} ${Array.from(array.data, (x) => (Object.is(x, -0) ? '-0' : x)).join()}`;
}

/** Computes every distinct value once. */
export const commonSubexpressions: GraphPass = {
  name: 'commonSubexpressions',
  run(graph: Graph): Graph {
    const substitution = new Substitution();
    const knownConstants = new Map<string, GraphValue>();
    const constants = graph.constants.filter((constant) => {
      const key = constantText(constant);
      if (key === undefined) return true;
      const known = knownConstants.get(key);
      if (known) substitution.replace(constant.value, known);
      else knownConstants.set(key, constant.value);
      return known === undefined;
    });
    const numbers = new Map<GraphValue | Operation, number>();
    const numberOf = (thing: GraphValue | Operation): number => {
      let number = numbers.get(thing);
      if (number === undefined) {
        number = numbers.size;
        numbers.set(thing, number);
      }
      return number;
    };
    const known = new Map<string, GraphNode>();
    const nodes: GraphNode[] = [];
    for (const old of graph.nodes) {
      const node = substitution.node(old);
      const inputs = node.inputs.map(numberOf).join();
      const weak = node.outputs.map((output) => (output.abstract.weak ? 'w' : '')).join();
      const key = `${numberOf(node.operation)}(${inputs})${weak}${attributesText(node.attributes)}`;
      const twin = known.get(key);
      if (!twin) {
        known.set(key, node);
        nodes.push(node);
        continue;
      }
      old.outputs.forEach((output, i) => {
        substitution.replace(output, twin.outputs[i] as GraphValue);
      });
    }
    if (!substitution.changed) return graph;
    return { ...graph, constants, nodes, outputs: graph.outputs.map((output) => substitution.of(output)) };
  },
};
