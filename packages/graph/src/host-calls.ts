/** Whether running a graph calls functions of the host. */
import type { Graph } from './graph.ts';

/** Whether an op of the graph, or of a region in it, is computed by the host. */
export function callsHost(graph: Graph): boolean {
  return graph.nodes.some(
    ({ operation: { host, regions } }) =>
      host !== undefined || (regions?.list.some((region) => callsHost(region as Graph)) ?? false),
  );
}
