/** `choleskyInverse`: the inverse of a matrix from its Cholesky factor. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { broadcastTo } from './broadcast-to.ts';
import { defineComposite } from './definition/define.ts';
import { squareMatrices } from './definition/matrices.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { eye } from './eye.ts';
import { triangularSolve } from './triangular-solve.ts';

/**
 * The inverse of the positive definite matrices whose lower Cholesky triangles stand in the last two axes.
 *
 * @throws `E_RANK` below two axes, `E_SHAPE` unless the matrices are square.
 * @example
 * ```ts
 * import { choleskyInverse, tensor } from '@deft/tensor';
 * console.log(choleskyInverse(tensor([[2, 0], [0, 1]])).toArray()); // [[0.25, 0], [0, 1]]
 * ```
 */
export const choleskyInverse: OperationFunction<UnaryFloat> = defineComposite({
  name: 'choleskyInverse',
  inputs: ['l'],

  doc: {
    group: 'linear algebra',
    summary: 'The inverse of a matrix from its Cholesky factor.',

    see: ['cholesky', 'inv'],
  },
  promote: 'float',

  compose: ([l]): Tensor => {
    const { stack, rows } = squareMatrices('choleskyInverse', 'l', l.abstract);
    const unit = broadcastTo(eye(rows, rows, l.dtype), [...stack, rows, rows]) as Tensor;
    return triangularSolve(l, triangularSolve(l, unit), { transposeA: true });
  },

  samples: [
    { label: 'a triangle', inputs: [nd([2, 2], [2, 0, 1, 2])], grad: 'check' },
    { label: 'a stack', inputs: [nd([2, 2, 2], [2, 0, 1, 2, 3, 0, 1, 1])], grad: 'check' },
    { label: 'empty', inputs: [nd([0, 2, 2], [])] },
  ],
  errors: [
    { label: 'not square', inputs: [{ shape: [2, 3] }], code: 'E_SHAPE', says: /choleskyInverse: l: expected square/ },
  ],
});
