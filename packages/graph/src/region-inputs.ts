/**
 * Regions read nothing but their inputs: what graphs have captured is made inputs of all of them, so that one list of
 * operands serves all regions of an op.
 */
import type { Tensor } from '@deft/core';
import { freeValue, type Graph } from './graph.ts';

/** The graphs without captures, and the tensors that are inputs of all of them now, from input `at` on. */
export function closeGraphs(
  graphs: readonly Graph[],
  at: number,
): { readonly graphs: readonly Graph[]; readonly tensors: readonly Tensor[] } {
  // A cell and a tensor that it held are two values of a graph.
  const captured = new Map(
    graphs.flatMap(({ captures }) => captures.map(({ cell, tensor }) => [cell ?? tensor, tensor])),
  );
  const tensors = [...captured.values()];
  if (tensors.length === 0) return { graphs, tensors };
  const closed = graphs.map((graph): Graph => {
    const known = new Map(graph.captures.map(({ cell, tensor, value }) => [cell ?? tensor, value]));
    const values = [...captured].map(([key, tensor]) => known.get(key) ?? freeValue(tensor.abstract));
    return { ...graph, captures: [], inputs: [...graph.inputs.slice(0, at), ...values, ...graph.inputs.slice(at)] };
  });
  return { graphs: closed, tensors };
}
