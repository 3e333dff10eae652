/**
 * The graph's own rules, checked between passes: every value is made once and before it is used, every op has the
 * operands it takes, and every stated type is what the op's shape rule says.
 */
import { raise } from '@deft/core';
import type { Graph, GraphNode, GraphValue } from './graph.ts';

function malformed(says: string, node?: GraphNode): never {
  return raise('E_GRAPH', {
    says,
    ...(node ? { op: node.operation.name, operands: node.inputs.map((input) => input.abstract) } : {}),
    ...(node?.callSite?.value ? { callSite: node.callSite.value } : {}),
  });
}

function checkNode(node: GraphNode, position: number, made: ReadonlySet<GraphValue>): void {
  const { operation, inputs, outputs, attributes } = node;
  if (operation.variadic ? inputs.length === 0 : inputs.length !== operation.inputs.length) {
    const takes = operation.variadic ? 'at least one operand' : `${operation.inputs.length} operands`;
    malformed(`node ${position} has ${inputs.length} operands, the op takes ${takes}`, node);
  }
  inputs.forEach((input, i) => {
    if (!made.has(input)) malformed(`operand ${i} of node ${position} is not made before it is used`, node);
  });
  for (const region of (operation.regions?.list ?? []) as readonly Graph[]) {
    if (region.captures.length > 0) malformed(`a region of node ${position} has captures`, node);
    verifyGraph(region);
  }
  const inferred = operation.infer(
    inputs.map((input) => input.abstract),
    attributes,
  );
  if (inferred.length !== outputs.length) {
    malformed(`node ${position} states ${outputs.length} results, the op gives ${inferred.length}`, node);
  }
  outputs.forEach((output, i) => {
    const expected = inferred[i]?.text;
    if (output.abstract.text !== expected) {
      malformed(`result ${i} of node ${position} is stated as ${output.abstract.text}, the op gives ${expected}`, node);
    }
    if (output.producer !== node || output.index !== i) {
      malformed(`result ${i} of node ${position} does not name it as its producer`, node);
    }
  });
}

/** Throws `E_GRAPH` unless the graph is well formed; what a shape rule has to object to, it raises itself. */
export function verifyGraph(graph: Graph): void {
  const made = new Set<GraphValue>();
  const make = (value: GraphValue, what: string): void => {
    if (made.has(value)) malformed(`${what} is made twice`);
    made.add(value);
  };
  const makeFree = (value: GraphValue, what: string): void => {
    if (value.producer) malformed(`${what} has a producer`);
    make(value, what);
  };
  for (const [i, value] of graph.inputs.entries()) makeFree(value, `input ${i}`);
  graph.captures.forEach(({ value, tensor }, i) => {
    makeFree(value, `capture ${i}`);
    if (value.abstract.text !== tensor.abstract.text) {
      malformed(`capture ${i} is stated as ${value.abstract.text}, the tensor is ${tensor.abstract.text}`);
    }
  });
  graph.constants.forEach(({ value, array }, i) => {
    makeFree(value, `constant ${i}`);
    const found = `${array.dtype}[${array.shape.join(', ')}]`;
    if (value.abstract.text !== found) {
      malformed(`constant ${i} is stated as ${value.abstract.text}, its array is ${found}`);
    }
  });
  graph.nodes.forEach((node, position) => {
    checkNode(node, position, made);
    for (const [i, output] of node.outputs.entries()) make(output, `result ${i} of node ${position}`);
  });
  graph.outputs.forEach((value, i) => {
    if (!made.has(value)) malformed(`result ${i} of the graph is not made by it`);
  });
}
