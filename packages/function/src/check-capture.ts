/**
 * Checks that a captured function does what the function does: before every call it is written down again, which shows values from
 * outside that were frozen and are others now; and where it calls nothing of the host it is run at once as well, and the results
 * are compared. The first op that differs is named.
 */
import { compileGraph, isProgramExecutor } from '@deft/compiler';
import {
  baseInterpreter,
  type CallSite,
  flatten,
  PrivateState,
  raise,
  Tensor,
  type TypedArray,
  withStateScope,
} from '@deft/core';
import { applyNode, callsHost, type Graph, printGraph, replayGraph } from '@deft/graph';
import type { CapturedFunction, Trace, TracedCall } from './trace.ts';

/** A call to be checked. */
export interface CheckedCall {
  readonly captured: CapturedFunction;
  readonly args: readonly unknown[];
  /** The function as it is now. */
  readonly again: TracedCall;
  readonly trace: Trace;
  readonly tensors: readonly Tensor[];
}

/** Differences up to here are rounding. */
const tolerance = 1e-4;

function diverged(op: string, says: string, callSite: CallSite | undefined): never {
  return raise('E_CHECK', { op, says, ...(callSite === undefined ? {} : { callSite }) });
}

const lineOf = (graph: Graph, i: number): string => {
  const lines = printGraph(graph)
    .split('\n')
    .slice(1 + graph.constants.length);
  return graph.nodes[i] === undefined ? 'nothing' : (lines[i]?.trim() ?? '');
};

/** Throws where the function applies other ops than it did, or ops of other numbers. */
function checkSameGraph(name: string, before: TracedCall, now: TracedCall): void {
  const frozen =
    'a value from outside that is not an argument was frozen when it was captured: pass it as an argument, or keep it in a variable';
  const [old, graph] = [before.graph, now.graph];
  const most = Math.max(old.nodes.length, graph.nodes.length);
  const numbers = (each: Graph): string[] =>
    each.constants.map(({ array }) => `${array.dtype}[${array.shape}] ${[...array.data]}`);
  const uses = (each: Graph, i: number): string =>
    (each.nodes[i]?.inputs ?? [])
      .map((value) => {
        const constant = each.constants.find((one) => one.value === value);
        return constant === undefined ? value.abstract.text : [...constant.array.data].join();
      })
      .join('; ');
  for (let i = 0; i < most; i++) {
    const site = (graph.nodes[i] ?? old.nodes[i])?.callSite?.value;
    if (lineOf(old, i) !== lineOf(graph, i)) {
      diverged(
        name,
        `it applies ${lineOf(graph, i)} now, and applied ${lineOf(old, i)} when it was captured; ${frozen}`,
        site,
      );
    }
    if (uses(old, i) !== uses(graph, i)) {
      const { name: op } = graph.nodes[i]?.operation ?? { name: '' };
      diverged(name, `${op} gets ${uses(graph, i)} now, and got ${uses(old, i)} when it was captured; ${frozen}`, site);
    }
  }
  if (numbers(old).join('|') !== numbers(graph).join('|'))
    diverged(name, `it gives other numbers now; ${frozen}`, undefined);
}

const dataOf = (tensor: Tensor): readonly number[] => Array.from(tensor.dataSync() as unknown as TypedArray, Number);

function isClose(a: Tensor, b: Tensor): boolean {
  if (a.abstract.text !== b.abstract.text) return false;
  const other = dataOf(b);
  return dataOf(a).every((x, i) => {
    const y = other[i] as number;
    return Object.is(x, y) || x === y || Math.abs(x - y) <= tolerance * Math.max(1, Math.abs(x), Math.abs(y));
  });
}

/** The line of the first op whose values are others in a compiled program than op by op. */
function firstDifference(graph: Graph, tensors: readonly Tensor[]): CallSite | undefined {
  const executor = baseInterpreter();
  if (!isProgramExecutor(executor)) return undefined;
  const values = graph.nodes.flatMap(({ outputs }) => outputs);
  const { program, captures } = compileGraph({ ...graph, outputs: values });
  const executable = executor.compileProgram(program);
  const given = captures.map(({ tensor, cell }) => cell?.get() ?? tensor);
  const types = values.map(({ abstract }) => abstract);
  const compiled = executor.runExecutable(executable, [...tensors, ...given], types);
  executable.dispose();
  let site: CallSite | undefined;
  let next = 0;
  replayGraph(graph, tensors, (node, operands) => {
    const made = applyNode(node, operands);
    for (const value of made) {
      if (!isClose(value, compiled[next++] as Tensor)) site ??= node.callSite?.value;
    }
    return made;
  });
  return site;
}

/** Runs a call with all checks; gives the captured function's result. */
export function checkCall({ captured, args, again, trace, tensors }: CheckedCall): unknown {
  const { f, self, name } = captured;
  checkSameGraph(name, trace.call, again);
  if (callsHost(trace.graph)) return trace.run(tensors);
  const start = new Map(
    trace.graph.captures.flatMap(({ cell }) => (cell === undefined ? [] : [[cell, cell.get()] as const])),
  );
  const state = new PrivateState(undefined, start);
  const expected = flatten(
    withStateScope(state, () => f.apply(self, args as never[])),
    'result',
  );
  const result = trace.run(tensors);
  const found = flatten(result, 'result');
  const compare = (what: string, a: unknown, b: unknown): void => {
    if (a instanceof Tensor && b instanceof Tensor ? isClose(a, b) : Object.is(a, b)) return;
    const site = withStateScope(new PrivateState(undefined, start), () => firstDifference(trace.graph, tensors));
    diverged(name, `${what} is another one at once and captured`, site);
  };
  if (expected.structure.text !== found.structure.text) {
    diverged(name, `it gives ${found.structure.text} captured, ${expected.structure.text} at once`, undefined);
  }
  expected.leaves.forEach((leaf, i) => {
    compare(expected.structure.paths[i] as string, leaf, found.leaves[i]);
  });
  for (const [cell, value] of state.values) compare(cell.label, value, cell.get());
  return result;
}
