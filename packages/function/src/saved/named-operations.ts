/**
 * Brings a graph to ops that a file can name. Where an op was made for one call (`customVjp`, `checkpoint`), the ops that it is
 * made of take its place, and with them their derivative: so it is told which were lost.
 */
import { dispatch, internal, type Tensor } from '@deft/core';
import { type Graph, type GraphNode, replayGraph, traceGraph } from '@deft/graph';
import { isNamed, regionsOf } from './known-operations.ts';

/** Ops within ops within ops: more levels than anybody writes. */
const mostLevels = 64;

const hasUnnamed = (graph: Graph): boolean =>
  graph.nodes.some(({ operation }) => !isNamed(operation) || regionsOf(operation).some(hasUnnamed));

/** The graph in ops that a file can name. `lose` is told the names of those that are gone. */
export function withNamedOperations(graph: Graph, lose: (name: string) => void): Graph {
  let current = graph;
  for (let level = 0; hasUnnamed(current); level++) {
    if (level > mostLevels) internal('ops that are made for one call are made of each other');
    current = unfolded(current, lose);
  }
  return current;
}

function unfolded(graph: Graph, lose: (name: string) => void): Graph {
  const apply = ({ operation, attributes }: GraphNode, operands: readonly Tensor[]): readonly Tensor[] => {
    const { regions } = operation;
    if (regions !== undefined) {
      const list = regionsOf(operation).map((region) => withNamedOperations(region, lose));
      return dispatch(regions.withRegions(list), operands, attributes);
    }
    if (isNamed(operation)) return dispatch(operation, operands, attributes);
    lose(operation.name);
    return operation.compose?.(operands, attributes) ?? internal(`${operation.name} has no name in files`);
  };
  const types = graph.inputs.map(({ abstract }) => abstract);
  return traceGraph((inputs) => replayGraph(graph, inputs, apply), types, { keepsRules: true, keepsScalars: true })
    .graph;
}
