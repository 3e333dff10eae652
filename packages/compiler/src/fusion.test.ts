/** How many kernels programs become that people write: what fuses must stay fused. */
import { type AbstractValue, abstractValue, type Tensor } from '@deft/core';
import { traceGraph } from '@deft/graph';
import { type LoopKernel, stagesOf } from '@deft/kernel';
import {
  add,
  broadcastTo,
  div,
  exp,
  expm1,
  greater,
  max,
  mul,
  neg,
  pad,
  relu,
  reshape,
  sqrt,
  sub,
  sum,
  tanh,
  transpose,
  where,
} from '@deft/ops';
import { describe, expect, it } from 'vitest';
import { type CompiledProgram, compileGraph, explain } from './index.ts';

const f32 = (...shape: number[]): AbstractValue => abstractValue(shape, 'float32');

function compile(types: readonly AbstractValue[], f: (...inputs: Tensor[]) => readonly Tensor[]): CompiledProgram {
  return compileGraph(traceGraph((inputs) => f(...inputs), types).graph);
}

function expectKernels(compiled: CompiledProgram, count: number): void {
  expect(compiled.program.kernels.length, explain(compiled)).toBe(count);
}

function mean(x: Tensor, axis: number): Tensor {
  return div(sum(x, { axis, keepDims: true }), x.shape[axis] as number) as Tensor;
}

function softmaxOf(x: Tensor, axis: number): Tensor {
  const e = exp(sub(x, max(x, { axis, keepDims: true })));
  return div(e, sum(e, { axis, keepDims: true })) as Tensor;
}

describe('one kernel', () => {
  it('a chain of eight elementwise ops, over one axis', () => {
    const compiled = compile([f32(64, 32), f32(64, 32)], (x, y) => {
      let z: Tensor = x;
      for (let i = 0; i < 4; i++) z = tanh(add(z, y)) as Tensor;
      return [z];
    });
    expectKernels(compiled, 1);
    expect((compiled.program.kernels[0] as LoopKernel).space).toEqual([2048]);
    expect(compiled.program.arenaBytes).toBe(0);
  });

  it('bias and relu, each channel a column', () => {
    const compiled = compile([f32(8, 12, 12, 32), f32(32)], (x, bias) => [relu(add(x, bias))]);
    expectKernels(compiled, 1);
    expect((compiled.program.kernels[0] as LoopKernel).space).toEqual([8 * 12 * 12, 32]);
  });

  it('a mean, with its division behind the sum', () => {
    expectKernels(
      compile([f32(64, 32)], (x) => [mean(x, 1)]),
      1,
    );
  });

  it('a sum of squares with what comes before and behind it', () => {
    expectKernels(
      compile([f32(64, 32), f32(32)], (x, w) => [sqrt(add(sum(mul(mul(x, x), w), { axis: 1 }), 1e-5))]),
      1,
    );
  });

  it('two reductions over the same axes of the same input', () => {
    const compiled = compile([f32(64, 32)], (x) => [sub(mean(mul(x, x) as Tensor, 0), mul(mean(x, 0), mean(x, 0)))]);
    expectKernels(compiled, 1);
    expect((compiled.program.kernels[0] as LoopKernel).reductions).toHaveLength(2);
  });

  it('views on the way', () => {
    expectKernels(
      compile([f32(6, 4)], (x) => [tanh(add(reshape(transpose(add(x, 1)), [2, 2, 6]), 1))]),
      1,
    );
  });

  it('a reshape that no view can express, as long as only elementwise ops use it', () => {
    const compiled = compile([f32(6, 4), f32(3, 8), f32()], (x, y, scale) => [
      mul(add(reshape(transpose(exp(x)), [3, 8]), y), scale),
    ]);
    expectKernels(compiled, 1);
  });

  it('a value stored for one reader and used in place by another', () => {
    const compiled = compile([f32(64), f32(64)], (x, cotangent) => {
      const y = exp(x);
      return [y, mul(y, cotangent)];
    });
    expectKernels(compiled, 1);
    expect((compiled.program.kernels[0] as LoopKernel).results).toHaveLength(2);
  });
});

describe('one kernel of several stages', () => {
  function onlyKernel(compiled: CompiledProgram): LoopKernel {
    expectKernels(compiled, 1);
    expect(compiled.program.arenaBytes).toBe(0);
    return compiled.program.kernels[0] as LoopKernel;
  }

  it('normalisation of rows', () => {
    const compiled = compile([f32(64, 32)], (x) => {
      const centred = sub(x, mean(x, 1));
      const variance = mean(mul(centred, centred) as Tensor, 1);
      return [div(centred, sqrt(add(variance, 1e-5)))];
    });
    expect(stagesOf(onlyKernel(compiled).reductions)).toEqual([0, 1]);
  });

  it('softmax along the last axis, the first and one in the middle', () => {
    for (const axis of [0, 1, 2]) {
      const kernel = onlyKernel(compile([f32(64, 48, 32)], (x) => [softmaxOf(x, axis)]));
      expect(kernel.results).toHaveLength(1);
      expect([...kernel.space, ...kernel.reduced].reduce((a, b) => a * b)).toBe(64 * 48 * 32);
    }
  });

  it('rows of a matrix that are used as a tensor of other axes', () => {
    const kernel = onlyKernel(compile([f32(64, 32)], (x) => [exp(reshape(softmaxOf(x, 1), [8, 8, 4, 8]))]));
    expect(kernel.space).toEqual([64]);
    expect(kernel.reduced).toEqual([32]);
  });

  it('an expensive value that a sum and a quotient share', () => {
    const compiled = compile([f32(64, 32)], (x) => {
      const e = exp(x);
      return [e, div(e, sum(e, { axis: 1, keepDims: true }))];
    });
    expect(onlyKernel(compiled).results).toHaveLength(2);
  });

  it('the backward pass of relu: what is stored, the mask, and the sum over the batch', () => {
    const compiled = compile([f32(64, 32), f32(32), f32(64, 32)], (x, bias, cotangent) => {
      const y = relu(add(x, bias));
      const back = where(greater(y, 0), cotangent, 0);
      return [y, back, sum(back, { axis: 0 })];
    });
    expect(onlyKernel(compiled).space).toEqual([32]);
  });
});

