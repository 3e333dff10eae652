/**
 * Runs a graph op by op through dispatch, so it runs under whatever is on the interpreter stack: eagerly, inside another
 * capture, differentiated or batched. A value is let go of after its last use.
 */
import { currentInterpreter, DeftError, dispatch, internal, raise, type Tensor } from '@deft/core';
import type { Graph, GraphNode, GraphValue } from './graph.ts';
import { lastUses } from './liveness.ts';

function checkInputs(graph: Graph, inputs: readonly Tensor[]): void {
  if (inputs.length !== graph.inputs.length) {
    raise('E_ARITY', { op: 'graph', expected: `${graph.inputs.length} tensors`, found: String(inputs.length) });
  }
  graph.inputs.forEach((value, i) => {
    const found = (inputs[i] as Tensor).abstract;
    if (found.text !== value.abstract.text) {
      raise('E_SHAPE', { op: 'graph', argument: `input ${i}`, expected: value.abstract.text, found: found.text });
    }
  });
}

/**
 * Applies the ops of a graph to tensors, one after the other, and gives the graph's results.
 *
 * A graph holds primitives only: under a derivative they are differentiated one by one, and what a composite of the
 * captured function stated of its own derivative (`customVjp`, `stopGradient`) is gone. To differentiate a captured
 * function, run the function.
 *
 * Throws `E_ARITY` or `E_SHAPE` unless the tensors are of the number, shapes and dtypes of the graph's inputs.
 */
export function evaluateGraph(graph: Graph, inputs: readonly Tensor[]): Tensor[] {
  return replayGraph(graph, inputs, applyNode);
}

/** Applies the op of a node; an error names the line that wrote it. */
export function applyNode(node: GraphNode, operands: readonly Tensor[]): readonly Tensor[] {
  try {
    return dispatch(node.operation, operands, node.attributes);
  } catch (error) {
    const callSite = error instanceof DeftError ? node.callSite?.value : undefined;
    throw callSite === undefined
      ? error
      : new DeftError((error as DeftError).code, { ...(error as DeftError).details, callSite });
  }
}

/** Runs a graph with `apply` for every node. */
export function replayGraph(
  graph: Graph,
  inputs: readonly Tensor[],
  apply: (node: GraphNode, operands: readonly Tensor[]) => readonly Tensor[],
): Tensor[] {
  checkInputs(graph, inputs);
  const values = new Map<GraphValue, Tensor>();
  const read = (value: GraphValue): Tensor => values.get(value) ?? internal('a graph value is used before it is made');
  for (const [i, value] of graph.inputs.entries()) values.set(value, inputs[i] as Tensor);
  for (const { value, tensor, cell } of graph.captures) values.set(value, cell === undefined ? tensor : cell.get());
  const interpreter = currentInterpreter();
  for (const { value, array } of graph.constants) values.set(value, interpreter.constant(array, value.abstract.weak));
  const ending = lastUses(graph);
  graph.nodes.forEach((node: GraphNode, position) => {
    const results = apply(node, node.inputs.map(read));
    for (const [i, output] of node.outputs.entries()) values.set(output, results[i] as Tensor);
    for (const value of ending[position] as GraphValue[]) values.delete(value);
  });
  return graph.outputs.map(read);
}
