/** Programs under a memory budget: they fit, or say that they do not, and give the same bits. */
import { type AbstractValue, abstractValue, type Tensor } from '@deft/core';
import { traceGraph } from '@deft/graph';
import {
  binaryExpression,
  contiguousView,
  type Expression,
  interpretProgram,
  loadExpression,
  printProgram,
  unaryExpression,
  verifyProgram,
} from '@deft/kernel';
import { matmul, mean, tanh } from '@deft/ops';
import { grad } from '@deft/transforms';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Draft, DraftBuffer, DraftKernel } from './draft.ts';
import { finishProgram } from './finish-program.ts';
import { type CompiledProgram, compileGraph, explain } from './index.ts';
import { rematerialise } from './rematerialise.ts';

const [batch, width, depth] = [8, 16, 24];
const f32 = (...shape: number[]): AbstractValue => abstractValue(shape, 'float32');

/** The gradient of a deep chain of products and hyperbolic tangents, for all its weights. */
const { graph } = traceGraph(
  ([x, ...weights]) => {
    const loss = (list: readonly Tensor[]): Tensor =>
      mean(list.reduce((value, w) => tanh(matmul(value, w)) as Tensor, x as Tensor)) as Tensor;
    return grad(loss)(weights) as unknown as Tensor[];
  },
  [f32(batch, width), ...Array.from({ length: depth }, () => f32(width, width))],
);

const inputs = graph.inputs.map(({ abstract: { shape } }, k) =>
  Float32Array.from({ length: (shape[0] as number) * (shape[1] as number) }, (_, i) => Math.sin(i * 3 + k) / 3),
);
const results = ({ program }: CompiledProgram) => {
  verifyProgram(program);
  return interpretProgram(program, inputs);
};
const contractions = ({ program }: CompiledProgram): number =>
  program.kernels.filter(({ form }) => form === 'contract').length;

/** One random kernel: what it reads, counted back from itself, how many results it has, and whether it is dear. */
interface Step {
  readonly reads: readonly number[];
  readonly results: number;
  readonly isSlow: boolean;
}
const steps = fc.array(
  fc.record<Step>({
    reads: fc.array(fc.oneof(fc.nat(3), fc.nat(30)), { minLength: 1, maxLength: 3 }),
    results: fc.constantFrom(1, 1, 2),
    isSlow: fc.boolean(),
  }),
  { minLength: 5, maxLength: 40, size: 'max' },
);

/** Kernels over vectors, each of which reads some results before it. */
function draftOf(list: readonly Step[]): Draft {
  const length = 20;
  const buffers: DraftBuffer[] = [{ dtype: 'float32', length, source: 'input', reason: '' }];
  const kernels = list.map(({ reads, results, isSlow }): DraftKernel => {
    const sources = [...new Set(reads.map((back) => Math.max(0, buffers.length - 1 - back)))];
    const total = sources
      .map((_, i): Expression => loadExpression('float32', i))
      .reduce((sum, each) => binaryExpression('add', sum, each));
    const value = unaryExpression(isSlow ? 'sin' : 'neg', total);
    const made = Array.from(
      { length: results },
      () => buffers.push({ dtype: 'float32', length, source: 'kernel', reason: '' }) - 1,
    );
    return {
      ops: [],
      epoch: 0,
      apart: [],
      kernel: {
        form: 'loop',
        space: [length],
        reduced: [],
        operands: sources.map((buffer) => ({ buffer, view: contiguousView([length]) })),
        reductions: [],
        results: made.map((buffer, i) => ({ buffer, value: i === 0 ? value : binaryExpression('mul', value, total) })),
      },
    };
  });
  return { buffers, kernels, inputs: [0], outputs: [buffers.length - 1] };
}

describe('random kernels', () => {
  it('give the same under any budget, and need no more memory', () => {
    let fewer = 0;
    fc.assert(
      fc.property(steps, fc.nat(100), (list, share) => {
        const draft = draftOf(list);
        const { program } = finishProgram(draft);
        const budget = (program.arenaBytes * share) / 100;
        const again = finishProgram(rematerialise(draft, budget)).program;
        verifyProgram(again);
        const input = Float32Array.from({ length: 20 }, (_, i) => i / 7);
        expect(interpretProgram(again, [input])).toEqual(interpretProgram(program, [input]));
        expect(again.arenaBytes).toBeLessThanOrEqual(program.arenaBytes);
        if (again.arenaBytes < program.arenaBytes) fewer++;
      }),
      { numRuns: 300 },
    );
    expect(fewer).toBeGreaterThan(0);
  });
});

describe('a deep chain with its gradient', () => {
  const plain = compileGraph(graph);
  const expected = results(plain);

  it('keeps every value without a budget, or with one that is large enough', () => {
    const text = printProgram(plain.program);
    const { arenaBytes } = plain.program;
    expect(arenaBytes).toBeGreaterThanOrEqual(depth * batch * width * 4);
    expect(printProgram(compileGraph(graph, { memoryBudget: arenaBytes }).program)).toBe(text);
    expect(printProgram(compileGraph(graph, { memoryBudget: 0, without: ['rematerialise'] }).program)).toBe(text);
    expect(explain(plain)).not.toContain('budget');
  });

  it.each([0.75, 0.6, 0.5, 0.4, 0.3])('fits into %d of that, with the same bits', (share) => {
    const memoryBudget = Math.floor(plain.program.arenaBytes * share);
    const compiled = compileGraph(graph, { memoryBudget });
    expect(compiled.program.arenaBytes).toBeLessThanOrEqual(memoryBudget);
    // Every layer is computed again once or so.
    expect(contractions(compiled)).toBeLessThanOrEqual(contractions(plain) + depth + 2);
    expect(results(compiled)).toEqual(expected);
    expect(explain(compiled)).toMatch(/^memory budget .* met$/m);
  });

  it('says so where the budget is too small, and runs all the same', () => {
    const compiled = compileGraph(graph, { memoryBudget: 64 });
    expect(results(compiled)).toEqual(expected);
    expect(explain(compiled)).toMatch(/^memory budget 64 B not met: .*B are needed at once$/m);
  });
});
