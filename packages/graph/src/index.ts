/**
 * `@deft/graph`: the graph of ops and the deferred tracer that builds it; print, parse, verify, interpret.
 */
import './regions.ts';

export { elementText } from './elements.ts';
export {
  freeValue,
  type Graph,
  type GraphCapture,
  type GraphConstant,
  type GraphNode,
  type GraphValue,
  makeNode,
} from './graph.ts';
export { type GraphData, graphData, type NodeData } from './graph-data.ts';
export { callsHost } from './host-calls.ts';
export { applyNode, evaluateGraph, replayGraph } from './interpret.ts';
export { lastUses, useCounts } from './liveness.ts';
export { type MermaidOptions, mermaidGraph } from './mermaid.ts';
export { parseGraph, readGraph } from './parse.ts';
export { attributesText, attributeText, constantText, type PrintOptions, printGraph, typeText } from './print.ts';
export { closeGraphs } from './region-inputs.ts';
export { GraphTracer, type Traced, type TracerOptions, traceGraph } from './tracer.ts';
export { verifyGraph } from './verify.ts';
