import { abstractValue, type Tensor } from '@deft/core';
import { traceGraph } from '@deft/graph';
import { buffersOf, type KernelProgram, verifyProgram } from '@deft/kernel';
import { add, matmul, mul, sub, sum, transpose } from '@deft/ops';
import { buildGraph, graphSources } from '@deft/test-utils';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGraph } from './index.ts';

/** Whether every kernel stands behind those that write what it reads. */
function isInOrder({ kernels }: KernelProgram): boolean {
  const written = new Set<number>();
  const all = new Set(kernels.flatMap((kernel) => buffersOf(kernel).writes));
  return kernels.every((kernel) => {
    const { reads, writes } = buffersOf(kernel);
    const ready = reads.every((id) => !all.has(id) || written.has(id));
    for (const id of writes) written.add(id);
    return ready;
  });
}

describe('the order of kernels', () => {
  it('runs the last readers of large values early, so that the arena is smaller', () => {
    // Gradients of weights are large beside the weights' new values, which are summed here.
    const { graph } = traceGraph(
      ([x, ...weights]) => {
        const gradients = weights.map((w) =>
          matmul(transpose(x as Tensor) as Tensor, mul(x as Tensor, sum(w)) as Tensor),
        );
        return gradients.map((g) => sum(sub(add(g as Tensor, transpose(g as Tensor) as Tensor), 1)) as Tensor);
      },
      [abstractValue([8, 64], 'float32'), ...[0, 1, 2, 3].map((i) => abstractValue([64, i + 1], 'float32'))],
    );
    const [scheduled, plain] = [[], ['schedule']].map((without) => compileGraph(graph, { without }).program);
    expect(scheduled?.arenaBytes).toBeLessThan((plain?.arenaBytes ?? 0) / 2);
    expect(scheduled?.kernels.length).toBe(plain?.kernels.length);
  });

  it('keeps every kernel behind what it reads', () => {
    fc.assert(
      fc.property(graphSources, (source) => {
        const { program } = compileGraph(buildGraph(source));
        verifyProgram(program);
        expect(isInOrder(program)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
