/** What a barrier keeps apart: equal nodes, and loops that would be one. */
import { abstractValue, type Tensor } from '@deft/core';
import { traceGraph } from '@deft/graph';
import { interpretProgram } from '@deft/kernel';
import { add, exp, mul, optimizationBarrier } from '@deft/ops';
import { expect, it } from 'vitest';
import { compileGraph } from './index.ts';

const compiled = (f: (x: Tensor) => readonly Tensor[]) =>
  compileGraph(traceGraph(([x]) => f(x as Tensor), [abstractValue([64], 'float32')]).graph);

it('equal nodes on both sides are computed twice, and not across it otherwise', () => {
  const nodes = (f: (x: Tensor) => readonly Tensor[]): number =>
    compiled(f).graph.nodes.filter(({ operation }) => operation.name === 'exp').length;
  expect(nodes((x) => [exp(x), mul(exp(x), 2) as Tensor])).toBe(1);
  expect(nodes((x) => [exp(x), mul(exp(optimizationBarrier(x)), 2) as Tensor])).toBe(2);
});

it('loops behind it are not merged into loops before it', () => {
  const f = (between: (x: Tensor) => Tensor) => (x: Tensor) => [add(x, 1) as Tensor, mul(between(x), 2) as Tensor];
  const together = compiled(f((x) => x));
  const apart = compiled(f(optimizationBarrier));
  expect(together.program.kernels).toHaveLength(1);
  expect(apart.program.kernels).toHaveLength(2);
  const data = Float32Array.from({ length: 64 }, (_, i) => i);
  expect(interpretProgram(apart.program, [data])).toEqual(interpretProgram(together.program, [data]));
});
