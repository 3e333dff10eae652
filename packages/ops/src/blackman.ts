/** `blackman`: a window of Fourier analysis. */
import type { DType, OperationFunction, Tensor } from '@deft/core';
import { add } from './add.ts';
import { arange } from './arange.ts';
import { cos } from './cos.ts';
import { defineComposite } from './definition/define.ts';
import { checkDType, checkWhole } from './definition/operand.ts';
import { mul } from './mul.ts';
import { ones } from './ones.ts';
import { sub } from './sub.ts';

type Window = (length: number, dtype?: DType) => Tensor<[number]>;

/**
 * The Blackman window of a length, 0.42 − 0.5 · cos(2π · i / n) + 0.08 · cos(4π · i / n) with n = length − 1.
 *
 * @throws `E_ATTRIBUTE` for a bad length, `E_DTYPE`.
 * @example
 * ```ts
 * import { blackman } from '@deft/tensor';
 * console.log(blackman(4).shape); // [4]
 * ```
 */
export const blackman: OperationFunction<Window> = defineComposite({
  name: 'blackman',
  inputs: [],
  doc: {
    group: 'signal',
    summary: 'The Blackman window.',
    math: 'w[i] = 0.42 − 0.5 · cos(2π · i / n) + 0.08 · cos(4π · i / n)',
    notes: ['Both ends are equal: n = length − 1.'],
    see: ['hannWindow', 'hammingWindow', 'stft'],
  },
  arguments: (length: number, dtype: DType = 'float32') => {
    checkWhole('blackman', 'length', length, 0);
    checkDType('blackman', dtype);
    return { inputs: [], attributes: { length, dtype } };
  },
  compose: (_, { length, dtype }): Tensor => {
    if (length === 1) return ones([1], dtype) as Tensor;
    const angles = mul(arange(0, length, 1, dtype), (2 * Math.PI) / (length - 1));
    const first = sub(0.42, mul(cos(angles) as Tensor, 0.5)) as Tensor;
    return add(first, mul(cos(mul(angles, 2)) as Tensor, 0.08)) as Tensor;
  },
  nonDifferentiable: 'it has no tensor arguments',
  samples: [
    { label: 'even', inputs: [], rest: [8] },
    { label: 'odd', inputs: [], rest: [5] },
    { label: 'two', inputs: [], rest: [2] },
    { label: 'one', inputs: [], rest: [1] },
    { label: 'empty', inputs: [], rest: [0, 'float64'] },
  ],
  errors: [
    { label: 'a negative length', inputs: [], rest: [-1], code: 'E_ATTRIBUTE', says: /blackman: length: .*got -1/ },
    { label: 'an unknown dtype', inputs: [], rest: [4, 'double'], code: 'E_DTYPE', says: /got double/ },
  ],
});
