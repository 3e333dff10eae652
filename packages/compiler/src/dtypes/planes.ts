/**
 * Complex numbers exist above kernels only. Ops on them are made of ops on their parts (each op says how), so a graph holds
 * three kinds of ops with complex operands or results: those that take a part out and put parts together. This pass lets a
 * float32 array stand for a complex one, all real parts first and all imaginary ones behind them, and those ops become a
 * slice and a stack of it, which are views for what fuses with them.
 */
import {
  type AbstractValue,
  abstractValue,
  algebra,
  internal,
  isComplex,
  type NdArray,
  type Tensor,
  toPlanes,
} from '@deft/core';
import { freeValue, type Graph, type GraphNode, type GraphValue, makeNode } from '@deft/graph';
import { type GraphPass, type PassContext, Substitution } from '../passes/pass.ts';
import { type GraphParts, splice } from './splice.ts';

const isComplexValue = ({ abstract }: GraphValue): boolean => isComplex(abstract.dtype);

/** The type of the float32 array that stands for a complex one. */
function planesOf({ shape }: AbstractValue): AbstractValue {
  return abstractValue([2, ...shape], 'float32');
}

function planesArray({ shape, data }: NdArray): NdArray {
  return { shape: [2, ...shape], dtype: 'float32', data: toPlanes(data) };
}

/** A value with an axis moved: slices of stacks have their parts in front, so stacks have them behind the axis of steps. */
function moved(parts: GraphParts, value: GraphValue, from: number, to: number, { callSite }: GraphNode): GraphValue {
  const [result] = splice(parts, ([x]) => [algebra().moveAxis(x as Tensor, from, to)], [value], callSite);
  return result as GraphValue;
}

/** Replaces complex values by their parts, one behind the other. */
export const planes: GraphPass = {
  name: 'planes',
  run(graph: Graph, context: PassContext): Graph {
    const values = [...graph.inputs, ...[...graph.captures, ...graph.constants].map(({ value }) => value)];
    const touched = (node: GraphNode): boolean =>
      node.inputs.some(isComplexValue) || node.outputs.some(isComplexValue) || node.operation.regions !== undefined;
    if (!values.some(isComplexValue) && !graph.nodes.some(touched)) return graph;
    const substitution = new Substitution();
    for (const value of values) {
      if (isComplexValue(value)) substitution.replace(value, freeValue(planesOf(value.abstract)));
    }
    const parts = {
      captures: graph.captures.map((capture) => ({ ...capture, value: substitution.of(capture.value) })),
      constants: graph.constants.map(({ value, array }) => ({
        value: substitution.of(value),
        array: isComplexValue(value) ? planesArray(array) : array,
      })),
      nodes: [] as GraphNode[],
    };
    for (const node of graph.nodes) {
      if (!touched(node)) {
        parts.nodes.push(substitution.node(node));
        continue;
      }
      const { onPlanes, regions } = node.operation;
      if (regions) {
        const list = regions.list.map((region) => planes.run(region as Graph, context));
        const operation = regions.withRegions(list);
        const stacks = regions.stacks?.(node.attributes) ?? { operands: [], results: [] };
        const inputs = node.inputs.map((input, i) => {
          const value = substitution.of(input);
          return isComplexValue(input) && stacks.operands.includes(i) ? moved(parts, value, 0, 1, node) : value;
        });
        const types = operation.infer(
          inputs.map((input) => input.abstract),
          node.attributes,
        );
        const own = makeNode(operation, inputs, node.attributes, types, node.callSite);
        parts.nodes.push(own);
        node.outputs.forEach((output, i) => {
          const value = own.outputs[i] as GraphValue;
          const isStack = isComplexValue(output) && stacks.results.includes(i);
          substitution.replace(output, isStack ? moved(parts, value, 1, 0, node) : value);
        });
        continue;
      }
      if (!onPlanes) internal(`op ${node.operation.name} meets complex numbers in a graph`);
      const inputs = node.inputs.map((input) => substitution.of(input));
      const results = splice(parts, (tensors) => onPlanes(tensors, node.attributes), inputs, node.callSite);
      node.outputs.forEach((output, i) => {
        substitution.replace(output, results[i] as GraphValue);
      });
    }
    return {
      inputs: graph.inputs.map((value) => substitution.of(value)),
      ...parts,
      outputs: graph.outputs.map((output) => substitution.of(output)),
    };
  },
};
