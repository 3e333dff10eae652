/** `cross`: the cross product. */
import {
  type Broadcast,
  type CheckBroadcast,
  nd,
  normalizeAxis,
  type OperationFunction,
  raise,
  type Tensor,
} from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { operand } from './definition/operand.ts';
import { numeric } from './definition/rules.ts';
import type { DTypeOf, ShapeOf } from './definition/signatures.ts';
import { mul } from './mul.ts';
import { roll } from './roll.ts';
import { sub } from './sub.ts';

type Cross = <const A extends TensorLike, const B extends TensorLike>(
  a: A,
  b: B & CheckBroadcast<ShapeOf<A>, ShapeOf<B>>,
  axis?: number,
) => Tensor<Broadcast<ShapeOf<A>, ShapeOf<B>>, DTypeOf<A, B>>;

/**
 * The cross product of vectors of three elements along an axis (the last unless told); the others broadcast.
 *
 * @throws `E_SHAPE` unless the axis has three elements, `E_AXIS` when it is out of range.
 *
 * @example
 * ```ts
 * import { cross, tensor } from '@deft/tensor';
 * console.log(cross(tensor([1, 0, 0]), tensor([0, 1, 0])).toArray()); // [0, 0, 1]
 * ```
 */
export const cross: OperationFunction<Cross> = defineComposite({
  name: 'cross',
  inputs: ['a', 'b'],
  doc: {
    group: 'linear algebra',
    summary: 'The cross product of vectors of three elements.',
    math: 'cross(a, b)ᵢ = aⱼ bₖ − aₖ bⱼ, (i, j, k) a rotation of (0, 1, 2)',
    see: ['dot'],
  },
  promote: 'all',
  arguments: (a: TensorLike, b: TensorLike, axis = -1) => {
    const [left, right] = [operand('cross', 'a', a), operand('cross', 'b', b)];
    const places = [normalizeAxis('cross', axis, left.rank), normalizeAxis('cross', axis, right.rank)] as const;
    for (const [i, x] of [left, right].entries()) {
      if (x.abstract.shape[places[i] as number] === 3) continue;
      raise('E_SHAPE', {
        op: 'cross',
        argument: i === 0 ? 'a' : 'b',
        expected: 'an axis of 3 elements',
        found: x.abstract.text,
      });
    }
    return { inputs: [left, right], attributes: { places } };
  },
  compose: ([a, b], { places: [i, j] }): Tensor => {
    numeric('cross', a.abstract, b.abstract);
    return sub(mul(roll(a, -1, i), roll(b, -2, j)), mul(roll(a, -2, i), roll(b, -1, j))) as Tensor;
  },
  samples: [
    { label: 'vectors', inputs: [nd([3], [1, 2, 3]), nd([3], [4, 5, 7])], grad: 'check' },
    { label: 'rows that broadcast', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6]), nd([3], [1, 0, 2])], grad: 'check' },
    { label: 'columns', inputs: [nd([3, 1], [1, 2, 3]), nd([3, 1], [3, 1, 2])], rest: [0], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [1, 2, 3], 'int32'), nd([3], [4, 5, 7], 'int32')] },
    { label: 'empty', inputs: [nd([0, 3], []), nd([0, 3], [])] },
  ],
  errors: [
    {
      label: 'two elements',
      inputs: [{ shape: [2] }, { shape: [2] }],
      code: 'E_SHAPE',
      says: /cross: a: expected an axis of 3 elements, got float32\[2\]/,
    },
  ],
});
