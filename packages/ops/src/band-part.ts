/** `bandPart`: a band of matrices. */
import { type DType, nd, type OperationFunction, type Shape, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWhole, operand } from './definition/operand.ts';
import { requireRank } from './definition/rules.ts';
import { tril } from './tril.ts';
import { triu } from './triu.ts';

interface BandPart {
  <S extends Shape, D extends DType>(x: Tensor<S, D>, lower: number, upper: number): Tensor<S, D>;
  (x: TensorLike, lower: number, upper: number): Tensor;
}

/**
 * The matrices in the last two axes with 0 outside of a band: `lower` diagonals below the main one and `upper` above it are
 * kept, all of them for a negative number.
 *
 * @throws `E_RANK` below two axes, `E_ATTRIBUTE` for numbers that are not whole.
 *
 * @example
 * ```ts
 * import { bandPart, tensor } from '@deft/tensor';
 * console.log(bandPart(tensor([[1, 2], [3, 4]]), 0, -1).toArray()); // [[1, 2], [0, 4]]
 * ```
 */
export const bandPart: OperationFunction<BandPart> = defineComposite({
  name: 'bandPart',
  inputs: ['x'],
  doc: {
    group: 'shape',
    summary: 'Matrices with 0 outside of a band around the main diagonal.',
    notes: ['A negative number keeps all diagonals on that side.'],
    see: ['tril', 'triu'],
  },
  arguments: (x: TensorLike, lower: number, upper: number) => {
    const input = operand('bandPart', 'x', x);
    requireRank('bandPart', 'x', input.abstract, 2, true);
    checkWhole('bandPart', 'lower', lower);
    checkWhole('bandPart', 'upper', upper);
    return { inputs: [input], attributes: { lower, upper } };
  },
  compose: ([x], { lower, upper }): Tensor => {
    const above = lower < 0 ? x : triu(x, -lower);
    return upper < 0 ? above : tril(above, upper);
  },
  samples: [
    { label: 'a band', inputs: [nd([3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9])], rest: [1, 0], grad: 'check' },
    { label: 'everything below', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], rest: [-1, 1], grad: 'check' },
    { label: 'a stack', inputs: [nd([1, 2, 2], [1, 2, 3, 4])], rest: [0, 0], grad: 'check' },
    { label: 'empty', inputs: [nd([0, 2], [])], rest: [1, 1] },
  ],
  errors: [
    {
      label: 'a vector',
      inputs: [{ shape: [2] }],
      rest: [0, 0],
      code: 'E_RANK',
      says: /bandPart: x: expected at least rank 2/,
    },
    {
      label: 'half a diagonal',
      inputs: [{ shape: [2, 2] }],
      rest: [0.5, 0],
      code: 'E_ATTRIBUTE',
      says: /bandPart: lower: .*got 0.5/,
    },
  ],
});
