/** `triu`: the upper triangle of matrices. */
import { type DType, nd, type OperationFunction, raise, type Shape, type Tensor } from '@deft/core';
import { add } from './add.ts';
import { arange } from './arange.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWhole, operand } from './definition/operand.ts';
import { lessEqual } from './less-equal.ts';
import { reshape } from './reshape.ts';
import { where } from './where.ts';

interface Triangle {
  <S extends Shape, D extends DType>(x: Tensor<S, D>, diagonal?: number): Tensor<S, D>;
  (x: TensorLike, diagonal?: number): Tensor;
}

/**
 * The upper triangle of the matrices in the last two axes: elements below the given diagonal become 0. Diagonal 0 is the
 * main one, 1 the one above it, −1 the one below.
 *
 * @throws `E_RANK` for less than two axes, `E_ATTRIBUTE` for a diagonal that is no whole number.
 * @example
 * ```ts
 * import { tensor, triu } from '@deft/tensor';
 * console.log(triu(tensor([[1, 2], [3, 4]])).toArray()); // [[1, 2], [0, 4]]
 * ```
 */
export const triu: OperationFunction<Triangle> = defineComposite({
  name: 'triu',
  inputs: ['x'],
  doc: {
    group: 'linear algebra',
    summary: 'The upper triangle of matrices: elements below a diagonal become 0.',
    see: ['tril', 'eye'],
  },
  arguments: (x: TensorLike, diagonal = 0) => {
    const input = operand('triu', 'x', x);
    if (input.rank < 2)
      raise('E_RANK', {
        op: 'triu',
        argument: 'x',
        expected: 'at least rank 2',
        found: `rank ${input.rank}`,
        operands: [input.abstract],
      });
    checkWhole('triu', 'diagonal', diagonal);
    return { inputs: [input], attributes: { diagonal } };
  },
  compose: ([x], { diagonal }): Tensor => {
    const [rows, columns] = x.abstract.shape.slice(-2) as [number, number];
    const row = reshape(add(arange(0, rows, 1, 'int32'), diagonal), [rows, 1] as readonly number[]);
    return where(lessEqual(row, arange(0, columns, 1, 'int32')), x, x.dtype === 'bool' ? false : 0);
  },
  samples: [
    { label: 'square', inputs: [nd([2, 2], [1, 2, 3, 4])], grad: 'check' },
    { label: 'wide, a diagonal higher', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], rest: [1], grad: 'check' },
    { label: 'tall, a diagonal lower', inputs: [nd([3, 2], [1, 2, 3, 4, 5, 6])], rest: [-1], grad: 'check' },
    { label: 'a stack', inputs: [nd([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8])], grad: 'check' },
    { label: 'empty', inputs: [nd([0, 2], [])] },
    { label: 'nan', inputs: [nd([2, 2], [NaN, NaN, NaN, NaN])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'a vector',
      inputs: [{ shape: [2] }],
      code: 'E_RANK',
      says: /triu: x: expected at least rank 2, got rank 1/,
    },
    {
      label: 'half a diagonal',
      inputs: [{ shape: [2, 2] }],
      rest: [0.5],
      code: 'E_ATTRIBUTE',
      says: /diagonal: expected a whole number, got 0.5/,
    },
  ],
});
