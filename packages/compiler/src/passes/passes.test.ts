import { abstractValue, type Tensor } from '@deft/core';
import { type Graph, traceGraph, verifyGraph } from '@deft/graph';
import { add, broadcastTo, cast, exp, mul, reshape, sub, sum, tensor, transpose } from '@deft/ops';
import { describe, expect, it } from 'vitest';
import { NodeForms } from '../node-forms.ts';
import { commonSubexpressions } from './common-subexpressions.ts';
import { deadCode } from './dead-code.ts';
import { foldConstants } from './fold-constants.ts';
import type { GraphPass } from './pass.ts';
import { simplify } from './simplify.ts';

const matrix = abstractValue([3, 4], 'float32');

function graphOf(f: (x: Tensor, y: Tensor) => readonly Tensor[]): Graph {
  return traceGraph(([x, y]) => f(x as Tensor, y as Tensor), [matrix, matrix]).graph;
}

function run(pass: GraphPass, graph: Graph): Graph {
  const after = pass.run(graph, { forms: new NodeForms() });
  verifyGraph(after);
  return after;
}

const names = (graph: Graph): string[] => graph.nodes.map((node) => node.operation.name);

describe('dead code', () => {
  it('drops what no result needs and keeps every input', () => {
    const graph = graphOf((x) => {
      exp(add(x, 5));
      return [mul(x, 2)];
    });
    const after = run(deadCode, graph);
    expect(names(after)).toEqual(['mul']);
    expect(after.constants).toHaveLength(1);
    expect(after.inputs).toHaveLength(2);
  });
});

describe('common subexpressions', () => {
  it('merges equal nodes, through equal nodes', () => {
    const after = run(
      commonSubexpressions,
      graphOf((x, y) => [exp(add(x, y)), exp(add(x, y)), exp(sub(x, y))]),
    );
    expect(names(after)).toEqual(['add', 'exp', 'sub', 'exp']);
    expect(after.outputs[0]).toBe(after.outputs[1]);
  });

  it('keeps nodes that differ in an attribute', () => {
    const after = run(
      commonSubexpressions,
      graphOf((x) => [sum(x, { axis: 0 }), sum(x, { axis: 1 }), sum(x, { axis: 0 })]),
    );
    expect(after.nodes).toHaveLength(2);
  });

  it('tells constants apart that compare equal', () => {
    const after = run(
      commonSubexpressions,
      graphOf((x) => [mul(x, tensor([0, 1, 2, 3])), mul(x, tensor([-0, 1, 2, 3])), mul(x, tensor([0, 1, 2, 3]))]),
    );
    expect(after.nodes).toHaveLength(2);
    expect(after.constants).toHaveLength(2);
  });
});

describe('constant folding', () => {
  it('computes nodes of constants, through nodes of constants', () => {
    const after = run(
      deadCode,
      run(
        foldConstants,
        graphOf((x) => [mul(x, exp(add(tensor([0, 0, 0, 0]), 0)))]),
      ),
    );
    expect(names(after)).toEqual(['mul']);
    expect(after.constants.map(({ array }) => [...array.data])).toEqual([[1, 1, 1, 1]]);
  });

  it('leaves nodes with large results alone', () => {
    const after = run(
      foldConstants,
      graphOf((x) => [add(x, sum(broadcastTo(tensor([1, 2]), [1000, 2])))]),
    );
    expect(names(after)).toEqual(['broadcastTo', 'sum', 'add']);
  });
});

describe('simplify', () => {
  it('removes what gives back its input', () => {
    const after = run(
      simplify,
      graphOf((x) => [reshape(x, [3, 4]), transpose(x, [0, 1]), cast(x, 'float32'), mul(x, 1), broadcastTo(x, [3, 4])]),
    );
    expect(after.nodes).toHaveLength(0);
    expect(after.outputs.every((output) => output === after.inputs[0])).toBe(true);
  });

  it('keeps what changes something', () => {
    const graph = graphOf((x) => [reshape(x, [4, 3]), transpose(x, [1, 0]), cast(x, 'int32'), mul(x, 2), add(x, 0)]);
    expect(run(simplify, graph).nodes).toHaveLength(5);
  });
});
