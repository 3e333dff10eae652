/** `hannWindow`: a window of Fourier analysis. */
import type { DType, OperationFunction, Tensor } from '@deft/core';
import { arange } from './arange.ts';
import { cos } from './cos.ts';
import { defineComposite } from './definition/define.ts';
import { checkDType, checkWhole } from './definition/operand.ts';
import { mul } from './mul.ts';
import { ones } from './ones.ts';
import { sub } from './sub.ts';

type Window = (length: number, periodic?: boolean, dtype?: DType) => Tensor<[number]>;

/**
 * The Hann window of a length, 0.5 − 0.5 · cos(2π · i / n). `periodic` (true unless told) takes n = length where
 * that is even, as TensorFlow does; otherwise, and for an odd length, n = length − 1 and both ends are equal.
 *
 * @throws `E_ATTRIBUTE` for a bad length, `E_DTYPE`.
 * @example
 * ```ts
 * import { hannWindow } from '@deft/tensor';
 * console.log(hannWindow(4).shape); // [4]
 * ```
 */
export const hannWindow: OperationFunction<Window> = defineComposite({
  name: 'hannWindow',
  inputs: [],
  doc: {
    group: 'signal',
    summary: 'The Hann window.',
    math: 'w[i] = 0.5 − 0.5 · cos(2π · i / n)',
    see: ['stft'],
  },
  arguments: (length: number, periodic = true, dtype: DType = 'float32') => {
    checkWhole('hannWindow', 'length', length, 0);
    checkDType('hannWindow', dtype);
    return { inputs: [], attributes: { length, periodic: periodic === true, dtype } };
  },
  compose: (_, { length, periodic, dtype }): Tensor => {
    if (length === 1) return ones([1], dtype) as Tensor;
    const n = periodic && length % 2 === 0 ? length : length - 1;
    const angles = mul(arange(0, length, 1, dtype), (2 * Math.PI) / n);
    return sub(0.5, mul(cos(angles) as Tensor, 0.5)) as Tensor;
  },
  nonDifferentiable: 'it has no tensor arguments',
  samples: [
    { label: 'even', inputs: [], rest: [8] },
    { label: 'odd', inputs: [], rest: [5] },
    { label: 'symmetric', inputs: [], rest: [6, false] },
    { label: 'one', inputs: [], rest: [1] },
    { label: 'empty', inputs: [], rest: [0, true, 'float64'] },
  ],
  errors: [
    { label: 'a negative length', inputs: [], rest: [-1], code: 'E_ATTRIBUTE', says: /hannWindow: length: .*got -1/ },
    { label: 'an unknown dtype', inputs: [], rest: [4, true, 'double'], code: 'E_DTYPE', says: /got double/ },
  ],
});
