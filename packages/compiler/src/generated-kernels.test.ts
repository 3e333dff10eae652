/** The kernels that a fixed set of programs becomes, as text: a refactoring must not change them unnoticed. */
import { type AbstractValue, abstractValue, type Tensor } from '@deft/core';
import { traceGraph } from '@deft/graph';
import { printProgram } from '@deft/kernel';
import { add, conv2d, div, exp, gather, matmul, mul, pad, relu, sub, sum, tanh, transpose } from '@deft/ops';
import { expect, it } from 'vitest';
import { compileGraph } from './index.ts';

const f32 = (...shape: number[]): AbstractValue => abstractValue(shape, 'float32');

function text(types: readonly AbstractValue[], f: (...inputs: Tensor[]) => Tensor): string {
  const { graph } = traceGraph((inputs) => [f(...inputs)], types);
  return `\n${printProgram(compileGraph(graph).program).trimEnd()}\n`;
}

it('an elementwise chain with a bias', () => {
  expect(text([f32(2, 3, 4), f32(4)], (x, bias) => mul(tanh(add(x, bias)), 2) as Tensor)).toMatchInlineSnapshot(`
    "
    program arena 0 inputs b0 b1 outputs b2
    b0: input float32[24]
    b1: input float32[4]
    b2: output float32[24]
    loop space [6, 4] reduced []
      o0: b0 view [6, 4]
      o1: b1 view [6, 4] offset 0 strides [0, 1]
      b2 = mul(tanh(add(load<float32>(o0), load<float32>(o1))), float32(2))
    "
  `);
});

it('a view between maps', () => {
  expect(text([f32(4, 6)], (x) => exp(transpose(mul(x, x))) as Tensor)).toMatchInlineSnapshot(`
    "
    program arena 0 inputs b0 outputs b1
    b0: input float32[24]
    b1: output float32[24]
    loop space [6, 4] reduced []
      o0: b0 view [6, 4] offset 0 strides [1, 6]
      b1 = exp(mul(load<float32>(o0), load<float32>(o0)))
    "
  `);
});

it('a dense layer', () => {
  expect(
    text([f32(8, 16), f32(16, 4), f32(4)], (x, w, b) => relu(add(matmul(x, w), b)) as Tensor),
  ).toMatchInlineSnapshot(`
    "
    program arena 128 inputs b0 b1 b2 outputs b4
    b0: input float32[128]
    b1: input float32[64]
    b2: input float32[4]
    b3: temporary float32[32] at 0
    b4: output float32[32]
    contract batch [] m [8] n [4] k [16]
      left: b0 view [8, 16]
      right: b1 view [16, 4]
      b3 = product
    loop space [8, 4] reduced []
      o0: b3 view [8, 4]
      o1: b2 view [8, 4] offset 0 strides [0, 1]
      b4 = max(add(load<float32>(o0), load<float32>(o1)), float32(0))
    "
  `);
});

it('a convolution with padding', () => {
  expect(
    text([f32(1, 5, 5, 2), f32(3, 3, 2, 4)], (x, w) => conv2d(x, w, { padding: 'same' }) as Tensor),
  ).toMatchInlineSnapshot(`
    "
    program arena 448 inputs b0 b1 outputs b3
    b0: input float32[50]
    b1: input float32[72]
    b2: temporary float32[98] at 0
    b3: output float32[100]
    loop space [7, 7, 2] reduced []
      o0: b0 view [7, 7, 2] offset -12 strides [10, 2, 1] where 0 <= -1 + [1, 0, 0] * i < 5 where 0 <= -1 + [0, 1, 0] * i < 5 fill 0
      b2 = load<float32>(o0)
    contract batch [] m [5, 5] n [4] k [3, 6]
      left: b2 view [5, 5, 3, 6] offset 0 strides [14, 2, 14, 1]
      right: b1 view [3, 6, 4]
      b3 = product
    "
  `);
});

it('normalised rows', () => {
  expect(
    text([f32(8, 16)], (x) => {
      const e = exp(sub(x, div(sum(x, { axis: 1, keepDims: true }), 16)));
      return div(e, sum(e, { axis: 1, keepDims: true })) as Tensor;
    }),
  ).toMatchInlineSnapshot(`
    "
    program arena 0 inputs b0 outputs b1
    b0: input float32[128]
    b1: output float32[128]
    loop space [8] reduced [16]
      o0: b0 view [8, 16]
      r0: sum<float32>(load<float32>(o0))
      %0 = exp(sub(load<float32>(o0), mul(reduced<float32>(r0), float32(0.0625))))
      r1: sum<float32>(%0)
      b1 strides [16, 1] = div(%0, reduced<float32>(r1))
    "
  `);
});

it('an indirect read with what follows it', () => {
  expect(
    text([f32(10, 3), abstractValue([5], 'int32')], (table, rows) => mul(gather(table, rows), 0.5) as Tensor),
  ).toMatchInlineSnapshot(`
    "
    program arena 0 inputs b0 b1 outputs b2
    b0: input float32[30]
    b1: input int32[5]
    b2: output float32[15]
    loop space [5, 3] reduced []
      o0: b1 view [5, 3] offset 0 strides [1, 0]
      o1: b0 view [30]
      %0 = add(mul(min(max(load<int32>(o0), int32(0)), int32(9)), int32(3)), index(0, [0, 1]))
      b2 = mul(gather<float32>(o1, %0), float32(0.5))
    "
  `);
});

it('padding of an input', () => {
  expect(
    text(
      [f32(3, 3)],
      (x) =>
        tanh(
          pad(x, [
            [1, 1],
            [0, 2],
          ]),
        ) as Tensor,
    ),
  ).toMatchInlineSnapshot(`
    "
    program arena 0 inputs b0 outputs b1
    b0: input float32[9]
    b1: output float32[25]
    loop space [5, 5] reduced []
      o0: b0 view [5, 5] offset -3 strides [3, 1] where 0 <= -1 + [1, 0] * i < 3 where 0 <= -0 + [0, 1] * i < 3 fill 0
      b1 = tanh(load<float32>(o0))
    "
  `);
});
