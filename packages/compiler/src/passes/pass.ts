/**
 * What a graph pass is, and the bookkeeping they share: rewriting a graph value by value while the nodes that don't
 * change stay the same objects.
 */

import type { Attributes, Operation } from '@deft/core';
import { type Graph, type GraphNode, type GraphValue, makeNode } from '@deft/graph';
import type { NodeForms } from '../node-forms.ts';

/** What passes may look at besides the graph. */
export interface PassContext {
  readonly forms: NodeForms;
}

/** A graph to an equivalent graph. */
export interface GraphPass {
  readonly name: string;
  readonly run: (graph: Graph, context: PassContext) => Graph;
}

/** Follows which values stand for which while a pass walks a graph in order. */
export class Substitution {
  readonly #replaced = new Map<GraphValue, GraphValue>();

  /** What stands for the value now. */
  of(value: GraphValue): GraphValue {
    return this.#replaced.get(value) ?? value;
  }

  /** Lets `by` (a value of the new graph) stand for `value`. */
  replace(value: GraphValue, by: GraphValue): void {
    if (value !== by) this.#replaced.set(value, by);
  }

  /** The node on the new inputs: itself if they are the old ones. Its results are replaced accordingly. */
  node(node: GraphNode): GraphNode {
    if (this.#replaced.size === 0 || node.inputs.every((input) => !this.#replaced.has(input))) return node;
    const moved = makeNode(
      node.operation,
      node.inputs.map((input) => this.of(input)),
      node.attributes,
      node.outputs.map((output) => output.abstract),
      node.callSite,
    );
    node.outputs.forEach((output, i) => {
      this.replace(output, moved.outputs[i] as GraphValue);
    });
    return moved;
  }

  /** Another application that gives what `old` gave. */
  application(
    old: GraphNode,
    operation: Operation,
    inputs: readonly GraphValue[],
    attributes: Attributes,
    results: readonly number[] = old.outputs.map((_, i) => i),
  ): GraphNode {
    const kept = results.map((i) => old.outputs[i] as GraphValue);
    const types = kept.map((output) => output.abstract);
    const node = makeNode(operation, inputs, attributes, types, old.callSite);
    kept.forEach((output, i) => {
      this.replace(output, node.outputs[i] as GraphValue);
    });
    return node;
  }

  /** Whether anything was replaced. */
  get changed(): boolean {
    return this.#replaced.size > 0;
  }
}

/** The graph with other regions of its ops. */
export function mapRegions(graph: Graph, change: (region: Graph) => Graph): Graph {
  if (!graph.nodes.some((node) => node.operation.regions)) return graph;
  const substitution = new Substitution();
  const nodes = graph.nodes.map((old) => {
    const node = substitution.node(old);
    const { regions } = node.operation;
    if (!regions) return node;
    const list = regions.list.map((region) => change(region as Graph));
    if (list.every((region, i) => region === regions.list[i])) return node;
    return substitution.application(old, regions.withRegions(list), node.inputs, node.attributes);
  });
  return { ...graph, nodes, outputs: graph.outputs.map((output) => substitution.of(output)) };
}
