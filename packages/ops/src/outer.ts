/** `outer`: all products of the elements of two vectors. */
import { type DimAt, nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import type { CheckRank } from './definition/convolution-types.ts';
import { defineComposite } from './definition/define.ts';
import { requireRank } from './definition/rules.ts';
import type { DTypeOf, ShapeOf } from './definition/signatures.ts';
import { dotGeneral } from './dot-general.ts';

type Outer = <const A extends TensorLike, const B extends TensorLike>(
  a: A & CheckRank<ShapeOf<A>, 1>,
  b: B & CheckRank<ShapeOf<B>, 1>,
) => Tensor<[DimAt<ShapeOf<A>, 0>, DimAt<ShapeOf<B>, 0>], DTypeOf<A, B>>;

/**
 * The matrix of all products of an element of `a` and one of `b`.
 *
 * @throws `E_RANK` unless both are vectors.
 * @example
 * ```ts
 * import { outer, tensor } from '@deft/tensor';
 * console.log(outer(tensor([1, 2]), tensor([3, 4])).toArray()); // [[3, 4], [6, 8]]
 * ```
 */
export const outer: OperationFunction<Outer> = defineComposite({
  name: 'outer',
  inputs: ['a', 'b'],
  doc: {
    group: 'linear algebra',
    summary: 'All products of the elements of two vectors.',
    math: 'outer(a, b)[i, j] = aᵢ · bⱼ',
    see: ['dot', 'matmul'],
  },
  promote: 'all',
  arguments: (a: TensorLike, b: TensorLike) => ({ inputs: [a, b], attributes: {} }),
  compose: ([a, b]): Tensor => {
    requireRank('outer', 'a', a.abstract, 1);
    requireRank('outer', 'b', b.abstract, 1);
    return dotGeneral(a, b);
  },
  samples: [
    { label: 'two and three', inputs: [nd([2], [1, 2]), nd([3], [3, 4, 5])], grad: 'check' },
    { label: 'one and one', inputs: [nd([1], [2]), nd([1], [3])], grad: 'check' },
    { label: 'nothing', inputs: [nd([0], []), nd([2], [1, 2])] },
  ],
  errors: [
    {
      label: 'a matrix',
      inputs: [{ shape: [2] }, { shape: [2, 2] }],
      code: 'E_RANK',
      says: /outer: b: expected rank 1, got rank 2/,
    },
  ],
});
