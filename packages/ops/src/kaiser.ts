/** `kaiser`: a window of Fourier analysis. */
import type { DType, OperationFunction, Tensor } from '@deft/core';
import { arange } from './arange.ts';
import { defineComposite } from './definition/define.ts';
import { finiteNumber } from './definition/options.ts';
import { generate } from './definition/reference.ts';
import { windowAttributes } from './definition/signal-windows.ts';
import { div } from './div.ts';
import { exp } from './exp.ts';
import { fill } from './fill.ts';
import { i0e } from './i0e.ts';
import { mul } from './mul.ts';
import { ones } from './ones.ts';
import { sqrt } from './sqrt.ts';
import { sub } from './sub.ts';

type Kaiser = (length: number, beta: number, dtype?: DType) => Tensor<[number]>;

/**
 * The Kaiser window of a length: I₀(β · √(1 − r²)) / I₀(β) with r from −1 to 1. A larger `beta` gives a narrower window; 0 gives
 * ones, 5 is like `hammingWindow`, 8.6 like `blackman`.
 *
 * @throws `E_ATTRIBUTE` for a bad length or a `beta` that is not finite, `E_DTYPE`.
 * @example
 * ```ts
 * import { kaiser } from '@deft/tensor';
 * console.log(kaiser(3, 5).toArray()); // [0.0367…, 1, 0.0367…]
 * ```
 */
export const kaiser: OperationFunction<Kaiser> = defineComposite({
  name: 'kaiser',
  inputs: [],
  doc: {
    group: 'signal',
    summary: 'The Kaiser window.',
    math: 'w[i] = I₀(β · √(1 − (2i / n − 1)²)) / I₀(β)',
    notes: ['Both ends are equal: n = length − 1.'],
    see: ['i0', 'blackman', 'stft'],
  },
  arguments: (length: number, beta: number, dtype: DType = 'float32') => ({
    inputs: [],
    attributes: { ...windowAttributes('kaiser', length, dtype), beta: Math.abs(finiteNumber('kaiser', 'beta', beta)) },
  }),
  compose: (_, { length, dtype, beta }): Tensor => {
    if (length <= 1) return ones([length], dtype) as Tensor;
    const places = arange(0, length, 1, dtype) as Tensor;
    // β · √(1 − r²), as a product of the distances to both ends, which keeps its digits there.
    const heights = mul(sqrt(mul(places, sub(length - 1, places))), (2 * beta) / (length - 1)) as Tensor;
    const growth = exp(sub(heights, beta));
    return mul(div(i0e(heights), i0e(fill([], beta, dtype))), growth) as Tensor;
  },
  nonDifferentiable: 'it has no tensor arguments',
  reference: (_, { length, dtype, beta }) =>
    generate([length], dtype, ([i]) => {
      if (length === 1) return 1;
      const height = beta * Math.sqrt(Math.max(0, 1 - ((2 * (i as number)) / (length - 1) - 1) ** 2));
      const scaled = (x: number): number => {
        let [term, total] = [Math.exp(-beta), Math.exp(-beta)];
        for (let k = 1; k < 1200; k++) {
          term *= (x * x) / (4 * k * k);
          total += term;
        }
        return total;
      };
      return scaled(height) / scaled(beta);
    }),
  samples: [
    { label: 'even', inputs: [], rest: [8, 5] },
    { label: 'odd', inputs: [], rest: [5, 8.6] },
    { label: 'flat', inputs: [], rest: [4, 0] },
    // An exponent of 400 has few digits behind the point.
    { label: 'narrow', inputs: [], rest: [9, 400], ulp: 128 },
    { label: 'two', inputs: [], rest: [2, -3] },
    { label: 'one', inputs: [], rest: [1, 2] },
    { label: 'empty', inputs: [], rest: [0, 2, 'float64'] },
  ],
  errors: [
    { label: 'a negative length', inputs: [], rest: [-1, 5], code: 'E_ATTRIBUTE', says: /kaiser: length: .*got -1/ },
    { label: 'no beta', inputs: [], rest: [4], code: 'E_ATTRIBUTE', says: /kaiser: beta: .*got undefined/ },
    { label: 'an unknown dtype', inputs: [], rest: [4, 5, 'double'], code: 'E_DTYPE', says: /got double/ },
  ],
});
