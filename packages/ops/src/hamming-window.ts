/** `hammingWindow`: a window of Fourier analysis. */
import type { DType, OperationFunction, Tensor } from '@deft/core';
import { cos } from './cos.ts';
import { defineComposite } from './definition/define.ts';
import { type PeriodicWindow, windowAttributes, windowElements, windowSteps } from './definition/signal-windows.ts';
import { mul } from './mul.ts';
import { sub } from './sub.ts';

/**
 * The Hamming window of a length, 0.54 − 0.46 · cos(2π · i / n). `periodic` (true unless told) takes n = length where
 * that is even, as TensorFlow does; otherwise, and for an odd length, n = length − 1 and both ends are equal.
 *
 * @throws `E_ATTRIBUTE` for a bad length, `E_DTYPE`.
 * @example
 * ```ts
 * import { hammingWindow } from '@deft/tensor';
 * console.log(hammingWindow(4).shape); // [4]
 * ```
 */
export const hammingWindow: OperationFunction<PeriodicWindow> = defineComposite({
  name: 'hammingWindow',
  inputs: [],
  doc: {
    group: 'signal',
    summary: 'The Hamming window.',
    math: 'w[i] = 0.54 − 0.46 · cos(2π · i / n)',
    see: ['stft'],
  },
  arguments: (length: number, periodic = true, dtype: DType = 'float32') => ({
    inputs: [],
    attributes: { ...windowAttributes('hammingWindow', length, dtype), periodic: periodic === true },
  }),
  compose: (_, attributes): Tensor =>
    windowElements(
      attributes,
      windowSteps(attributes),
      2 * Math.PI,
      (angles) => sub(0.54, mul(cos(angles), 0.46)) as Tensor,
    ),
  nonDifferentiable: 'it has no tensor arguments',
  samples: [
    { label: 'even', inputs: [], rest: [8] },
    { label: 'odd', inputs: [], rest: [5] },
    { label: 'symmetric', inputs: [], rest: [6, false] },
    { label: 'one', inputs: [], rest: [1] },
    { label: 'empty', inputs: [], rest: [0, true, 'float64'] },
  ],
  errors: [
    {
      label: 'a negative length',
      inputs: [],
      rest: [-1],
      code: 'E_ATTRIBUTE',
      says: /hammingWindow: length: .*got -1/,
    },
    { label: 'an unknown dtype', inputs: [], rest: [4, true, 'double'], code: 'E_DTYPE', says: /got double/ },
  ],
});