describe('an optimiser step', () => {
  it('Adam is one kernel for each parameter and one for the scalars', () => {
    const parameter = [f32(256, 128), f32(256, 128), f32(256, 128), f32(256, 128)];
    const bias = [f32(128), f32(128), f32(128), f32(128)];
    const compiled = compile([...parameter, ...bias, f32(), f32()], (...inputs) => {
      const [step, rate] = inputs.slice(8) as [Tensor, Tensor];
      const next = add(step, 1);
      const correction = (beta: number): Tensor => neg(expm1(mul(next, Math.log(beta)))) as Tensor;
      const size = div(mul(rate, sqrt(correction(0.999))), correction(0.9));
      const update = ([p, g, m, v]: Tensor[]): Tensor[] => {
        const newMean = add(m as Tensor, mul(sub(g as Tensor, m as Tensor), 0.1));
        const newSquare = add(v as Tensor, mul(sub(mul(g as Tensor, g as Tensor), v as Tensor), 0.001));
        const moved = sub(p as Tensor, div(mul(newMean, size), add(sqrt(newSquare), 1e-7)));
        return [newMean, newSquare, moved] as Tensor[];
      };
      return [next, ...update(inputs.slice(0, 4)), ...update(inputs.slice(4, 8))] as Tensor[];
    });
    expectKernels(compiled, 3);
  });
});

describe('several kernels', () => {
  it('what is repeated by a broadcast is computed before it', () => {
    expectKernels(
      compile([f32(32), f32(64, 32)], (scale, x) => [mul(x, exp(scale))]),
      2,
    );
  });

  it('a normalisation of few places and many points, so that threads can share the points', () => {
    expectKernels(
      compile([f32(2, 65536)], (x) => [softmaxOf(x, 1)]),
      4,
    );
  });

  it('rows of one kernel and columns of another', () => {
    expectKernels(
      compile([f32(64, 32)], (x) => [div(sub(x, mean(x, 1)), mean(x, 0))]),
      2,
    );
  });

  it('padding of a computed value', () => {
    expectKernels(
      compile([f32(8, 8)], (x) => [
        tanh(
          pad(exp(x), [
            [1, 1],
            [1, 1],
          ]),
        ),
      ]),
      2,
    );
  });
});

describe('no kernel', () => {
  it('a reshape, of an input or of another result', () => {
    expectKernels(
      compile([f32(6, 4)], (x) => [reshape(x, [24]), x]),
      0,
    );
    const compiled = compile([f32(6, 4)], (x) => {
      const y = exp(x);
      return [y, reshape(y, [4, 6])];
    });
    expectKernels(compiled, 1);
    expect(compiled.program.outputs[0]).toBe(compiled.program.outputs[1]);
  });

  it('what nobody needs', () => {
    expectKernels(
      compile([f32(6)], (x) => {
        exp(x);
        return [x];
      }),
      0,
    );
  });
});

describe('constants', () => {
  it('become part of the code where all elements are equal', () => {
    const compiled = compile([f32(4)], (x) => [add(x, broadcastTo(2, [3, 4]))]);
    expectKernels(compiled, 1);
    expect(compiled.program.buffers.map((buffer) => buffer.role)).toEqual(['input', 'output']);
  });

  it('are written to a buffer where they are a result', () => {
    expectKernels(
      compile([], () => [broadcastTo(2, [3, 4]) as Tensor]),
      1,
    );
  });
});

describe('captures', () => {
  it('are extra inputs behind the inputs, and only those in use', () => {
    const outside = [exp(1) as Tensor, exp(2) as Tensor];
    const compiled = compile([f32(3)], (x) => {
      add(x, outside[0] as Tensor);
      return [mul(x, outside[1] as Tensor)];
    });
    expect(compiled.captures.map(({ tensor }) => tensor === outside[1])).toEqual([true]);
    expect(compiled.program.inputs).toHaveLength(2);
  });
});

describe('explain', () => {
  it('lists kernels with their traffic, work and reasons', () => {
    const compiled = compile([f32(64, 32)], (x) => {
      const e = exp(x);
      return [div(e, sum(e, { axis: 1, keepDims: true }))];
    });
    expect(explain(compiled)).toMatchInlineSnapshot(`
      "1 kernel, 41.0 kop, arena 0 B
      0: loop [64] reducing [32] (sum): exp, sum, div; reads 8.2 kB, writes 8.2 kB, 41.0 kop
         writes buffer 1 (float32, 2048 elements, output): a result"
    `);
  });

  it('says why kernels that could have been one are not', () => {
    const compiled = compile([f32(300, 64)], (x) => {
      const e = exp(x);
      return [sum(e, { axis: 0 }) as Tensor, add(e, 1) as Tensor, transpose(mul(e, e) as Tensor) as Tensor];
    });
    const notes = compiled.kernelsApart.flat();
    expect(notes.length).toBeGreaterThan(0);
    for (const note of notes) {
      expect(note).toMatch(/^[\w, ]+: \w.+/);
      expect(explain(compiled)).toContain(`not one with ${note}`);
    }
  });
});
