/**
 * Regions read nothing but their inputs: what graphs have captured is made inputs of all of them, so that one list of
 * operands serves all regions of an op.
 */
import type { Tensor } from '@deft/core';
import { freeValue, type Graph, type GraphValue } from './graph.ts';

/** The graphs without captures, and the tensors that are inputs of all of them now, from input `at` on. */
export function closeGraphs(
  graphs: readonly Graph[],
  at: number,
): { readonly graphs: readonly Graph[]; readonly tensors: readonly Tensor[] } {
  const tensors = [...new Set(graphs.flatMap((graph) => graph.captures.map((capture) => capture.tensor)))];
  if (tensors.length === 0) return { graphs, tensors };
  const closed = graphs.map((graph): Graph => {
    const known = new Map<Tensor, GraphValue>(graph.captures.map(({ tensor, value }) => [tensor, value]));
    const values = tensors.map((tensor) => known.get(tensor) ?? freeValue(tensor.abstract));
    return { ...graph, captures: [], inputs: [...graph.inputs.slice(0, at), ...values, ...graph.inputs.slice(at)] };
  });
  return { graphs: closed, tensors };
}
