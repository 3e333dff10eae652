/**
 * Removes nodes that give back one of their inputs, as their forms show: views that leave every point where it is,
 * reshapes to the same shape, maps whose expression is the bare value of one input (multiplying by a constant 1, casting
 * to the same dtype). No op is asked for its name.
 */
import { type NdArray, sameShape } from '@deft/core';
import type { Graph, GraphNode, GraphValue } from '@deft/graph';
import { constantExpression, type Expression, rewriteExpression } from '@deft/kernel';
import { uniformValue } from '../constants.ts';
import { isIdentityMap } from '../index-maps.ts';
import { simplifyNode } from '../simplify-expression.ts';
import { type GraphPass, type PassContext, Substitution } from './pass.ts';

/** Which input the node's only result is equal to, and may stand for it. */
function equalInput(
  node: GraphNode,
  context: PassContext,
  constants: ReadonlyMap<GraphValue, NdArray>,
): GraphValue | undefined {
  if (node.outputs.length !== 1 || node.operation.barrier) return undefined;
  const output = (node.outputs[0] as GraphValue).abstract;
  const same = (value: GraphValue): boolean =>
    value.abstract.dtype === output.dtype && sameShape(value.abstract.shape, output.shape);
  if (!node.inputs.some(same)) return undefined;
  const [entry] = context.forms.of(node);
  const first = node.inputs[0] as GraphValue;
  switch (entry?.form.form) {
    case 'reshape':
      return same(first) ? first : undefined;
    case 'view':
      return same(first) && isIdentityMap(entry.form.map, first.abstract.shape) ? first : undefined;
    case 'map': {
      const template = withConstants(entry.template as Expression, node, constants);
      if (template.kind !== 'load') return undefined;
      const input = node.inputs[template.operand] as GraphValue;
      const map = entry.form.maps?.[template.operand];
      return same(input) && (!map || isIdentityMap(map, input.abstract.shape)) ? input : undefined;
    }
    default:
      return undefined;
  }
}

function withConstants(template: Expression, node: GraphNode, constants: ReadonlyMap<GraphValue, NdArray>): Expression {
  if (template.kind === 'load' || !node.inputs.some((input) => constants.has(input))) return template;
  return rewriteExpression(template, (part) => {
    if (part.kind !== 'load') return simplifyNode(part);
    const array = constants.get(node.inputs[part.operand] as GraphValue);
    const value = array && uniformValue(array);
    return value === undefined ? part : constantExpression(part.dtype, value);
  });
}

/** Lets results that equal an input be that input. */
export const simplify: GraphPass = {
  name: 'simplify',
  run(graph: Graph, context: PassContext): Graph {
    const constants = new Map<GraphValue, NdArray>(graph.constants.map(({ value, array }) => [value, array]));
    const substitution = new Substitution();
    const nodes: GraphNode[] = [];
    for (const old of graph.nodes) {
      const node = substitution.node(old);
      const equal = equalInput(node, context, constants);
      if (equal) substitution.replace(old.outputs[0] as GraphValue, equal);
      else nodes.push(node);
    }
    if (!substitution.changed) return graph;
    return { ...graph, nodes, outputs: graph.outputs.map((output) => substitution.of(output)) };
  },
};
