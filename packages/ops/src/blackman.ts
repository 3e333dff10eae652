/** `blackman`: a window of Fourier analysis. */
import type { DType, OperationFunction, Tensor } from '@deft/core';
import { add } from './add.ts';
import { cos } from './cos.ts';
import { defineComposite } from './definition/define.ts';
import { type SymmetricWindow, windowAttributes, windowElements } from './definition/signal-windows.ts';
import { mul } from './mul.ts';
import { sub } from './sub.ts';

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
export const blackman: OperationFunction<SymmetricWindow> = defineComposite({
  name: 'blackman',
  inputs: [],
  doc: {
    group: 'signal',
    summary: 'The Blackman window.',
    math: 'w[i] = 0.42 − 0.5 · cos(2π · i / n) + 0.08 · cos(4π · i / n)',
    notes: ['Both ends are equal: n = length − 1.'],
    see: ['hannWindow', 'hammingWindow', 'stft'],
  },
  arguments: (length: number, dtype: DType = 'float32') => ({
    inputs: [],
    attributes: windowAttributes('blackman', length, dtype),
  }),
  compose: (_, attributes): Tensor =>
    windowElements(attributes, attributes.length - 1, 2 * Math.PI, (angles) => {
      const first = sub(0.42, mul(cos(angles), 0.5));
      return add(first, mul(cos(mul(angles, 2)), 0.08)) as Tensor;
    }),
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
