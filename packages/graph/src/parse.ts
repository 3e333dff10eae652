/**
 * Reads the text that `print.ts` writes. Ops are looked up in the registry and every stated type is checked against the
 * op's shape rule, so what parses is a well-formed graph.
 */
import {
  type AbstractValue,
  type Attributes,
  abstractValue,
  DeferredCallSite,
  findOperation,
  findRegionOperation,
  isDType,
  nd,
  numbersPerElement,
  type Operation,
  raise,
} from '@deft/core';
import { freeValue, type Graph, type GraphConstant, type GraphNode, type GraphValue, makeNode } from './graph.ts';
import { Scanner } from './scanner.ts';
import { verifyGraph } from './verify.ts';

class GraphParser {
  readonly #scan: Scanner;
  readonly #values = new Map<string, GraphValue>();
  readonly #constants: GraphConstant[] = [];
  readonly #nodes: GraphNode[] = [];

  constructor(scan: Scanner) {
    this.#scan = scan;
  }

  graph(): Graph {
    const scan = this.#scan;
    scan.expect('graph');
    const inputs = scan.list('(', ')', () => {
      const { name, abstract } = this.#declaration();
      const value = freeValue(abstract);
      this.#define(name, value);
      return value;
    });
    scan.expect('{');
    while (!scan.take('return')) this.#line();
    const outputs: GraphValue[] = [];
    while (!scan.take('}')) {
      if (outputs.length > 0) scan.expect(',');
      outputs.push(this.#use());
    }
    return { inputs, constants: this.#constants, captures: [], nodes: this.#nodes, outputs };
  }

  #define(name: string, value: GraphValue): void {
    if (this.#values.has(name)) this.#scan.fail(`a name other than ${name}, which is taken,`);
    this.#values.set(name, value);
  }

  #use(): GraphValue {
    const name = this.#scan.name();
    return this.#values.get(name) ?? this.#scan.fail(`a value made before (${name} is not)`);
  }

  #declaration(): { name: string; abstract: AbstractValue } {
    const scan = this.#scan;
    const name = scan.name();
    scan.expect(':');
    const word = scan.word('a dtype');
    const weak = word === 'weak';
    const dtype = weak ? scan.word('a dtype') : word;
    if (!isDType(dtype)) return scan.fail(`a dtype (${dtype} is none)`);
    const shape = scan.list('[', ']', () => scan.number());
    return { name, abstract: abstractValue(shape, dtype, weak) };
  }

  #line(): void {
    const scan = this.#scan;
    const declared: { name: string; abstract: AbstractValue }[] = [];
    while (!scan.take('=')) {
      if (declared.length > 0) scan.expect(',');
      declared.push(this.#declaration());
    }
    const word = scan.word('an op');
    const first = declared[0];
    if (word === 'constant' && first && declared.length === 1) {
      const value = freeValue(first.abstract);
      this.#constants.push({ value, array: this.#array(first.abstract) });
      this.#define(first.name, value);
      return;
    }
    const makeOfRegions = findRegionOperation(word);
    const plain = findOperation(word);
    if (!makeOfRegions && !plain) scan.fail(`a registered op (${word} is none)`);
    const inputs = scan.list('(', ')', () => this.#use());
    const attributes: Attributes = scan.stands('{') ? scan.entries() : {};
    const regions: Graph[] = [];
    while (scan.stands('graph')) regions.push(new GraphParser(scan).graph());
    const operation: Operation = makeOfRegions?.(regions) ?? (plain as Operation);
    const results = declared.map((declaration) => declaration.abstract);
    const site = scan.callSite();
    const node = makeNode(operation, inputs, attributes, results, site && DeferredCallSite.of(site));
    this.#nodes.push(node);
    for (const [i, output] of node.outputs.entries()) this.#define((declared[i] as { name: string }).name, output);
  }

  #array({ shape, dtype }: AbstractValue): GraphConstant['array'] {
    const scan = this.#scan;
    const isOne = shape.length === 0 && numbersPerElement(dtype) === 1;
    return nd(shape, isOne ? [scan.element(dtype)] : scan.list('[', ']', () => scan.element(dtype)), dtype);
  }
}

/** The graph that a text states, of which the grammar is checked and nothing else: `verifyGraph` checks the rest. */
export function readGraph(text: string): Graph {
  return new GraphParser(new Scanner(text)).graph();
}

/**
 * The graph that a text states. What was captured when the text was printed is an input now.
 *
 * Throws `E_GRAPH` on text that is no graph (naming the line), that names an unknown op or states wrong types.
 */
export function parseGraph(text: string): Graph {
  if (typeof text !== 'string') {
    raise('E_ARGUMENT', { op: 'parseGraph', argument: 'text', expected: 'a string', found: typeof text });
  }
  const graph = readGraph(text);
  verifyGraph(graph);
  return graph;
}
