/** `bartlett`: a window of Fourier analysis. */
import type { DType, OperationFunction, Tensor } from '@deft/core';
import { abs } from './abs.ts';
import { defineComposite } from './definition/define.ts';
import { type SymmetricWindow, windowAttributes, windowElements } from './definition/signal-windows.ts';
import { sub } from './sub.ts';

/**
 * The Bartlett window of a length, a triangle that is 0 at both ends: 1 − |2 i / n − 1| with n = length − 1.
 *
 * @throws `E_ATTRIBUTE` for a bad length, `E_DTYPE`.
 * @example
 * ```ts
 * import { bartlett } from '@deft/tensor';
 * console.log(bartlett(4).shape); // [4]
 * ```
 */
export const bartlett: OperationFunction<SymmetricWindow> = defineComposite({
  name: 'bartlett',
  inputs: [],
  doc: {
    group: 'signal',
    summary: 'The Bartlett window: a triangle.',
    math: 'w[i] = 1 − |2 i / n − 1|',
    notes: ['Both ends are equal: n = length − 1.'],
    see: ['hannWindow', 'hammingWindow', 'stft'],
  },
  arguments: (length: number, dtype: DType = 'float32') => ({
    inputs: [],
    attributes: windowAttributes('bartlett', length, dtype),
  }),
  compose: (_, attributes): Tensor =>
    windowElements(attributes, attributes.length - 1, 2, (places) => sub(1, abs(sub(places, 1))) as Tensor),
  nonDifferentiable: 'it has no tensor arguments',
  samples: [
    { label: 'even', inputs: [], rest: [8] },
    { label: 'odd', inputs: [], rest: [5] },
    { label: 'two', inputs: [], rest: [2] },
    { label: 'one', inputs: [], rest: [1] },
    { label: 'empty', inputs: [], rest: [0, 'float64'] },
  ],
  errors: [
    { label: 'a negative length', inputs: [], rest: [-1], code: 'E_ATTRIBUTE', says: /bartlett: length: .*got -1/ },
    { label: 'an unknown dtype', inputs: [], rest: [4, 'double'], code: 'E_DTYPE', says: /got double/ },
  ],
});
