/** `kron`: the Kronecker product. */
import { nd, type OperationFunction, type SameRank, type Shape, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { numeric } from './definition/rules.ts';
import type { DTypeOf, ShapeOf } from './definition/signatures.ts';
import { mul } from './mul.ts';
import { reshape } from './reshape.ts';

type Kron = <const A extends TensorLike, const B extends TensorLike>(
  a: A,
  b: B,
) => Tensor<ShapeOf<A>['length'] extends ShapeOf<B>['length'] ? SameRank<ShapeOf<A>, number> : Shape, DTypeOf<A, B>>;

/**
 * The Kronecker product: a block matrix of `b` scaled by every element of `a`. The tensor with fewer axes gets leading ones.
 *
 * @example
 * ```ts
 * import { kron, tensor } from '@deft/tensor';
 * console.log(kron(tensor([1, 10]), tensor([1, 2])).toArray()); // [1, 2, 10, 20]
 * ```
 */
export const kron: OperationFunction<Kron> = defineComposite({
  name: 'kron',
  inputs: ['a', 'b'],
  doc: {
    group: 'linear algebra',
    summary: 'The Kronecker product: blocks of b scaled by every element of a.',
    math: 'kron(a, b)[p i + r] = a[i] · b[r]',
    see: ['outer'],
  },
  promote: 'all',
  compose: ([a, b]): Tensor => {
    numeric('kron', a.abstract);
    const rank = Math.max(a.rank, b.rank);
    const filled = (shape: readonly number[]): number[] => [
      ...new Array<number>(rank - shape.length).fill(1),
      ...shape,
    ];
    const [left, right] = [filled(a.abstract.shape), filled(b.abstract.shape)];
    const blocks = mul(
      reshape(
        a,
        left.flatMap((dim) => [dim, 1]),
      ),
      reshape(
        b,
        right.flatMap((dim) => [1, dim]),
      ),
    );
    return reshape(
      blocks,
      left.map((dim, axis) => dim * (right[axis] as number)),
    ) as Tensor;
  },
  samples: [
    { label: 'vectors', inputs: [nd([2], [1, 2]), nd([2], [3, 4])], grad: 'check' },
    { label: 'matrices', inputs: [nd([2, 2], [1, 2, 3, 4]), nd([1, 2], [5, 6])], grad: 'check' },
    { label: 'other ranks', inputs: [nd([2], [1, 2]), nd([2, 1], [5, 6])], grad: 'check' },
    { label: 'scalars', inputs: [nd([], [2]), nd([], [3])], grad: 'check' },
    { label: 'empty', inputs: [nd([0], []), nd([2], [1, 2])] },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [
        { shape: [2], dtype: 'bool' },
        { shape: [2], dtype: 'bool' },
      ],
      code: 'E_DTYPE',
      says: /kron: expected numeric input, got bool/,
    },
  ],
});
