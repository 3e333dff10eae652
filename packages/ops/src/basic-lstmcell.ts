/** `basicLSTMCell`: one step of a long short-term memory. */
import { nd, type OperationFunction, raise, type Tensor } from '@deft/core';
import { add } from './add.ts';
import { concat } from './concat.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { floating, requireRank } from './definition/rules.ts';
import { matmul } from './matmul.ts';
import { mul } from './mul.ts';
import { sigmoid } from './sigmoid.ts';
import { split } from './split.ts';
import { tanh } from './tanh.ts';

type BasicLstmCell = (
  forgetBias: TensorLike,
  lstmKernel: TensorLike,
  lstmBias: TensorLike,
  data: TensorLike,
  c: TensorLike,
  h: TensorLike,
) => readonly [cell: Tensor<[number, number]>, output: Tensor<[number, number]>];

/**
 * One step of a long short-term memory (Hochreiter and Schmidhuber, 1997): from inputs `data` `[batch, features]`, a state `c` and an
 * output `h`, both `[batch, units]`, the next state and output. The kernel is `[features + units, 4 · units]`, the bias `[4 · units]`,
 * both with the parts for input gate, candidate, forget gate and output gate side by side.
 *
 * @throws `E_RANK` unless kernel, data and states are matrices, `E_SHAPE` where the sizes do not fit, `E_DTYPE`.
 * @example
 * ```ts
 * import { basicLSTMCell, ones, zeros } from '@deft/tensor';
 * const [c, h] = basicLSTMCell(1, ones([5, 8]), zeros([8]), ones([1, 3]), zeros([1, 2]), zeros([1, 2]));
 * console.log(c.shape, h.shape); // [1, 2] [1, 2]
 * ```
 */
export const basicLSTMCell: OperationFunction<BasicLstmCell> = defineComposite({
  name: 'basicLSTMCell',
  inputs: ['forgetBias', 'lstmKernel', 'lstmBias', 'data', 'c', 'h'],
  multipleResults: true,
  doc: {
    group: 'recurrent',
    summary: 'One step of a long short-term memory.',
    math: 'c′ = σ(f + forgetBias) · c + σ(i) · tanh(j), h′ = σ(o) · tanh(c′), (i, j, f, o) = [data, h] · lstmKernel + lstmBias',
    see: ['multiRNNCell', 'scan'],
  },
  promote: 'float',
  compose: ([forgetBias, lstmKernel, lstmBias, data, c, h]): readonly Tensor[] => {
    const inputs = { lstmKernel, data, c, h };
    floating('basicLSTMCell', data.abstract);
    for (const [name, x] of Object.entries(inputs)) requireRank('basicLSTMCell', name, x.abstract, 2);
    const [batch, features] = data.abstract.shape as readonly [number, number];
    const units = c.abstract.shape[1] as number;
    const operands = [lstmKernel, lstmBias, data, c, h].map(({ abstract }) => abstract);
    const found = [lstmKernel, c, h].map(({ abstract }) => `[${abstract.shape.join(', ')}]`).join(' ');
    const expected = [
      [features + units, 4 * units],
      [batch, units],
      [batch, units],
    ]
      .map((shape) => `[${shape.join(', ')}]`)
      .join(' ');
    if (found !== expected) {
      raise('E_SHAPE', { op: 'basicLSTMCell', argument: 'lstmKernel, c, h', expected, found, operands });
    }
    const gates = add(matmul(concat([data, h], 1), lstmKernel), lstmBias);
    const [input, candidate, forget, output] = split(gates, 4, 1) as unknown as readonly [
      Tensor,
      Tensor,
      Tensor,
      Tensor,
    ];
    const kept = mul(c, sigmoid(add(forget, forgetBias)));
    const next = add(kept, mul(sigmoid(input), tanh(candidate))) as Tensor;
    return [next, mul(tanh(next), sigmoid(output)) as Tensor];
  },
  samples: [
    {
      label: 'two of a batch',
      inputs: [
        nd([], [1]),
        nd([3, 4], [0.5, -0.25, 0.75, 1, -0.5, 0.25, 0.125, -1, 0.3, 0.6, -0.2, 0.4]),
        nd([4], [0.1, -0.1, 0.2, 0]),
        nd([2, 2], [1, -0.5, 0.25, 2]),
        nd([2, 1], [0.5, -0.5]),
        nd([2, 1], [0.25, 0.75]),
      ],
      grad: 'check',
    },
    {
      label: 'one unit, one feature',
      inputs: [
        nd([], [0]),
        nd([2, 4], [1, 2, -1, 0.5, 0.5, 1, 0.25, -2]),
        nd([4], [0, 0, 0, 0]),
        nd([1, 1], [1]),
        nd([1, 1], [0]),
        nd([1, 1], [0]),
      ],
      grad: 'check',
    },
    {
      label: 'nobody',
      inputs: [
        nd([], [1]),
        nd([2, 4], [1, 1, 1, 1, 1, 1, 1, 1]),
        nd([4], [0, 0, 0, 0]),
        nd([0, 1], []),
        nd([0, 1], []),
        nd([0, 1], []),
      ],
    },
  ],
  errors: [
    {
      label: 'a vector',
      inputs: [{ shape: [] }, { shape: [5, 8] }, { shape: [8] }, { shape: [3] }, { shape: [1, 2] }, { shape: [1, 2] }],
      code: 'E_RANK',
      says: /basicLSTMCell: data: expected rank 2, got rank 1/,
    },
    {
      label: 'another number of units',
      inputs: [
        { shape: [] },
        { shape: [5, 8] },
        { shape: [8] },
        { shape: [1, 3] },
        { shape: [1, 3] },
        { shape: [1, 2] },
      ],
      code: 'E_SHAPE',
      says: /basicLSTMCell: lstmKernel, c, h: expected \[6, 12\] \[1, 3\] \[1, 3\], got \[5, 8\] \[1, 3\] \[1, 2\]/,
    },
  ],
});
