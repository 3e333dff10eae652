/** Views of captured functions: what they are compiled to, with times where they are asked for. */
import {
  DeftError,
  grad,
  hostCall,
  jit,
  matmul,
  mean,
  mermaidGraph,
  mul,
  square,
  sub,
  type Tensor,
  tanh,
  tensor,
  tensorSpec,
  viewHtml,
} from '@deft/tensor';
import { describe, expect, it } from 'vitest';
import { programView } from './program-view.ts';

const loss = (w: Tensor, x: Tensor): Tensor =>
  mean(square(tanh(matmul(x as Tensor<[2, 2]>, w as Tensor<[2, 1]>)))) as Tensor;
const step = jit((w: Tensor, x: Tensor): Tensor => sub(w, mul(grad(loss)(w, x), 0.1)) as Tensor, {
  name: 'step',
  donate: [0],
});
const w = tensor([[0.5], [0.25]]) as Tensor;
const x = tensor([
  [1, 2],
  [3, 4],
]) as Tensor;

describe('a view', () => {
  it('has the program that runs', () => {
    const { name, compiled, passes, measurement } = programView(step, [w, x]);
    expect(name).toBe('step');
    expect(passes[0]?.name).toBe('input');
    expect(passes.at(-1)?.graph).toBe(compiled.graph);
    // What is donated is known.
    expect(compiled.program.buffers.filter(({ over }) => over !== undefined)).toHaveLength(1);
    expect(measurement).toBeUndefined();
  });

  it('tells the lines of the function', () => {
    const page = viewHtml(programView(step, [w, x]));
    expect(page).toMatch(/title="[^"]*program-view\.test\.ts:\d+:\d+"/);
    expect(mermaidGraph(programView(step, [w, x]).compiled.graph)).toMatch(/^flowchart TB/);
  });

  it('can be made of specs', () => {
    const { compiled } = programView(step, [tensorSpec([2, 1], 'float32'), tensorSpec([2, 2], 'float32')]);
    expect(compiled.program).toEqual(programView(step, [w, x]).compiled.program);
  });

  it('has the time of every kernel where it is asked for, and gives nothing up', () => {
    const { compiled, measurement } = programView(step, [w, x], { measured: true });
    expect(measurement?.seconds).toHaveLength(compiled.program.kernels.length);
    for (const seconds of measurement?.seconds ?? []) expect(seconds).toBeGreaterThanOrEqual(0);
    expect(w.toArray()).toEqual([[0.5], [0.25]]);
  });

  it('times no function of the host', () => {
    let calls = 0;
    const outside = jit((a: Tensor): Tensor => {
      const count = (array: Tensor): Tensor => {
        calls++;
        return array;
      };
      const counted = hostCall(count, { results: tensorSpec([2], 'float32') }, a);
      return mul(counted as Tensor, 2) as Tensor;
    });
    expect(viewHtml(programView(outside, [tensor([1, 2]) as Tensor]))).toContain('form-call');
    expect(() => programView(outside, [tensor([1, 2]) as Tensor], { measured: true })).toThrow(DeftError);
    expect(calls).toBe(0);
  });
});
