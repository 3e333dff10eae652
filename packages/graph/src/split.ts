/**
 * Divides a graph whose last inputs are there later: the forward and the backward pass of a loop's body, traced as one.
 * What depends on late inputs is late; values that it needs of the early part are saved, unless the late part can have
 * them for less:
 *
 * - early inputs that are there again, and what depends only on inputs that are the same at every run;
 * - views of a value: the value is saved instead;
 * - results of cheap ops on values that are there or saved anyway.
 *
 * A barrier is late too: a checkpoint within the body is computed again, and what it reads is saved.
 */
import type { SplitRegion, SplitRequest } from '@deft/core';
import { freeValue, type Graph, type GraphNode, type GraphValue, makeNode } from './graph.ts';

/** Everything that the values are computed from. */
function valuesFor(graph: Graph, values: readonly GraphValue[]): Set<GraphValue> {
  const found = new Set<GraphValue>(values);
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i] as GraphNode;
    if (node.outputs.some((output) => found.has(output))) for (const input of node.inputs) found.add(input);
  }
  return found;
}

class Splitter {
  readonly #graph: Graph;
  readonly #request: SplitRequest;
  readonly #late = new Set<GraphValue>();
  /** There in the late part without being saved: inputs that come again, constants, what is the same at every run. */
  readonly #free = new Set<GraphValue>();
  readonly #isView: ReadonlySet<GraphNode>;

