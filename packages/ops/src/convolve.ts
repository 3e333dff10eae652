/** `convolve`: the convolution of two sequences. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { checkMode, checkSequences, type OverlapMode, slidingProducts } from './definition/correlation.ts';
import { defineComposite } from './definition/define.ts';
import { flip } from './flip.ts';

type Convolve = (a: TensorLike, b: TensorLike, mode?: OverlapMode) => Tensor<[number]>;

/**
 * The convolution of two vectors, which are the coefficients of a product of polynomials. `'full'` (unless told) takes all
 * offsets where they meet, `'same'` as many as the longer one has elements, `'valid'` those where the shorter one lies inside.
 *
 * @throws `E_RANK` unless both are vectors, `E_SHAPE` for an empty one, `E_ATTRIBUTE` for an unknown mode, `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { convolve, tensor } from '@deft/tensor';
 * console.log(convolve(tensor([1, 2]), tensor([1, 3])).toArray()); // [1, 5, 6]
 * ```
 */
export const convolve: OperationFunction<Convolve> = defineComposite({
  name: 'convolve',
  inputs: ['a', 'b'],
  doc: {
    group: 'signal',
    summary: 'The convolution of two vectors.',
    math: 'convolve(a, b)[k] = Σ a[k − i] · b[i]',
    notes: ['The mathematical convolution, which turns one operand around; `conv1d` is a cross-correlation.'],
    see: ['correlate', 'conv1d', 'polyval'],
  },
  promote: 'all',
  arguments: (a: TensorLike, b: TensorLike, mode: OverlapMode = 'full') => {
    checkMode('convolve', mode);
    return { inputs: [a, b], attributes: { mode } };
  },
  compose: ([a, b], { mode }): Tensor => {
    checkSequences('convolve', a, b);
    const [long, short] = a.size >= b.size ? [a, b] : [b, a];
    return slidingProducts(long, flip(short, 0) as Tensor, mode);
  },
  reference: ([a, b], { mode }) => {
    const [n, m] = [a.data.length, b.data.length];
    const sums = Array.from({ length: n + m - 1 }, (_, k) => {
      let total = 0;
      for (let i = 0; i < m; i++) {
        const other = k - i;
        if (other >= 0 && other < n) total += (a.data[other] as number) * (b.data[i] as number);
      }
      return total;
    });
    const [short, long] = [Math.min(n, m), Math.max(n, m)];
    // Where the result begins among all offsets; of an even number of elements left out the second half is the longer one.
    const middle = short - 1 - Math.floor(short / 2);
    const [start, length] = { full: [0, n + m - 1], same: [middle, long], valid: [short - 1, long - short + 1] }[
      mode
    ] as [number, number];
    return nd([length], sums.slice(start, start + length), a.dtype);
  },
  samples: [
    { label: 'full', inputs: [nd([4], [1, 2, -3, 4]), nd([3], [0.5, 1, 2])], grad: 'check' },
    { label: 'same, even', inputs: [nd([4], [1, 2, -3, 4]), nd([2], [0.5, 1])], rest: ['same'], grad: 'check' },
    { label: 'same, odd', inputs: [nd([4], [1, 2, -3, 4]), nd([3], [0.5, 1, 2])], rest: ['same'], grad: 'check' },
    { label: 'valid', inputs: [nd([4], [1, 2, -3, 4]), nd([2], [0.5, 1])], rest: ['valid'], grad: 'check' },
    { label: 'the second one is longer', inputs: [nd([2], [0.5, 1]), nd([4], [1, 2, -3, 4])], grad: 'check' },
    { label: 'one element', inputs: [nd([1], [2]), nd([1], [3])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [1, 2, 3], 'int32'), nd([2], [1, -1], 'int32')] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, 1, Infinity]), nd([2], [1, 2])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'a matrix',
      inputs: [{ shape: [2] }, { shape: [2, 2] }],
      code: 'E_RANK',
      says: /convolve: b: expected rank 1/,
    },
    {
      label: 'nothing',
      inputs: [{ shape: [0] }, { shape: [2] }],
      code: 'E_SHAPE',
      says: /convolve: a sequence is empty/,
    },
    {
      label: 'an unknown mode',
      inputs: [{ shape: [2] }, { shape: [2] }],
      rest: ['causal'],
      code: 'E_ATTRIBUTE',
      says: /convolve: mode: expected one of valid, same, full, got causal/,
    },
  ],
});
