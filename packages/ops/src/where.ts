/** `where`: elements of one tensor or another, by a condition. */
import {
  abstractValue,
  type Broadcast,
  type CheckBroadcast,
  nd,
  type OperationFunction,
  type Tensor,
} from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { broadcastAll, logical } from './definition/rules.ts';
import { map, select } from './definition/scalar.ts';
import type { DTypeOf, ShapeOf } from './definition/signatures.ts';

type Where = <const C extends TensorLike, const A extends TensorLike, const B extends TensorLike>(
  condition: C,
  x: A & CheckBroadcast<ShapeOf<C>, ShapeOf<A>>,
  y: B & CheckBroadcast<Broadcast<ShapeOf<C>, ShapeOf<A>>, ShapeOf<B>>,
) => Tensor<Broadcast<Broadcast<ShapeOf<C>, ShapeOf<A>>, ShapeOf<B>>, DTypeOf<A, B>>;

/**
 * Elements of `x` where `condition` holds, else of `y`, with broadcasting.
 *
 * @throws `E_DTYPE` unless the condition is bool.
 * @example
 * ```ts
 * import { greater, tensor, where } from '@deft/tensor';
 * const x = tensor([1, -2]);
 * console.log(where(greater(x, 0), x, 0).toArray()); // [1, 0]
 * ```
 */
export const where: OperationFunction<Where> = definePrimitive({
  name: 'where',
  inputs: ['condition', 'x', 'y'],
  doc: {
    group: 'logic',
    summary: 'Elements of `x` where `condition` holds, else of `y`.',
    math: 'where(c, x, y) = c ? x : y',
    notes: [
      'Both `x` and `y` are computed everywhere. If the side that is not taken gives NaN, so does its gradient: 0 · NaN is NaN; make the argument harmless first (`where(c, f(where(c, x, 1)), 0)`).',
    ],
  },
  promote: ['x', 'y'],
  infer: ([condition, x, y]) => {
    logical('where', condition);
    const value = broadcastAll('where', [x, y]);
    return broadcastAll('where', [abstractValue(condition.shape, value.dtype), value]);
  },
  jvp: ([condition], [, dx, dy]) => where(condition, dx, dy),
  vjp: (ct, { condition }) => [null, where(condition, ct, 0), where(condition, 0, ct)],
  saves: ['condition'],
  batch: 'elementwise',
  lower: map((condition, x, y) => select(condition, x, y)),
  complex: 'parts',
  reference: elementwise((condition, x, y) => (condition ? x : y)),
  samples: [
    {
      label: 'both sides',
      inputs: [nd([3], [1, 0, 1], 'bool'), nd([3], [1, 2, 3]), nd([3], [4, 5, 6])],
      grad: 'check',
    },
    {
      label: 'broadcast condition',
      inputs: [nd([2, 1], [1, 0], 'bool'), nd([3], [1, 2, 3]), nd([], [9])],
      grad: 'check',
    },
    {
      label: 'nan in the other side',
      inputs: [nd([2], [1, 0], 'bool'), nd([2], [1, NaN]), nd([2], [NaN, 2])],
      grad: [[], [1, 0], [0, 1]],
    },
    { label: 'empty', inputs: [nd([0], [], 'bool'), nd([0], []), nd([0], [])] },
  ],
  errors: [
    {
      label: 'a condition that is not bool',
      inputs: [{ shape: [2] }, { shape: [2] }, { shape: [2] }],
      code: 'E_DTYPE',
      says: /where: expected bool input, got float32/,
    },
  ],
});
