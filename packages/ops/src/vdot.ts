/** `vdot`: the sum of the products of all elements. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import type { DTypeOf } from './definition/signatures.ts';
import { dotGeneral } from './dot-general.ts';
import { reshape } from './reshape.ts';

type Vdot = <const A extends TensorLike, const B extends TensorLike>(a: A, b: B) => Tensor<[], DTypeOf<A, B>>;

/**
 * The sum of the products of all elements of two tensors of one size, in row-major order.
 *
 * @throws `E_SHAPE` when the sizes differ.
 *
 * @example
 * ```ts
 * import { tensor, vdot } from '@deft/tensor';
 * console.log(vdot(tensor([[1, 2], [3, 4]]), tensor([[1, 1], [1, 1]])).toArray()); // 10
 * ```
 */
export const vdot: OperationFunction<Vdot> = defineComposite({
  name: 'vdot',
  inputs: ['a', 'b'],
  doc: {
    group: 'linear algebra',
    summary: 'The sum of the products of all elements of two tensors of one size.',
    math: 'vdot(a, b) = Σ aᵢ bᵢ',
    see: ['dot', 'inner'],
  },
  promote: 'all',
  compose: ([a, b]): Tensor =>
    dotGeneral(reshape(a, [a.size]) as Tensor, reshape(b, [b.size]) as Tensor, { contract: [[0], [0]] }),
  samples: [
    { label: 'matrices', inputs: [nd([2, 2], [1, 2, 3, 4]), nd([2, 2], [5, 6, 7, 8])], grad: 'check' },
    { label: 'other shapes', inputs: [nd([4], [1, 2, 3, 4]), nd([2, 2], [5, 6, 7, 8])], grad: 'check' },
    { label: 'scalars', inputs: [nd([], [2]), nd([], [3])], grad: 'check' },
    { label: 'integers', inputs: [nd([2], [1, 2], 'int32'), nd([2], [3, 4], 'int32')] },
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
