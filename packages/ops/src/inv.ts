/** `inv`: the inverse of square matrices. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { squareMatrices, transposed } from './definition/matrices.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { eye } from './eye.ts';
import { matmul } from './matmul.ts';
import { neg } from './neg.ts';
import { solve } from './solve.ts';

/**
 * The inverse of the square matrices in the last two axes. A singular matrix gives infinities or NaN. To solve equations take
 * `solve`, which is faster and more accurate.
 *
 * @throws `E_RANK` below two axes, `E_SHAPE` unless the matrices are square.
 * @example
 * ```ts
 * import { inv, tensor } from '@deft/tensor';
 * console.log(inv(tensor([[2, 0], [0, 4]])).toArray()); // [[0.5, 0], [0, 0.25]]
 * ```
 */
export const inv: OperationFunction<UnaryFloat> = defineComposite({
  name: 'inv',
  inputs: ['x'],
  doc: {
    group: 'linear algebra',
    summary: 'The inverse of square matrices.',
    math: 'inv(x) · x = I',
    see: ['solve', 'pinv', 'det'],
  },
  promote: 'float',
  compose: ([x]): Tensor => {
    const { rows } = squareMatrices('inv', 'x', x.abstract);
    return solve(x, eye(rows, rows, x.dtype) as Tensor);
  },
  jvp: (_, [dx], __, y) => neg(matmul(matmul(y, dx), y)) as Tensor,
  vjp: (ct, { output: y }) => [neg(matmul(matmul(transposed(y), ct), transposed(y))) as Tensor],
  saves: ['output'],
  samples: [
    { label: 'a matrix', inputs: [nd([2, 2], [2, 1, 1, 4])], grad: 'check' },
    { label: 'three rows', inputs: [nd([3, 3], [1, 2, -1, 4, 3, 1, 2, 8, 5])], grad: 'check' },
    { label: 'a stack', inputs: [nd([2, 2, 2], [1, 2, 3, 5, 6, 1, 2, 3])], grad: 'check' },
    { label: 'one element', inputs: [nd([1, 1], [4])], grad: 'check' },
    { label: 'singular', inputs: [nd([2, 2], [1, 0, 0, 0])], grad: 'skip' },
    { label: 'integers', inputs: [nd([1, 1], [4], 'int32')] },
    { label: 'empty', inputs: [nd([0, 2, 2], [])] },
  ],
  errors: [
    { label: 'a vector', inputs: [{ shape: [2] }], code: 'E_RANK', says: /inv: x: expected at least rank 2/ },
    {
      label: 'not square',
      inputs: [{ shape: [2, 3] }],
      code: 'E_SHAPE',
      says: /inv: x: expected square matrices/,
    },
  ],
});
