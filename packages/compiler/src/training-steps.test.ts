/** Kernel counts of the building blocks of training steps, derivatives included, and what is changed where it lies. */
import { type AbstractValue, abstractValue, type Tensor } from '@deft/core';
import { traceGraph } from '@deft/graph';
import { verifyProgram } from '@deft/kernel';
import { add, conv2d, matmul, maxPool, mean, relu, scatterUpdate, softmaxCrossEntropy, transpose } from '@deft/ops';
import { adam } from '@deft/optim';
import { valueAndGrad } from '@deft/transforms';
import { expect, it } from 'vitest';
import { type CompiledProgram, compileGraph, explain } from './index.ts';

const f32 = (...shape: number[]): AbstractValue => abstractValue(shape, 'float32');

function compile(
  types: readonly AbstractValue[],
  f: (inputs: readonly Tensor[]) => readonly Tensor[],
  donated: readonly number[] = [],
): CompiledProgram {
  const compiled = compileGraph(traceGraph(f, types).graph, { donated });
  verifyProgram(compiled.program);
  return compiled;
}

const forms = (compiled: CompiledProgram): string => compiled.program.kernels.map(({ form }) => form).join(' ');

it('convolution, bias, relu and pooling: the product and one loop', () => {
  const compiled = compile([f32(4, 10, 10, 3), f32(3, 3, 3, 8), f32(8)], ([x, w, b]) => [
    maxPool(relu(add(conv2d(x as Tensor, w as Tensor), b as Tensor))) as Tensor,
  ]);
  expect(forms(compiled), explain(compiled)).toBe('contract loop');
});

it('cross-entropy with its gradient', () => {
  const compiled = compile([f32(64, 10), f32(64, 10)], ([logits, labels]) => {
    const loss = (x: Tensor): Tensor => mean(softmaxCrossEntropy(x, labels as Tensor)) as Tensor;
    return valueAndGrad(loss)(logits as Tensor) as unknown as Tensor[];
  });
  expect(compiled.program.kernels.length, explain(compiled)).toBeLessThanOrEqual(5);
});

it('a step of two dense layers: the products, a loop or two for each, one for each parameter', () => {
  const optimizer = adam();
  const parameterTypes = [f32(32, 16), f32(16), f32(16, 4), f32(4)];
  const types = [f32(8, 32), f32(8, 4), f32(), abstractValue([], 'int32'), ...parameterTypes];
  const step = (inputs: readonly Tensor[]): readonly Tensor[] => {
    const [x, y, rate, step] = inputs as [Tensor, Tensor, Tensor, Tensor];
    const parameters = inputs.slice(4, 8);
    const loss = (list: readonly Tensor[]): Tensor => {
      const [w, b, v, c] = list as [Tensor, Tensor, Tensor, Tensor];
      return mean(softmaxCrossEntropy(add(matmul(relu(add(matmul(x, w), b)), v), c), y)) as Tensor;
    };
    const [value, gradients] = valueAndGrad(loss)(parameters) as unknown as [Tensor, Tensor[]];
    const state = { step, slots: { mean: inputs.slice(8, 12), square: inputs.slice(12, 16) } };
    const next = optimizer.update(gradients, state, parameters, rate);
    const slots = next.state.slots as unknown as { mean: Tensor[]; square: Tensor[] };
    return [value, ...next.parameters, ...slots.mean, ...slots.square, next.state.step];
  };
  const donated = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
  const compiled = compile([...types, ...parameterTypes, ...parameterTypes], step, donated);
  // 2 + 3 products; relu, its mask, cross-entropy, the scalars of Adam; each bias's sum is in its update.
  expect(compiled.program.kernels.filter(({ form }) => form === 'contract')).toHaveLength(5);
  expect(compiled.program.kernels.length, explain(compiled)).toBeLessThanOrEqual(18);
  // Parameters, averages and the number of the step are written over those before.
  const { buffers, outputs, inputs } = compiled.program;
  const over = outputs.map((id) => buffers[id]?.over);
  expect(over[0]).toBeUndefined();
  expect(new Set(over.slice(1))).toEqual(new Set(donated.map((place) => inputs[place])));
});

it('what is kept from step to step is changed where it lies, also where the step reads it afterwards', () => {
  const types = [f32(2, 16, 3), f32(2, 1, 3), abstractValue([1], 'int32'), f32(2, 1, 3)];
  const { program } = compile(
    types,
    ([cache, made, place, query]) => {
      const next = scatterUpdate(cache as Tensor, made as Tensor, place as Tensor, { axis: 1 }) as Tensor;
      return [next, matmul(query as Tensor, transpose(next, [0, 2, 1]))] as Tensor[];
    },
    [0],
  );
  const [next] = program.outputs as [number];
  expect(program.buffers[next]?.over).toBe(program.inputs[0]);
});
