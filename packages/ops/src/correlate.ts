/** `correlate`: the cross-correlation of two sequences. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { checkMode, checkSequences, type OverlapMode, slidingProducts } from './definition/correlation.ts';
import { defineComposite } from './definition/define.ts';
import { flip } from './flip.ts';

type Correlate = (a: TensorLike, b: TensorLike, mode?: OverlapMode) => Tensor<[number]>;

/**
 * The cross-correlation of two vectors: sums of products at every offset. `'valid'` (unless told) takes the offsets where the
 * shorter one lies inside the longer one, `'same'` as many as the longer one has elements, `'full'` all where they meet.
 *
 * @throws `E_RANK` unless both are vectors, `E_SHAPE` for an empty one, `E_ATTRIBUTE` for an unknown mode, `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { correlate, tensor } from '@deft/tensor';
 * console.log(correlate(tensor([1, 2, 3, 4]), tensor([0, 1])).toArray()); // [2, 3, 4]
 * ```
 */
export const correlate: OperationFunction<Correlate> = defineComposite({
  name: 'correlate',
  inputs: ['a', 'b'],
  doc: {
    group: 'signal',
    summary: 'The cross-correlation of two vectors.',
    math: 'correlate(a, b)[k] = Σ a[i + k] · b[i]',
    notes: ['With the modes of NumPy: exchanging the operands reverses the result.'],
    see: ['convolve', 'conv1d'],
  },
  promote: 'all',
  arguments: (a: TensorLike, b: TensorLike, mode: OverlapMode = 'valid') => {
    checkMode('correlate', mode);
    return { inputs: [a, b], attributes: { mode } };
  },
  compose: ([a, b], { mode }): Tensor => {
    checkSequences('correlate', a, b);
    return a.size >= b.size ? slidingProducts(a, b, mode) : (flip(slidingProducts(b, a, mode), 0) as Tensor);
  },
  reference: ([a, b], { mode }) => {
    const [n, m] = [a.data.length, b.data.length];
    const sums = Array.from({ length: n + m - 1 }, (_, k) => {
      let total = 0;
      for (let i = 0; i < m; i++) {
        const other = k + i - (m - 1);
        if (other >= 0 && other < n) total += (a.data[other] as number) * (b.data[i] as number);
      }
      return total;
    });
    const [short, long] = [Math.min(n, m), Math.max(n, m)];
    // Where the result begins among all offsets; of an even number of elements left out the second half is the longer one.
    const middle = n >= m ? m - 1 - Math.floor(m / 2) : Math.floor(n / 2);
    const [start, length] = { full: [0, n + m - 1], same: [middle, long], valid: [short - 1, long - short + 1] }[
      mode
    ] as [number, number];
    return nd([length], sums.slice(start, start + length), a.dtype);
  },
  samples: [
    { label: 'valid', inputs: [nd([4], [1, 2, -3, 4]), nd([2], [0.5, 1])], grad: 'check' },
    { label: 'same, even', inputs: [nd([4], [1, 2, -3, 4]), nd([2], [0.5, 1])], rest: ['same'], grad: 'check' },
    { label: 'same, odd', inputs: [nd([4], [1, 2, -3, 4]), nd([3], [0.5, 1, 2])], rest: ['same'], grad: 'check' },
    { label: 'full', inputs: [nd([4], [1, 2, -3, 4]), nd([3], [0.5, 1, 2])], rest: ['full'], grad: 'check' },
    {
      label: 'the second one is longer',
      inputs: [nd([2], [0.5, 1]), nd([4], [1, 2, -3, 4])],
      rest: ['same'],
      grad: 'check',
    },
    { label: 'equally long', inputs: [nd([2], [0.5, 1]), nd([2], [1, 2])], grad: 'check' },
    { label: 'one element', inputs: [nd([1], [2]), nd([1], [3])], rest: ['full'], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [1, 2, 3], 'int32'), nd([2], [1, -1], 'int32')], rest: ['full'] },
    {
      label: 'nan and infinities',
      inputs: [nd([3], [NaN, 1, Infinity]), nd([2], [1, 2])],
      rest: ['full'],
      grad: 'skip',
    },
  ],
  errors: [
    {
      label: 'a matrix',
      inputs: [{ shape: [2, 2] }, { shape: [2] }],
      code: 'E_RANK',
      says: /correlate: a: expected rank 1/,
    },
    {
      label: 'nothing',
      inputs: [{ shape: [2] }, { shape: [0] }],
      code: 'E_SHAPE',
      says: /correlate: a sequence is empty/,
    },
    {
      label: 'an unknown mode',
      inputs: [{ shape: [2] }, { shape: [2] }],
      rest: ['causal'],
      code: 'E_ATTRIBUTE',
      says: /correlate: mode: expected one of valid, same, full, got causal/,
    },
    {
      label: 'bool',
      inputs: [
        { shape: [2], dtype: 'bool' },
        { shape: [2], dtype: 'bool' },
      ],
      code: 'E_DTYPE',
      says: /correlate: expected numeric input, got bool/,
    },
  ],
});
