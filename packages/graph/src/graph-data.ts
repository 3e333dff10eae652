/**
 * A graph as plain data, without identities: what two captures of the same function have in common, and in which numbers
 * they differ, is found by comparing it.
 */
import { type AbstractValue, type Attributes, type DType, findOperation, type TypedArray } from '@deft/core';
import type { Graph, GraphNode, GraphValue } from './graph.ts';

/** The type of a value. */
interface TypeData {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly weak: boolean;
}

/** One application of an op. Values are counted: inputs, captures, constants, then results in order. */
export interface NodeData {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly attributes: Attributes;
  readonly results: readonly TypeData[];
  readonly regions: readonly GraphData[];
}

/** A graph as plain data. */
export interface GraphData {
  readonly inputs: readonly TypeData[];
  readonly captures: readonly TypeData[];
  readonly constants: readonly { readonly type: TypeData; readonly data: TypedArray }[];
  readonly nodes: readonly NodeData[];
  readonly outputs: readonly string[];
}

const typeOf = ({ abstract: { shape, dtype, weak } }: { readonly abstract: AbstractValue }): TypeData => ({
  shape,
  dtype,
  weak,
});

/**
 * The data of a graph; `undefined` where it does not say everything: an op that was made for one call may mean something else
 * in another one.
 */
export function graphData(graph: Graph): GraphData | undefined {
  const names = new Map<GraphValue, string>();
  const define = (value: GraphValue): TypeData => {
    names.set(value, `v${names.size}`);
    return typeOf(value);
  };
  const use = (value: GraphValue): string => names.get(value) ?? 'none';
  const nodeOf = (node: GraphNode): NodeData | undefined => {
    const { operation } = node;
    const list = (operation.regions?.list ?? []) as readonly Graph[];
    const regions = list.map((region) => (region.captures.length === 0 ? graphData(region) : undefined));
    if (!regions.every((region) => region !== undefined)) return undefined;
    const isKnown = operation.host !== undefined || findOperation(operation.name) === operation;
    if (regions.length === 0 && !isKnown) return undefined;
    const inputs = node.inputs.map(use);
    return {
      op: operation.name,
      inputs,
      attributes: node.attributes,
      results: node.outputs.map(define),
      regions,
    };
  };
  const inputs = graph.inputs.map(define);
  const captures = graph.captures.map(({ value }) => define(value));
  const constants = graph.constants.map(({ value, array }) => ({ type: define(value), data: array.data }));
  const nodes = graph.nodes.map(nodeOf);
  if (!nodes.every((node) => node !== undefined)) return undefined;
  return { inputs, captures, constants, nodes, outputs: graph.outputs.map(use) };
}
