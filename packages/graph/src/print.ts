/**
 * A graph as text, one line per value:
 *
 * ```
 * graph(%0: float32[2, 3], %1: float32[3]) {
 *   %2: weak float32[] = constant 0.5
 *   %3: float32[2, 3] = add(%0, %1)
 *   %4: float32[2] = sum(%3) {axes: [1], keepDims: false}
 *   return %4
 * }
 * ```
 *
 * An op with regions has them behind it as graphs of their own, with names of their own:
 *
 * ```
 *   %2: float32[] = loop(%0, %1) {carries: 1, …} graph(%0: float32[], %1: float32[]) {
 *     %2: float32[] = add(%0, %1)
 *     return %2
 *   }
 * ```
 *
 * Names count inputs, captures, constants and results in order, so equal graphs have equal text. Captured tensors appear
 * as further inputs, because their elements lie elsewhere. `parse.ts` reads the text back.
 */
import { type AbstractValue, type Attributes, type AttributeValue, numbersPerElement } from '@deft/core';
import { elementText, numberText } from './elements.ts';
import type { Graph, GraphConstant, GraphNode, GraphValue } from './graph.ts';

/** What to print besides the graph itself. */
export interface PrintOptions {
  /** The user's line of every op as a comment behind it. */
  readonly callSites?: boolean;
}

/** A type as graph text writes it. */
export function typeText(abstract: AbstractValue): string {
  return abstract.weak ? `weak ${abstract.text}` : abstract.text;
}

function keyText(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? key : JSON.stringify(key);
}

/** The value of an attribute as graph text writes it. */
export function attributeText(value: AttributeValue): string {
  if (typeof value === 'number') return numberText(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(attributeText).join(', ')}]`;
  return attributesText(value as Attributes);
}

/** Attributes in key order, as graph text writes them: equal attributes have equal text. */
export function attributesText(attributes: Attributes): string {
  const entries = Object.keys(attributes)
    .sort()
    .filter((key) => attributes[key] !== undefined)
    .map((key) => `${keyText(key)}: ${attributeText(attributes[key] as AttributeValue)}`);
  return `{${entries.join(', ')}}`;
}

/** The elements of a constant as graph text writes them. */
export function constantText({ array }: GraphConstant): string {
  const elements = Array.from(array.data, (element) => elementText(element, array.dtype));
  const isOne = array.shape.length === 0 && numbersPerElement(array.dtype) === 1;
  return isOne ? (elements[0] as string) : `[${elements.join(', ')}]`;
}

/** The text of a graph; `parseGraph` reads it back. */
export function printGraph(graph: Graph, options: PrintOptions = {}): string {
  const names = new Map<GraphValue, string>();
  const define = (value: GraphValue): string => {
    const name = `%${names.size}`;
    names.set(value, name);
    return `${name}: ${typeText(value.abstract)}`;
  };
  const use = (value: GraphValue): string => names.get(value) ?? '%undefined';
  const nodeLine = (node: GraphNode): string => {
    const operands = node.inputs.map(use).join(', ');
    const attributes = attributesText(node.attributes);
    const results = node.outputs.map(define).join(', ');
    const comment = options.callSites && node.callSite?.value ? `  // ${node.callSite.value.text}` : '';
    const regions = (node.operation.regions?.list ?? []).map(
      (region) => ` ${printGraph(region as Graph, options).replaceAll('\n', '\n  ')}`,
    );
    const head = `  ${results} = ${node.operation.name}(${operands})${attributes === '{}' ? '' : ` ${attributes}`}`;
    return `${head}${regions.join('')}${comment}`;
  };
  const free = [...graph.inputs, ...graph.captures.map((capture) => capture.value)];
  return [
    `graph(${free.map(define).join(', ')}) {`,
    ...graph.constants.map((constant) => `  ${define(constant.value)} = constant ${constantText(constant)}`),
    ...graph.nodes.map(nodeLine),
    graph.outputs.length === 0 ? '  return' : `  return ${graph.outputs.map(use).join(', ')}`,
    '}',
  ].join('\n');
}
