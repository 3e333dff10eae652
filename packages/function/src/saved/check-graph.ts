/**
 * Checks graphs that were read from a file: every type is one that a tensor can have, every op is known, its attributes are few and
 * plain, and what it gives is what the file says it gives. Nothing is computed.
 *
 * A graph holds primitives. Those of a derivative hold composites too, which state something of their own derivative; what a
 * composite gives is found by running it on shapes, which costs whatever its attributes make it cost, so it is left to
 * the first use.
 */
import type { AbstractValue, Attributes, AttributeValue, Operation } from '@deft/core';
import type { Graph, GraphNode } from '@deft/graph';
import { damaged, guarded } from './file-error.ts';
import { isNamed, regionsOf } from './known-operations.ts';
import { longestName, mostAttributes, mostAxes } from './limits.ts';

/** More elements has no tensor. */
const mostElements = 2 ** 31;

function checkType({ shape, text }: AbstractValue, where: string): void {
  if (shape.length > mostAxes) damaged(where, `a tensor of ${shape.length} axes`);
  let size = 1;
  for (const dim of shape) {
    if (!Number.isSafeInteger(dim) || dim < 0 || Object.is(dim, -0)) damaged(where, `a tensor of ${text}`);
    size *= Math.max(dim, 1);
    if (size > mostElements) damaged(where, `a tensor of ${text}: at most ${mostElements} elements are there`);
  }
}

function checkAttributes(attributes: Attributes, where: string): void {
  let count = 0;
  const visit = (value: AttributeValue): void => {
    if (++count > mostAttributes) damaged(where, `more than ${mostAttributes} attributes`);
    if (typeof value !== 'object' || value === null) return;
    if (!Array.isArray(value) && Object.hasOwn(value, '__proto__')) damaged(where, 'an attribute __proto__');
    for (const [key, item] of Object.entries(value) as [string, AttributeValue][]) {
      if (key.length > longestName) damaged(where, 'an attribute with an endless name');
      visit(item);
    }
  };
  visit(attributes);
}

const statesDerivative = ({ vjp, jvp, nonDifferentiable }: Operation): boolean =>
  vjp !== undefined || jvp !== undefined || nonDifferentiable !== undefined;

/** Whether the op is run on shapes to find what it gives. */
const isComposed = ({ kind, regions }: Operation): boolean => kind === 'composite' && regions === undefined;

function checkOperation(operation: Operation, composites: boolean, where: string): void {
  if (!isNamed(operation)) damaged(where, `the op ${operation.name} is of the program that wrote the file`);
  if (operation.kind === 'primitive') return;
  if (!composites || !statesDerivative(operation))
    damaged(where, `the op ${operation.name} is made of others, which should be here`);
}

function checkResults({ operation, inputs, attributes, outputs }: GraphNode, where: string): void {
  const types = inputs.map(({ abstract }) => abstract);
  const inferred = guarded(where, () => operation.infer(types, attributes));
  if (inferred.length !== outputs.length)
    damaged(where, `${operation.name} gives ${inferred.length} results, ${outputs.length} are stated`);
  outputs.forEach(({ abstract }, i) => {
    const expected = inferred[i]?.text;
    if (abstract.text !== expected) damaged(where, `${operation.name} gives ${expected}, ${abstract.text} is stated`);
  });
}

/** Throws `E_FILE` unless the graph is one that a file may have; `composites`: it is part of a derivative. */
export function checkGraph(graph: Graph, composites: boolean, where: string): void {
  for (const { abstract } of [...graph.inputs, ...graph.constants.map(({ value }) => value)])
    checkType(abstract, where);
  graph.nodes.forEach((node, position) => {
    const { operation, inputs, attributes, outputs } = node;
    const here = `${where}, op ${position}`;
    checkOperation(operation, composites, here);
    checkAttributes(attributes, here);
    for (const { abstract } of outputs) checkType(abstract, here);
    if (operation.variadic ? inputs.length === 0 : inputs.length !== operation.inputs.length)
      damaged(here, `${operation.name} has ${inputs.length} operands`);
    regionsOf(operation).forEach((region, i) => {
      checkGraph(region, composites, `${here}, region ${i}`);
    });
    if (!isComposed(operation)) checkResults(node, here);
  });
}