  constructor(graph: Graph, request: SplitRequest) {
    this.#graph = graph;
    this.#request = request;
    for (const value of graph.inputs.slice(request.earlyInputs)) this.#late.add(value);
    const same = new Set<GraphValue>(graph.constants.map(({ value }) => value));
    for (const value of same) this.#free.add(value);
    graph.inputs.slice(0, request.earlyInputs).forEach((value, i) => {
      if (request.again[i]) this.#free.add(value);
      if (request.invariant[i] && request.again[i]) same.add(value);
    });
    const views = new Set<GraphNode>();
    const early = valuesFor(graph, graph.outputs.slice(0, request.earlyOutputs));
    for (const node of graph.nodes) {
      // What stands behind a barrier is to be computed again, unless the early part needs it itself.
      const isAgain = node.operation.barrier === true && !early.has(node.outputs[0] as GraphValue);
      if (isAgain || node.inputs.some((input) => this.#late.has(input)))
        for (const one of node.outputs) this.#late.add(one);
      else if (node.inputs.every((input) => same.has(input))) {
        for (const one of node.outputs) {
          same.add(one);
          this.#free.add(one);
        }
      }
      if (node.inputs.length === 1 && this.#isCheap(node)) views.add(node);
    }
    this.#isView = views;
  }

  run(): SplitRegion {
    const { earlyInputs, earlyOutputs } = this.#request;
    const graph = this.#graph;
    const lateNodes = graph.nodes.filter((node) => this.#late.has(node.outputs[0] as GraphValue));
    const lateResults = graph.outputs.slice(earlyOutputs);
    const crossing = new Set<GraphValue>();
    const cross = (value: GraphValue): void => {
      if (!this.#late.has(value) && !this.#free.has(value)) crossing.add(value);
    };
    for (const node of lateNodes) node.inputs.forEach(cross);
    lateResults.forEach(cross);
    const saved = this.#thin(crossing);
    const again = graph.inputs.slice(0, earlyInputs).flatMap((_, i) => (this.#request.again[i] ? [i] : []));
    const late = this.#lateGraph(lateNodes, lateResults, saved, again);
    const used = again.filter((_, k) => late.usesInput(saved.length + k));
    const isUsed = new Set(used.map((i) => graph.inputs[i] as GraphValue));
    return {
      early: {
        ...graph,
        inputs: graph.inputs.slice(0, earlyInputs),
        nodes: graph.nodes.filter((node) => !this.#late.has(node.outputs[0] as GraphValue)),
        outputs: [...graph.outputs.slice(0, earlyOutputs), ...saved],
      } as Graph,
      late: {
        ...late.graph,
        inputs: late.graph.inputs.filter((_, k) => {
          const place = k - saved.length;
          return place < 0 || place >= again.length || isUsed.has(graph.inputs[again[place] as number] as GraphValue);
        }),
      } as Graph,
      saved: saved.map((value) => value.abstract),
      again: used,
    };
  }

  #isCheap(node: GraphNode): boolean {
    return this.#request.isCheap(
      node.operation,
      node.inputs.map((input) => input.abstract),
      node.attributes,
      node.outputs.map((output) => output.abstract),
    );
  }

  /** Fewer values from which all that cross can be had. */
  #thin(crossing: Set<GraphValue>): GraphValue[] {
    // A cheap function of one value: save the value, which others may need too, if it is no larger.
    for (let changed = true; changed; ) {
      changed = false;
      for (const value of crossing) {
        const node = value.producer;
        if (!node || !this.#isView.has(node)) continue;
        const source = node.inputs[0] as GraphValue;
        const size = (one: GraphValue): number => one.abstract.shape.reduce((a, b) => a * b, 1);
        if (size(source) > size(value) && !crossing.has(source)) continue;
        crossing.delete(value);
        if (!this.#free.has(source)) crossing.add(source);
        changed = true;
      }
    }
    const order = new Map<GraphValue, number>();
    for (const node of this.#graph.nodes) for (const output of node.outputs) order.set(output, order.size);
    const latestFirst = [...crossing].sort((a, b) => (order.get(b) ?? -1) - (order.get(a) ?? -1));
    for (const value of latestFirst) {
      crossing.delete(value);
      if (!this.#canBeHad(value, crossing)) crossing.add(value);
    }
    return [...crossing].sort((a, b) => (order.get(a) ?? -1) - (order.get(b) ?? -1));
  }

  /** Whether cheap ops alone give the value of what is there and what is saved. */
  #canBeHad(value: GraphValue, saved: ReadonlySet<GraphValue>): boolean {
    const visit = (one: GraphValue, depth: number): boolean => {
      if (this.#free.has(one) || saved.has(one)) return true;
      if (!one.producer || depth === 0 || !this.#isCheap(one.producer)) return false;
      return one.producer.inputs.every((input) => visit(input, depth - 1));
    };
    return visit(value, 8);
  }

  #lateGraph(
    nodes: readonly GraphNode[],
    results: readonly GraphValue[],
    saved: readonly GraphValue[],
    again: readonly number[],
  ): { graph: Graph; usesInput(i: number): boolean } {
    const graph = this.#graph;
    const inputs: GraphValue[] = [];
    const moved = new Map<GraphValue, GraphValue>();
    const used = new Set<GraphValue>();
    const enter = (value: GraphValue): void => {
      const own = freeValue(value.abstract);
      inputs.push(own);
      moved.set(value, own);
    };
    for (const value of saved) enter(value);
    // An early input that is saved too is had from what was saved.
    const shadowed = new Map(moved);
    for (const i of again) enter(graph.inputs[i] as GraphValue);
    for (const [value, own] of shadowed) moved.set(value, own);
    for (const value of graph.inputs.slice(this.#request.earlyInputs)) enter(value);
    for (const { value } of graph.constants) moved.set(value, value);
    const made: GraphNode[] = [];
    const read = (value: GraphValue): GraphValue => {
      let own = moved.get(value);
      if (own === undefined) {
        copy(value.producer as GraphNode);
        own = moved.get(value) as GraphValue;
      }
      used.add(own);
      return own;
    };
    const copy = (node: GraphNode): void => {
      const own = makeNode(
        node.operation,
        node.inputs.map(read),
        node.attributes,
        node.outputs.map((output) => output.abstract),
        node.callSite,
      );
      made.push(own);
      node.outputs.forEach((output, i) => {
        if (!moved.has(output)) moved.set(output, own.outputs[i] as GraphValue);
      });
    };
    for (const node of nodes) copy(node);
    const outputs = results.map(read);
    const constants = graph.constants.filter(({ value }) => used.has(value));
    return {
      graph: { inputs, constants, captures: [], nodes: made, outputs },
      usesInput: (i) => used.has(inputs[i] as GraphValue),
    };
  }
}

/** Divides a graph. */
export function splitGraph(graph: Graph, request: SplitRequest): SplitRegion {
  return new Splitter(graph, request).run();
}
