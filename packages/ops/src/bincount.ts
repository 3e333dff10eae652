/** `bincount`: how often every number occurs. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { sumByBin } from './definition/bins.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { asIndices } from './definition/gathering.ts';
import { checkWhole } from './definition/operand.ts';
import type { DTypeOfOne } from './definition/signatures.ts';
import { ones } from './ones.ts';

type Bincount = <const W extends TensorLike | undefined, const N extends number>(
  x: TensorLike,
  weights: W,
  size: N,
) => Tensor<[N], W extends undefined ? 'int32' : DTypeOfOne<W>>;

/**
 * How often each of the numbers 0 to size − 1 occurs, or the sums of the weights of its occurrences. Other numbers are left
 * out.
 *
 * @throws `E_SHAPE` unless the numbers are a vector with a weight for each, `E_DTYPE` unless they are integers.
 *
 * @example
 * ```ts
 * import { bincount, tensor } from '@deft/tensor';
 * console.log(bincount(tensor([0, 2, 2], { dtype: 'int32' }), undefined, 3).toArray()); // [1, 0, 2]
 * ```
 */
export const bincount: OperationFunction<Bincount> = defineComposite({
  name: 'bincount',
  inputs: ['x', 'weights'],
  doc: {
    group: 'reduction',
    summary: 'How often each of the numbers 0 to size − 1 occurs, or the sums of their weights.',
    notes: ['Numbers outside are left out. Without weights the result is int32.'],
    see: ['histogram', 'segmentSum'],
  },
  arguments: (x: TensorLike, weights: TensorLike | undefined, size: number) => {
    checkWhole('bincount', 'size', size, 0);
    const numbers = asIndices('bincount', x);
    return { inputs: [numbers, weights ?? (ones(numbers.abstract.shape, 'int32') as Tensor)], attributes: { size } };
  },
  compose: ([x, weights], { size }): Tensor => sumByBin('bincount', weights, x, size),
  samples: [
    { label: 'counts', inputs: [nd([4], [0, 2, 2, 1], 'int32')], rest: [undefined, 4] },
    { label: 'weights', inputs: [nd([3], [0, 2, 2], 'int32'), nd([3], [1.5, 2, 3])], rest: [3], grad: 'check' },
    { label: 'outside', inputs: [nd([3], [-1, 0, 5], 'int32')], rest: [undefined, 2] },
    { label: 'nothing', inputs: [nd([0], [], 'int32')], rest: [undefined, 2] },
  ],
  errors: [
    {
      label: 'a matrix',
      inputs: [{ shape: [2, 2], dtype: 'int32' }],
      rest: [undefined, 2],
      code: 'E_SHAPE',
      says: /bincount: there is not one number of a bin/,
    },
    {
      label: 'floats',
      inputs: [{ shape: [2] }],
      rest: [undefined, 2],
      code: 'E_DTYPE',
      says: /bincount: expected integers/,
    },
  ],
});
