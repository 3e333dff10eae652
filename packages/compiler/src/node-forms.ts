/**
 * What the compiler knows of the nodes of one graph: their forms, and the scalar expressions of map-like forms as
 * templates whose loads stand for the node's inputs. Computed once per node, whatever passes look at it.
 */
import { type AbstractValue, internal } from '@deft/core';
import type { GraphNode } from '@deft/graph';
import { type Expression, type Form, type Lowering, loadExpression, rewriteExpression, spaceOf } from '@deft/kernel';
import { weightOf } from './expression-weight.ts';
import { simplifyNode } from './simplify-expression.ts';

/** One result of a node. */
export interface NodeForm {
  readonly form: Form;
  /**
   * The value of a map, or the offset of a gather or scatter, over the space in which the form evaluates it; load `i`
   * stands for input `i` of the node.
   */
  readonly template: Expression | undefined;
  /** Work of the template at one point. */
  readonly weight: number;
}

/** The forms of the nodes of a graph, remembered. */
export class NodeForms {
  readonly #known = new Map<GraphNode, readonly NodeForm[]>();

  /** One form per result of the node. */
  of(node: GraphNode): readonly NodeForm[] {
    let forms = this.#known.get(node);
    if (!forms) {
      forms = lowerNode(node);
      this.#known.set(node, forms);
    }
    return forms;
  }
}

function lowerNode(node: GraphNode): readonly NodeForm[] {
  if (node.operation.host !== undefined) {
    return node.outputs.map((_, result) => ({ form: { form: 'call', result }, template: undefined, weight: 0 }));
  }
  const lower = node.operation.lower as Lowering | undefined;
  if (!lower) return internal(`op ${node.operation.name} has no lowering`);
  const inputs = node.inputs.map((input) => input.abstract);
  const forms = lower(
    inputs,
    node.attributes,
    node.outputs.map((output) => output.abstract),
  );
  if (forms.length !== node.outputs.length) {
    internal(`op ${node.operation.name} lowers to ${forms.length} forms for ${node.outputs.length} results`);
  }
  return forms.map((form, i) => withTemplate(form, inputs, node.outputs[i]?.abstract as AbstractValue));
}

function withTemplate(form: Form, inputs: readonly AbstractValue[], output: AbstractValue): NodeForm {
  const raw = templateOf(form, inputs, output);
  if (!raw) return { form, template: undefined, weight: 0 };
  const template = rewriteExpression(raw, simplifyNode);
  return { form, template, weight: weightOf([template]) + (form.form === 'gather' ? 3 : 0) };
}

function templateOf(form: Form, inputs: readonly AbstractValue[], output: AbstractValue): Expression | undefined {
  const loads = inputs.map((input, i) => loadExpression(input.dtype, i));
  switch (form.form) {
    case 'map':
      return form.value(loads, spaceOf(output.shape));
    case 'gather':
      return form.offset(loads.slice(1), spaceOf(output.shape));
    case 'scatter':
      return form.offset(loads.slice(2), spaceOf((inputs[1] as AbstractValue).shape));
    default:
      return undefined;
  }
}
