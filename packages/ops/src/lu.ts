/** `lu`: a matrix as a permutation, a lower and an upper triangle. */
import { type DimAt, nd, type OperationFunction, type ReplaceAxes, type Tensor } from '@deft/core';
import { add } from './add.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { matricesOf, transposed } from './definition/matrices.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './definition/signatures.ts';
import { eye } from './eye.ts';
import { luFactor } from './lu-factor.ts';
import { oneHot } from './one-hot.ts';
import { slice } from './slice.ts';
import { tril } from './tril.ts';
import { triu } from './triu.ts';

type Lu = <const X extends TensorLike>(
  x: X,
) => readonly [
  p: Tensor<ReplaceAxes<ShapeOf<X>, -1, [DimAt<ShapeOf<X>, -2>]>, FloatOf<DTypeOfOne<X>>>,
  l: Tensor<ReplaceAxes<ShapeOf<X>, -1, [number]>, FloatOf<DTypeOfOne<X>>>,
  u: Tensor<ReplaceAxes<ShapeOf<X>, -2, [number]>, FloatOf<DTypeOfOne<X>>>,
];

/**
 * The matrices P `[…, m, m]` (a permutation), L `[…, m, k]` (lower triangle, ones on the diagonal) and U `[…, k, n]` (upper
 * triangle) with x = P·L·U, k = min(m, n), for the matrices in the last two axes.
 *
 * @throws `E_RANK` below two axes.
 * @example
 * ```ts
 * import { lu, matmul, tensor } from '@deft/tensor';
 * const [p, l, u] = lu(tensor([[1, 2], [4, 4]]));
 * console.log(matmul(p, matmul(l, u)).toArray()); // [[1, 2], [4, 4]]
 * ```
 */
export const lu: OperationFunction<Lu> = defineComposite({
  name: 'lu',
  inputs: ['x'],
  multipleResults: true,
  doc: {
    group: 'linear algebra',
    summary: 'A matrix as a permutation times a lower and an upper triangle.',
    math: 'x = P · L · U',
    see: ['luFactor', 'solve', 'qr'],
  },
  promote: 'float',
  compose: ([x]): readonly Tensor[] => {
    const { stack, rows, columns } = matricesOf('lu', 'x', x.abstract);
    const inner = Math.min(rows, columns);
    const [packed, , permutation] = luFactor(x);
    const start = x.abstract.shape.map(() => 0);
    const below = tril(slice(packed, start, [...stack, rows, inner]) as Tensor, -1);
    return [
      transposed(oneHot(permutation, rows, { dtype: packed.dtype }) as Tensor),
      add(below, eye(rows, inner, packed.dtype)) as Tensor,
      triu(slice(packed, start, [...stack, inner, columns]) as Tensor),
    ];
  },
  samples: [
    { label: 'rows exchanged', inputs: [nd([2, 2], [1, 2, 4, 5])], grad: 'check' },
    { label: 'tall', inputs: [nd([3, 2], [1, 2, 4, 3, 2, 8])], grad: 'check' },
    { label: 'wide', inputs: [nd([2, 3], [1, 2, 3, 4, 3, 8])], grad: 'check' },
    { label: 'a stack', inputs: [nd([2, 2, 2], [1, 2, 3, 5, 6, 1, 2, 3])], grad: 'check' },
    { label: 'singular', inputs: [nd([2, 2], [0, 2, 0, 3])], grad: 'skip' },
    { label: 'empty', inputs: [nd([0, 2, 2], [])] },
  ],
  errors: [{ label: 'a vector', inputs: [{ shape: [2] }], code: 'E_RANK', says: /lu: x: expected at least rank 2/ }],
});
