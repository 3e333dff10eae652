/** Parts of graphs, and graphs with state among their inputs. */
import { internal, type StateCell, type Tensor } from '@deft/core';
import { freeValue, type Graph, type GraphCapture, type GraphValue } from '@deft/graph';
import type { DerivativeGraphs } from './derivative-graphs.ts';

/** The graph with some of its results, and with what they need. */
export function withOutputs(graph: Graph, positions: readonly number[]): Graph {
  const outputs = positions.map((i) => graph.outputs[i] as GraphValue);
  const needed = new Set<GraphValue>(outputs);
  const nodes = graph.nodes.toReversed().filter((node) => {
    const isNeeded = node.outputs.some((output) => needed.has(output));
    if (isNeeded) for (const input of node.inputs) needed.add(input);
    return isNeeded;
  });
  const isNeeded = ({ value }: { readonly value: GraphValue }): boolean => needed.has(value);
  return {
    inputs: graph.inputs,
    captures: graph.captures.filter(isNeeded),
    constants: graph.constants.filter(isNeeded),
    nodes: nodes.reverse(),
    outputs,
  };
}

/** The graph with what these cells hold as its last inputs; it reads no others. */
export function withCellsAsInputs(graph: Graph, cells: readonly StateCell[]): Graph {
  const values = new Map(graph.captures.map(({ cell, value }) => [cell, value]));
  const opened = cells.map((cell) => values.get(cell) ?? freeValue(cell.abstract));
  const captures = graph.captures.filter(({ cell }) => cell === undefined);
  if (graph.captures.some(({ cell }) => cell !== undefined && !cells.includes(cell)))
    internal('a graph reads a cell that nobody passes');
  return { ...graph, inputs: [...graph.inputs, ...opened], captures };
}

/** The cells that a graph reads. */
export const cellsOf = (graph: Graph): StateCell[] => graph.captures.flatMap(({ cell }) => cell ?? []);

/** A derivative whose graphs capture no cells. */
export interface OpenDerivative extends Omit<DerivativeGraphs, 'again'> {
  /** What the way back gets besides what was kept and cotangents: inputs of \`forward\`, by number, and captured tensors. */
  readonly again: readonly (number | Tensor)[];
}

/** The derivative with what these cells hold as the last inputs of its way there. */
export function openDerivative(derivative: DerivativeGraphs, cells: readonly StateCell[]): OpenDerivative {
  const { forward } = derivative;
  const count = forward.inputs.length;
  const again = derivative.again.map((i) => {
    if (i < count) return i;
    const { cell, tensor } = forward.captures[i - count] as GraphCapture;
    return cell === undefined ? tensor : count + cells.indexOf(cell);
  });
  return { ...derivative, forward: withCellsAsInputs(forward, cells), again };
}
