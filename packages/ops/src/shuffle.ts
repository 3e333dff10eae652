/** `shuffle`: the slices of a tensor in random order. */
import { type DType, nd, normalizeAxis, type OperationFunction, type Shape, type Tensor } from '@deft/core';
import { argSort } from './arg-sort.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { keyOrNext } from './definition/global-generator.ts';
import { operand } from './definition/operand.ts';
import { type KeyOptions, randomWords, withOptionalKey } from './definition/random.ts';
import { gather } from './gather.ts';

/** Options of `shuffle`. */
export interface ShuffleOptions extends KeyOptions {
  /** The axis along which slices are exchanged; 0 unless told. */
  readonly axis?: number;
}

interface Shuffle {
  <S extends Shape, D extends DType>(x: Tensor<S, D>, options?: ShuffleOptions): Tensor<S, D>;
  (x: TensorLike, options?: ShuffleOptions): Tensor;
}

const fromKey: OperationFunction<(x: TensorLike, key: Tensor, options?: ShuffleOptions) => Tensor> = defineComposite({
  name: 'shuffle',
  inputs: ['x', 'key'],
  doc: {
    group: 'random',
    summary: 'The slices along an axis in random order.',
    math: 'shuffle(x, k) = gather(x, randomPermutation(k))',
    notes: ['Without a key, the global generator gives one.'],
    see: ['randomPermutation', 'gather'],
  },
  arguments: (x: TensorLike, key: Tensor, options: ShuffleOptions = {}) => {
    const input = operand('shuffle', 'x', x);
    return { inputs: [input, key], attributes: { axis: normalizeAxis('shuffle', options.axis ?? 0, input.rank) } };
  },
  compose: ([x, key], { axis }): Tensor => {
    const count = x.abstract.shape[axis] as number;
    const positions = argSort(randomWords('shuffle', key, [count])) as Tensor;
    return count === 0 ? x : gather(x, positions, { axis });
  },
  samples: [
    { label: 'a vector', inputs: [nd([5], [1, 2, 3, 4, 5]), nd([2], [0, 42], 'uint32')], grad: 'check' },
    { label: 'rows', inputs: [nd([3, 2], [1, 2, 3, 4, 5, 6]), nd([2], [0, 1], 'uint32')], grad: 'check' },
    {
      label: 'columns',
      inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6]), nd([2], [0, 1], 'uint32')],
      rest: [{ axis: -1 }],
      grad: 'check',
    },
    { label: 'integers', inputs: [nd([4], [1, 2, 3, 4], 'int32'), nd([2], [7, 1], 'uint32')] },
    { label: 'empty', inputs: [nd([0, 2], []), nd([2], [0, 0], 'uint32')] },
  ],
  errors: [
    {
      label: 'no key',
      inputs: [{ shape: [3] }, { shape: [2] }],
      code: 'E_DTYPE',
      says: /shuffle: key: expected a key/,
    },
    {
      label: 'axis out of range',
      inputs: [{ shape: [3] }, { shape: [2], dtype: 'uint32' }],
      rest: [{ axis: 1 }],
      code: 'E_AXIS',
      says: /shuffle: axis: .*from -1 to 0, got 1/,
    },
  ],
});

/**
 * The slices of `x` along an axis (the first unless told) in random order.
 *
 * @throws `E_AXIS` when the axis is out of range, `E_CAPTURE_IMPURE` without a key during a capture.
 * @example
 * ```ts
 * import { key, shuffle, tensor } from '@deft/tensor';
 * console.log(shuffle(tensor([1, 2, 3]), { key: key(42) }).shape); // [3]
 * ```
 */
export const shuffle: OperationFunction<Shuffle> = withOptionalKey(
  fromKey,
  (x: TensorLike, options: ShuffleOptions = {}) => fromKey(x, keyOrNext(options.key), options),
);
