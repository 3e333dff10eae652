/** `fillDiagonal`: one value on the diagonal. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { finiteNumber } from './definition/options.ts';
import { requireRank } from './definition/rules.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { eye } from './eye.ts';
import { notEqual } from './not-equal.ts';
import { where } from './where.ts';

/**
 * The matrices in the last two axes with one value on the main diagonal.
 *
 * @throws `E_RANK` below two axes, `E_ATTRIBUTE` for a value that is not finite.
 *
 * @example
 * ```ts
 * import { fillDiagonal, tensor } from '@deft/tensor';
 * console.log(fillDiagonal(tensor([[1, 2], [3, 4]]), 0).toArray()); // [[0, 2], [3, 0]]
 * ```
 */
export const fillDiagonal: OperationFunction<
  <const X extends TensorLike>(x: X, value: number) => Tensor<ShapeOf<X>, DTypeOfOne<X>>
> = defineComposite({
  name: 'fillDiagonal',
  inputs: ['x'],
  doc: { group: 'shape', summary: 'The matrices with one value on the main diagonal.', see: ['eye', 'diag'] },
  arguments: (x: TensorLike, value: number) => ({
    inputs: [x],
    attributes: { value: finiteNumber('fillDiagonal', 'value', value) },
  }),
  compose: ([x], { value }): Tensor => {
    requireRank('fillDiagonal', 'x', x.abstract, 2, true);
    const [rows, columns] = x.abstract.shape.slice(-2) as [number, number];
    return where(notEqual(eye(rows, columns), 0), value, x) as Tensor;
  },
  samples: [
    { label: 'a matrix', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], rest: [9], grad: 'check' },
    { label: 'a stack', inputs: [nd([2, 1, 2], [1, 2, 3, 4])], rest: [0], grad: 'check' },
    { label: 'integers', inputs: [nd([2, 2], [1, 2, 3, 4], 'int32')], rest: [7] },
    { label: 'empty', inputs: [nd([0, 2], [])], rest: [1] },
  ],
  errors: [
    {
      label: 'a vector',
      inputs: [{ shape: [2] }],
      rest: [0],
      code: 'E_RANK',
      says: /fillDiagonal: x: expected at least rank 2/,
    },
  ],
});
