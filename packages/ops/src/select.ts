/** `select`: elements of one tensor or another, by a condition. */
import { type Broadcast, type CheckBroadcast, nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import type { DTypeOf, ShapeOf } from './definition/signatures.ts';
import { where } from './where.ts';

type Select = <const C extends TensorLike, const A extends TensorLike, const B extends TensorLike>(
  condition: C,
  x: A & CheckBroadcast<ShapeOf<C>, ShapeOf<A>>,
  y: B & CheckBroadcast<Broadcast<ShapeOf<C>, ShapeOf<A>>, ShapeOf<B>>,
) => Tensor<Broadcast<Broadcast<ShapeOf<C>, ShapeOf<A>>, ShapeOf<B>>, DTypeOf<A, B>>;

/**
 * Elements of `x` where the condition holds, else of `y`, with broadcasting. The same as where.
 *
 * @throws `E_DTYPE` unless the condition is bool.
 *
 * @example
 * ```ts
 * import { select, tensor } from '@deft/tensor';
 * console.log(select(tensor([true, false]), tensor([1, 2]), 0).toArray()); // [1, 0]
 * ```
 */
export const select: OperationFunction<Select> = defineComposite({
  name: 'select',
  inputs: ['condition', 'x', 'y'],
  doc: { group: 'logic', summary: 'Elements of `x` where the condition holds, else of `y`.', see: ['where'] },
  promote: ['x', 'y'],
  compose: ([condition, x, y]): Tensor => where(condition, x, y) as Tensor,
  samples: [
    { label: 'both sides', inputs: [nd([2], [1, 0], 'bool'), nd([2], [1, 2]), nd([2], [3, 4])], grad: 'check' },
    { label: 'broadcast', inputs: [nd([2, 1], [1, 0], 'bool'), nd([2], [1, 2]), nd([], [3])], grad: 'check' },
    { label: 'empty', inputs: [nd([0], [], 'bool'), nd([0], []), nd([0], [])] },
  ],
  errors: [
    {
      label: 'a condition that is not bool',
      inputs: [{ shape: [2] }, { shape: [2] }, { shape: [2] }],
      code: 'E_DTYPE',
      says: /select.*: expected bool input, got float32/,
    },
  ],
});
