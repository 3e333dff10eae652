/** `gramSchmidt`: rows made orthonormal. */
import { nd, type OperationFunction, raise, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { matricesOf, transposed } from './definition/matrices.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './definition/signatures.ts';
import { diagPartOf } from './definition/spectral-derivative.ts';
import { expandDims } from './expand-dims.ts';
import { householderQr } from './householder-qr.ts';
import { mul } from './mul.ts';
import { sign } from './sign.ts';

/**
 * The rows of the matrices in the last two axes made orthonormal one after the other: each row loses its parts along the rows
 * before it, and is brought to length 1. Computed by reflections, which lose no accuracy where rows are nearly parallel.
 *
 * @throws `E_RANK` below two axes, `E_SHAPE` for more rows than columns.
 * @example
 * ```ts
 * import { gramSchmidt, tensor } from '@deft/tensor';
 * console.log(gramSchmidt(tensor([[0, 2], [3, 5]])).shape); // [2, 2]
 * ```
 */
export const gramSchmidt: OperationFunction<
  <const X extends TensorLike>(x: X) => Tensor<ShapeOf<X>, FloatOf<DTypeOfOne<X>>>
> = defineComposite({
  name: 'gramSchmidt',
  inputs: ['x'],
  doc: {
    group: 'linear algebra',
    summary: 'Rows made orthonormal one after the other.',
    see: ['qr'],
  },
  promote: 'float',
  compose: ([x]): Tensor => {
    const { rows, columns } = matricesOf('gramSchmidt', 'x', x.abstract);
    if (rows > columns) {
      raise('E_SHAPE', {
        op: 'gramSchmidt',
        argument: 'x',
        expected: 'at most as many rows as columns',
        found: `${rows} rows of ${columns}`,
        operands: [x.abstract],
      });
    }
    const [q, r] = householderQr(transposed(x));
    return transposed(mul(q, expandDims(sign(diagPartOf(r)) as Tensor, -2)) as Tensor);
  },
  samples: [
    { label: 'square', inputs: [nd([2, 2], [3, 4, 1, 2])], grad: 'skip' },
    { label: 'a line', inputs: [nd([1, 3], [1, 2, -2])], grad: 'check' },
    { label: 'wide', inputs: [nd([2, 3], [1, 2, 3, 4, 3, 8])], grad: 'check' },
    { label: 'a stack', inputs: [nd([2, 1, 2], [3, 4, -6, 8])], grad: 'check' },
    { label: 'empty', inputs: [nd([0, 2], [])] },
  ],
  errors: [
    { label: 'a vector', inputs: [{ shape: [2] }], code: 'E_RANK', says: /gramSchmidt: x: expected at least rank 2/ },
    {
      label: 'more rows than columns',
      inputs: [{ shape: [3, 2] }],
      code: 'E_SHAPE',
      says: /gramSchmidt: x: expected at most as many rows as columns, got 3 rows of 2/,
    },
  ],
});
