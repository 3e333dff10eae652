/**
 * Small dtypes have no arithmetic: they are loaded, moved, chosen and converted. This pass brings the operands of every
 * other op to their carriers and its results back, which rounds each once; fusion makes the conversions part of the kernel
 * that computes. So float16 costs its rounding and half the memory, and backends know nothing of it but loads, stores and
 * casts.
 */
import { algebra, carrierOf, type DType, dispatch, internal } from '@deft/core';
import type { Graph, GraphNode, GraphValue } from '@deft/graph';
import { type Expression, foldExpression } from '@deft/kernel';
import type { NodeForm } from '../node-forms.ts';
import { type GraphPass, mapRegions, type PassContext, Substitution } from '../passes/pass.ts';
import { splice } from './splice.ts';

const isSmall = (dtype: DType): boolean => carrierOf(dtype) !== dtype;
const isSmallValue = ({ abstract }: GraphValue): boolean => isSmall(abstract.dtype);

/** Whether an expression only moves, chooses and converts elements of small dtypes. */
function onlyMoves(root: Expression): boolean {
  return foldExpression<boolean>(root, (node, parts) => {
    if (parts.includes(false)) return false;
    switch (node.kind) {
      case 'unary':
      case 'compare':
        return !isSmall(node.x.dtype);
      case 'binary':
        return !isSmall(node.dtype);
      default:
        return true;
    }
  });
}

/** Whether a form of a node can be computed on the node's small operands as they are. */
function isNative(node: GraphNode, { form, template }: NodeForm): boolean {
  switch (form.form) {
    case 'view':
    case 'reshape':
    case 'repeat': // regions are brought to carriers for themselves
    case 'branch':
    case 'call': // the host gets and gives elements of the dtype itself
      return true;
    case 'map':
    case 'gather':
      return onlyMoves(template as Expression);
    case 'scatter':
      return form.combine === 'replace' && onlyMoves(template as Expression);
    case 'reduce':
    case 'contract':
    case 'sort':
    case 'routine':
      return !node.inputs.some(isSmallValue) && !node.outputs.some(isSmallValue);
  }
}

/** Computes ops on small dtypes in their carriers. */
export const carry: GraphPass = {
  name: 'carry',
  run(given: Graph, { forms }: PassContext): Graph {
    const graph = mapRegions(given, (region) => carry.run(region, { forms }));
    const touched = (node: GraphNode): boolean => node.inputs.some(isSmallValue) || node.outputs.some(isSmallValue);
    if (!graph.nodes.some(touched)) return graph;
    const substitution = new Substitution();
    const parts = { constants: [...graph.constants], captures: [...graph.captures], nodes: [] as GraphNode[] };
    const { cast } = algebra();
    for (const old of graph.nodes) {
      const node = substitution.node(old);
      if (!touched(node) || forms.of(node).every((form) => isNative(node, form))) {
        parts.nodes.push(node);
        continue;
      }
      if (!node.inputs.some(isSmallValue))
        internal(`op ${node.operation.name} computes in a dtype that has no arithmetic`);
      const results = splice(
        parts,
        (tensors) =>
          dispatch(
            node.operation,
            tensors.map((tensor) => cast(tensor, carrierOf(tensor.dtype))),
            node.attributes,
          ).map((result, i) => cast(result, (node.outputs[i] as GraphValue).abstract.dtype)),
        node.inputs,
        node.callSite,
      );
      old.outputs.forEach((output, i) => {
        substitution.replace(output, results[i] as GraphValue);
      });
    }
    return { ...graph, ...parts, outputs: graph.outputs.map((output) => substitution.of(output)) };
  },
};
