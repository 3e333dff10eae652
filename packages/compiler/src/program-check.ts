/**
 * Checks ops of graphs that come from outside. Lowerings trust their attributes, which the functions of the ops have checked; in a
 * graph that was read from a file they are whatever the file says. So every application is compiled by itself, and what comes of
 * it is held to the rules of programs: nothing reads or writes outside of a buffer.
 */
import { type AbstractValue, DeftError, type Operation, raise } from '@deft/core';
import { attributesText, freeValue, type Graph, type GraphNode, makeNode } from '@deft/graph';
import { verifyProgram } from '@deft/kernel';
import { compileGraph } from './compile-graph.ts';

const typesOf = (values: readonly { readonly abstract: AbstractValue }[]): AbstractValue[] =>
  values.map(({ abstract }) => abstract);

/** Whether there is anything in an application that its types do not say. */
const hasAttributes = ({ operation, attributes }: GraphNode): boolean =>
  operation.kind === 'primitive' && operation.host === undefined && Object.keys(attributes).length > 0;

function checkApplication(node: GraphNode): void {
  const inputs = typesOf(node.inputs).map((type) => freeValue(type));
  const alone = makeNode(node.operation, inputs, node.attributes, typesOf(node.outputs));
  const { program } = compileGraph({ inputs, constants: [], captures: [], nodes: [alone], outputs: alone.outputs });
  verifyProgram(program);
}

/**
 * Throws `E_GRAPH` unless all ops of a graph, and of the regions in it, are applied as their functions would apply them, as far as it
 * matters for memory.
 */
export function checkOperations(graph: Graph): void {
  const seen = new Map<Operation, Set<string>>();
  const visit = ({ nodes }: Graph): void => {
    for (const node of nodes) {
      const { operation, inputs, outputs, attributes } = node;
      for (const region of operation.regions?.list ?? []) visit(region as Graph);
      if (operation.regions !== undefined || !hasAttributes(node)) continue;
      const types = (values: GraphNode['inputs']): string => values.map(({ abstract }) => abstract.text).join();
      const key = `${types(inputs)} ${types(outputs)} ${attributesText(attributes)}`;
      const known = seen.get(operation) ?? new Set();
      seen.set(operation, known);
      if (known.has(key)) continue;
      known.add(key);
      try {
        checkApplication(node);
      } catch (error) {
        if (error instanceof DeftError) throw error;
        raise('E_GRAPH', {
          op: operation.name,
          says: `it does not take the attributes ${attributesText(attributes).slice(0, 200)}`,
          operands: typesOf(inputs),
        });
      }
    }
  };
  visit(graph);
}
