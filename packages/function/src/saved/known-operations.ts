/**
 * Which ops a file can name: those of the registry, ops with regions (whose regions stand behind them), and ops with effects of the
 * library's own. What a program got from its user, a function of the host or a derivative made for one call, has no name.
 */
import { findOperation, findRegionOperation, type Operation } from '@deft/core';
import type { Graph } from '@deft/graph';

/** Whether a file can name an op; of one with regions, whether it can name the op itself. */
export function isNamed(operation: Operation): boolean {
  if (findOperation(operation.name) === operation) return true;
  const make = findRegionOperation(operation.name);
  if (make === undefined) return false;
  // What is made of no regions is one op, unless it holds something of its user's.
  return operation.regions !== undefined || make([]) === operation;
}

/** The regions of an op. */
export const regionsOf = (operation: Operation): readonly Graph[] =>
  (operation.regions?.list ?? []) as readonly Graph[];

/** Visits all nodes of a graph and of the regions in it. */
export function visitNodes(graph: Graph, visit: (node: Graph['nodes'][number]) => void): void {
  for (const node of graph.nodes) {
    visit(node);
    for (const region of regionsOf(node.operation)) visitNodes(region, visit);
  }
}
