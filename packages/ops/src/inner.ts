/** `inner`: products summed over the last axes. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import type { CheckTensordot, TensordotShape } from './definition/product-types.ts';
import type { DTypeOf, ShapeOf } from './definition/signatures.ts';
import { dotGeneral } from './dot-general.ts';
import { mul } from './mul.ts';

type Inner = <const A extends TensorLike, const B extends TensorLike>(
  a: A,
  b: B & CheckTensordot<ShapeOf<A>, ShapeOf<B>, [[-1], [-1]]>,
) => Tensor<TensordotShape<ShapeOf<A>, ShapeOf<B>, [[-1], [-1]]>, DTypeOf<A, B>>;

/**
 * The sums of products over the last axes of two tensors; a scalar multiplies.
 *
 * @throws `E_SHAPE` when the last axes differ in size.
 *
 * @example
 * ```ts
 * import { inner, tensor } from '@deft/tensor';
 * console.log(inner(tensor([1, 2]), tensor([[3, 4], [5, 6]])).toArray()); // [11, 17]
 * ```
 */
export const inner: OperationFunction<Inner> = defineComposite({
  name: 'inner',
  inputs: ['a', 'b'],
  doc: {
    group: 'linear algebra',
    summary: 'The sums of products over the last axes of two tensors.',
    math: 'inner(a, b)[…, …] = Σₖ a[…, k] · b[…, k]',
    see: ['dot', 'tensordot'],
  },
  promote: 'all',
  compose: ([a, b]): Tensor => {
    if (a.rank === 0 || b.rank === 0) return mul(a, b) as Tensor;
    return dotGeneral(a, b, { contract: [[a.rank - 1], [b.rank - 1]] });
  },
  samples: [
    { label: 'vectors', inputs: [nd([3], [1, 2, 3]), nd([3], [4, 5, 6])], grad: 'check' },
    { label: 'matrices', inputs: [nd([2, 2], [1, 2, 3, 4]), nd([1, 2], [5, 6])], grad: 'check' },
    { label: 'a scalar', inputs: [nd([], [2]), nd([2], [3, 4])], grad: 'check' },
    { label: 'empty', inputs: [nd([0], []), nd([0], [])] },
  ],
  errors: [
    {
      label: 'sizes differ',
      inputs: [{ shape: [2] }, { shape: [3] }],
      code: 'E_SHAPE',
      says: /axis 0 of a has 2 elements/,
    },
  ],
});
