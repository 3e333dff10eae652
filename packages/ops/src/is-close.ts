/** `isClose`: whether elements are nearly equal. */
import { type Broadcast, type CheckBroadcast, nd, type OperationFunction, type Tensor } from '@deft/core';
import { abs } from './abs.ts';
import { add } from './add.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { finiteNumber } from './definition/options.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import type { ShapeOf } from './definition/signatures.ts';
import { equal } from './equal.ts';
import { isFinite } from './is-finite.ts';
import { isNaN } from './is-nan.ts';
import { lessEqual } from './less-equal.ts';
import { logicalAnd } from './logical-and.ts';
import { logicalOr } from './logical-or.ts';
import { mul } from './mul.ts';
import { sub } from './sub.ts';

/** Options of `isClose`. */
export interface IsCloseOptions {
  /** Allowed difference as a fraction of |b|; 1e-5 unless told. */
  readonly rtol?: number;
  /** Allowed difference; 1e-8 unless told. */
  readonly atol?: number;
  /** Whether NaN is close to NaN. */
  readonly equalNaN?: boolean;
}

type IsClose = <const A extends TensorLike, const B extends TensorLike>(
  a: A,
  b: B & CheckBroadcast<ShapeOf<A>, ShapeOf<B>>,
  options?: IsCloseOptions,
) => Tensor<Broadcast<ShapeOf<A>, ShapeOf<B>>, 'bool'>;

/**
 * Whether two elements are nearly equal, with broadcasting. Integers are taken as float32.
 *
 * @throws `E_ATTRIBUTE` for a tolerance below 0.
 *
 * @example
 * ```ts
 * import { isClose, tensor } from '@deft/tensor';
 * console.log(isClose(tensor([1, 2]), tensor([1.000001, 3])).toArray()); // [true, false]
 * ```
 */
export const isClose: OperationFunction<IsClose> = defineComposite({
  name: 'isClose',
  inputs: ['a', 'b'],
  doc: {
    group: 'comparison',
    summary: 'Whether two elements are nearly equal, with broadcasting.',
    math: '|a − b| ≤ atol + rtol · |b|',
    notes: ['Equal infinities are close.'],
    see: ['allClose', 'equal'],
  },
  promote: 'float',
  arguments: (a: TensorLike, b: TensorLike, options: IsCloseOptions = {}) => ({
    inputs: [a, b],
    attributes: {
      rtol: finiteNumber('isClose', 'rtol', options.rtol ?? 1e-5, 0),
      atol: finiteNumber('isClose', 'atol', options.atol ?? 1e-8, 0),
      equalNaN: options.equalNaN === true,
    },
  }),
  compose: ([a, b], { rtol, atol, equalNaN }): Tensor => {
    floating('isClose', a.abstract, b.abstract);
    // Infinity less Infinity is no number: equal elements are close whatever their difference.
    const difference = abs(sub(a, b));
    const near = logicalAnd(isFinite(b), lessEqual(difference, add(mul(abs(b), rtol), atol)));
    const close = logicalOr(equal(a, b), near);
    return equalNaN ? logicalOr(close, logicalAnd(isNaN(a), isNaN(b))) : close;
  },
  nonDifferentiable: 'the result is bool',
  reference: ([a, b], { rtol, atol, equalNaN }) =>
    elementwise(
      (x, y) =>
        x === y ||
        (Number.isFinite(y) && Math.abs(x - y) <= atol + rtol * Math.abs(y)) ||
        (equalNaN && Number.isNaN(x) && Number.isNaN(y)),
      { dtype: 'bool' },
    )([a, b]),
  samples: [
    { label: 'near and far', inputs: [nd([3], [1, 2, 1e6]), nd([3], [1.000001, 2.1, 1000001])] },
    { label: 'all near', inputs: [nd([2], [1, 2]), nd([2], [1.000001, 2])] },
    { label: 'own tolerances', inputs: [nd([3], [1, 2, 3]), nd([3], [1.4, 2.6, 3])], rest: [{ atol: 0.5, rtol: 0 }] },
    { label: 'broadcast', inputs: [nd([2, 1], [1, 2]), nd([2], [1, 2])] },
    { label: 'scalars', inputs: [nd([], [1]), nd([], [1])] },
    { label: 'integers', inputs: [nd([2], [1, 2], 'int32'), nd([2], [1, 3], 'int32')] },
    { label: 'empty', inputs: [nd([0], []), nd([0], [])] },
    {
      label: 'nan and infinities',
      inputs: [nd([4], [NaN, Infinity, Infinity, 1]), nd([4], [NaN, Infinity, -Infinity, Infinity])],
    },
    { label: 'nan equal', inputs: [nd([2], [NaN, 1]), nd([2], [NaN, NaN])], rest: [{ equalNaN: true }] },
  ],
  errors: [
    {
      label: 'a negative tolerance',
      inputs: [{ shape: [2] }, { shape: [2] }],
      rest: [{ atol: -1 }],
      code: 'E_ATTRIBUTE',
      says: /isClose: atol: .*at least 0, got -1/,
    },
    {
      label: 'shapes that do not broadcast',
      inputs: [{ shape: [2] }, { shape: [3] }],
      code: 'E_BROADCAST',
      says: /isClose.*: shapes do not broadcast together/,
    },
  ],
});
