/**
 * Moves out of loops what is the same in every step: nodes of a region that depend only on what it closes over. Views stay, as
 * they cost nothing, and so does what is made of nothing; and what calls the host, as it is called in every step, and not at all
 * by a loop of none.
 */
import {
  callsHost,
  freeValue,
  type Graph,
  type GraphConstant,
  type GraphNode,
  type GraphValue,
  makeNode,
} from '@deft/graph';
import { deadCode } from './dead-code.ts';
import { type GraphPass, type PassContext, Substitution } from './pass.ts';

function isFree(node: GraphNode, { forms }: PassContext): boolean {
  if (node.inputs.length === 0) return true;
  const form = forms.of(node)[0]?.form.form;
  return form === 'view' || form === 'reshape';
}

/** Whether the host computes the node, or one in its regions. */
function isOfTheHost({ operation: { host, regions } }: GraphNode): boolean {
  return host !== undefined || (regions?.list.some((region) => callsHost(region as Graph)) ?? false);
}

/** Nodes of a region that are the same in every step. */
function invariantNodes(region: Graph, count: number): Set<GraphNode> {
  const same = new Set<GraphValue>([...region.inputs.slice(0, count), ...region.constants.map(({ value }) => value)]);
  const found = new Set<GraphNode>();
  for (const node of region.nodes) {
    if (isOfTheHost(node) || !node.inputs.every((input) => same.has(input))) continue;
    found.add(node);
    for (const output of node.outputs) same.add(output);
  }
  return found;
}

/** Values of invariant nodes that others need, views replaced by what they show. */
function hoisted(region: Graph, invariant: ReadonlySet<GraphNode>, context: PassContext): GraphValue[] {
  const found = new Set<GraphValue>();
  const visit = (value: GraphValue): void => {
    const { producer } = value;
    if (!producer || !invariant.has(producer) || found.has(value)) return;
    if (isFree(producer, context)) producer.inputs.forEach(visit);
    else found.add(value);
  };
  for (const node of region.nodes) if (!invariant.has(node)) node.inputs.forEach(visit);
  region.outputs.forEach(visit);
  return [...found];
}

/** Computes before a loop what all its steps share. */
export const hoistInvariants: GraphPass = {
  name: 'hoistInvariants',
  run(graph: Graph, context: PassContext): Graph {
    const substitution = new Substitution();
    const nodes: GraphNode[] = [];
    const constants: GraphConstant[] = [...graph.constants];
    const entered = new Set<GraphValue>();
    for (const old of graph.nodes) {
      const node = substitution.node(old);
      const { regions } = node.operation;
      if (!regions?.repeats) {
        nodes.push(node);
        continue;
      }
      const { from, count } = regions.closedOver(node.attributes);
      const list = regions.list as readonly Graph[];
      const found = list.map((region) => {
        const invariant = invariantNodes(region, count);
        return { region, values: hoisted(region, invariant, context) };
      });
      const outside: GraphValue[] = [];
      const inside: Map<GraphValue, GraphValue>[] = [];
      for (const { region, values } of found) {
        const moved = new Map<GraphValue, GraphValue>();
        region.inputs.slice(0, count).forEach((value, i) => {
          moved.set(value, node.inputs[from + i] as GraphValue);
        });
        const move = (value: GraphValue): GraphValue => {
          const known = moved.get(value);
          if (known) return known;
          const { producer } = value;
          if (!producer) {
            const constant = region.constants.find((each) => each.value === value) as GraphConstant;
            if (!entered.has(value)) constants.push(constant);
            entered.add(value);
            return value;
          }
          const copy = makeNode(
            producer.operation,
            producer.inputs.map(move),
            producer.attributes,
            producer.outputs.map((output) => output.abstract),
            producer.callSite,
          );
          nodes.push(copy);
          producer.outputs.forEach((output, i) => {
            moved.set(output, copy.outputs[i] as GraphValue);
          });
          return moved.get(value) as GraphValue;
        };
        const replaced = new Map<GraphValue, GraphValue>();
        for (const value of values) {
          outside.push(move(value));
          replaced.set(value, freeValue(value.abstract));
        }
        inside.push(replaced);
      }
      if (outside.length === 0) {
        nodes.push(node);
        continue;
      }
      const added = inside.flatMap((replaced) => [...replaced.values()]);
      const smaller = found.map(({ region }, i): Graph => {
        const own = inside[i] as Map<GraphValue, GraphValue>;
        const within = new Substitution();
        for (const [value, by] of own) within.replace(value, by);
        const inner = region.nodes.map((each) => within.node(each));
        const mine = new Set(own.values());
        // Every region gets an input for everything that is hoisted; values of other regions stand under copies.
        const inputs = added.map((value) => (mine.has(value) ? value : freeValue(value.abstract)));
        return {
          ...region,
          inputs: [...region.inputs.slice(0, count), ...inputs, ...region.inputs.slice(count)],
          nodes: inner,
          outputs: region.outputs.map((output) => within.of(output)),
        };
      });
      nodes.push(
        substitution.application(
          old,
          regions.withRegions(smaller.map((region) => deadCode.run(region, context))),
          [...node.inputs.slice(0, from + count), ...outside, ...node.inputs.slice(from + count)],
          regions.withClosedOver(node.attributes, count + outside.length),
        ),
      );
    }
    if (!substitution.changed) return graph;
    return { ...graph, constants, nodes, outputs: graph.outputs.map((output) => substitution.of(output)) };
  },
};
