/** The compiler's main law: a compiled program, interpreted, gives what the graph's ops give one by one. */
import { type Graph, verifyGraph } from '@deft/graph';
import { interpretProgram, verifyProgram } from '@deft/kernel';
import { buildGraph, graphInputs, graphSources, runPlainly } from '@deft/test-utils';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGraph, explain, passNames } from './index.ts';

function check(graph: Graph, without: readonly string[], memoryBudget?: number): void {
  verifyGraph(graph);
  const inputs = graphInputs(graph);
  const donated = inputs.map((_, place) => place);
  const compiled = compileGraph(graph, { without, memoryBudget, donated, onPass: (_, after) => verifyGraph(after) });
  verifyProgram(compiled.program);
  const results = interpretProgram(
    compiled.program,
    inputs.map((x) => x.data),
  );
  const expected = runPlainly(graph, inputs);
  expected.forEach((array, i) => {
    expect([...(results[i] as Int32Array)], `result ${i}\n${explain(compiled)}`).toEqual([...array.data]);
  });
}

describe('random programs', () => {
  it('compiled and interpreted they give what their ops give', () => {
    fc.assert(
      fc.property(graphSources, (source) => check(buildGraph(source), [])),
      { numRuns: 1000 },
    );
  });

  it('do so with hardly any memory, bit for bit', () => {
    fc.assert(
      fc.property(graphSources, fc.subarray([...passNames]), (source, without) => {
        const graph = buildGraph(source);
        check(graph, without, 64);
        const inputs = graphInputs(graph).map((x) => x.data);
        const results = [undefined, 64].map((memoryBudget) =>
          interpretProgram(compileGraph(graph, { without, memoryBudget }).program, inputs),
        );
        expect(results[1]).toEqual(results[0]);
      }),
      { numRuns: 300 },
    );
  });

  it('do so with any passes left out', () => {
    fc.assert(
      fc.property(graphSources, fc.subarray([...passNames]), (source, without) => check(buildGraph(source), without)),
      { numRuns: 300 },
    );
  });
});
