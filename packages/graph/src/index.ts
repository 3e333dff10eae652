/**
 * `@deft/graph`: the graph of ops and the deferred tracer that builds it.
 */
export {
  freeValue,
  type Graph,
  type GraphCapture,
  type GraphConstant,
  type GraphNode,
  type GraphValue,
  makeNode,
} from './graph.ts';
