/**
 * The graph: ops applied to values, as plain data. Nodes stand in an order in which every value is made before it is
 * used; all but the deferred tracer treat graphs as immutable, and a pass makes a new one.
 */
import type { AbstractValue, Attributes, DeferredCallSite, NdArray, Operation, StateCell, Tensor } from '@deft/core';

/** A value in a graph: an input, a constant, a captured tensor, or a result of a node. Compared by identity. */
export interface GraphValue {
  readonly abstract: AbstractValue;
  /** The node that makes it; `undefined` for inputs, constants and captures. */
  readonly producer: GraphNode | undefined;
  /** Which of the producer's results it is. */
  readonly index: number;
}

/** One application of an op. */
export interface GraphNode {
  readonly operation: Operation;
  readonly inputs: readonly GraphValue[];
  readonly attributes: Attributes;
  readonly outputs: readonly GraphValue[];
  /** The user's line that wrote the op. */
  readonly callSite: DeferredCallSite | undefined;
}

/** Elements known when the graph was made. */
export interface GraphConstant {
  readonly value: GraphValue;
  readonly array: NdArray;
}

/** A concrete tensor from outside that captured code read; passed as an extra input at every run. */
export interface GraphCapture {
  readonly value: GraphValue;
  /** For a cell, what it held when the graph was made. */
  readonly tensor: Tensor;
  /** The cell whose value at the start of the run is passed. */
  readonly cell?: StateCell;
}

/** A captured computation. */
export interface Graph {
  readonly inputs: readonly GraphValue[];
  readonly constants: readonly GraphConstant[];
  readonly captures: readonly GraphCapture[];
  /** In an order in which every value is made before it is used. */
  readonly nodes: readonly GraphNode[];
  readonly outputs: readonly GraphValue[];
}

/** A value that no node makes. */
export function freeValue(abstract: AbstractValue): GraphValue {
  return { abstract, producer: undefined, index: 0 };
}

/** A node with fresh result values. */
export function makeNode(
  operation: Operation,
  inputs: readonly GraphValue[],
  attributes: Attributes,
  results: readonly AbstractValue[],
  callSite?: DeferredCallSite,
): GraphNode {
  const outputs: GraphValue[] = [];
  const node: GraphNode = { operation, inputs, attributes, outputs, callSite };
  for (const [index, abstract] of results.entries()) outputs.push({ abstract, producer: node, index });
  return node;
}
