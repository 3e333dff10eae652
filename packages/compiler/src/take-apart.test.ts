/** A program in parts computes what it computes whole: every kernel alone, on what the program that keeps all gives. */
import { type BufferId, buffersOf, interpretProgram, type KernelProgram, verifyProgram } from '@deft/kernel';
import { buildGraph, graphInputs, graphSources } from '@deft/test-utils';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGraph, keepingAll, kernelAlone } from './index.ts';

type Elements = ReturnType<typeof interpretProgram>[number];

function checkParts(program: KernelProgram, inputs: readonly Elements[]): void {
  const whole = keepingAll(program);
  verifyProgram(whole.program);
  expect([...whole.outputs].sort()).toEqual(
    [...new Set(program.kernels.flatMap((one) => buffersOf(one).writes))].sort(),
  );
  const kept = interpretProgram(whole.program, inputs);
  const held = new Map<BufferId, Elements>(whole.inputs.map((id, i) => [id, inputs[i] as Elements]));
  for (const [i, id] of whole.outputs.entries()) held.set(id, kept[i] as Elements);
  const expected = interpretProgram(program, inputs);
  program.outputs.forEach((id, i) => {
    const found = held.get(id);
    if (found !== undefined) expect(found).toEqual(expected[i]);
  });
  program.kernels.forEach((_, index) => {
    const part = kernelAlone(program, index);
    verifyProgram(part.program);
    const results = interpretProgram(
      part.program,
      part.inputs.map((id) => held.get(id) as Elements),
    );
    for (const [i, id] of part.outputs.entries()) expect(results[i]).toEqual(held.get(id));
  });
}

describe('a program in parts', () => {
  it('gives what it gives whole', () => {
    fc.assert(
      fc.property(graphSources, (source) => {
        const graph = buildGraph(source);
        checkParts(
          compileGraph(graph).program,
          graphInputs(graph).map((x) => x.data),
        );
      }),
      { numRuns: 300 },
    );
  });
});
