/** `allClose`: whether all elements are nearly equal. */
import { type CheckBroadcast, nd, type OperationFunction, type Tensor } from '@deft/core';
import { all } from './all.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { finiteNumber } from './definition/options.ts';
import type { ShapeOf } from './definition/signatures.ts';
import { isClose } from './is-close.ts';

/** Options of `allClose`. */
export interface AllCloseOptions {
  /** Allowed difference as a fraction of |b|; 1e-5 unless told. */
  readonly rtol?: number;
  /** Allowed difference; 1e-8 unless told. */
  readonly atol?: number;
  /** Whether NaN is close to NaN. */
  readonly equalNaN?: boolean;
}

type AllClose = <const A extends TensorLike, const B extends TensorLike>(
  a: A,
  b: B & CheckBroadcast<ShapeOf<A>, ShapeOf<B>>,
  options?: AllCloseOptions,
) => Tensor<[], 'bool'>;

/**
 * Whether all elements are nearly equal, with broadcasting: one boolean. Integers are taken as float32.
 *
 * @throws `E_ATTRIBUTE` for a tolerance below 0.
 *
 * @example
 * ```ts
 * import { allClose, tensor } from '@deft/tensor';
 * console.log(allClose(tensor([1, 2]), tensor([1.000001, 3])).toArray()); // false
 * ```
 */
export const allClose: OperationFunction<AllClose> = defineComposite({
  name: 'allClose',
  inputs: ['a', 'b'],
  doc: {
    group: 'comparison',
    summary: 'Whether all elements are nearly equal, with broadcasting: one boolean.',
    math: '|a − b| ≤ atol + rtol · |b|',
    notes: ['Equal infinities are close.'],
    see: ['isClose', 'equal'],
  },
  promote: 'float',
  arguments: (a: TensorLike, b: TensorLike, options: AllCloseOptions = {}) => ({
    inputs: [a, b],
    attributes: {
      rtol: finiteNumber('allClose', 'rtol', options.rtol ?? 1e-5, 0),
      atol: finiteNumber('allClose', 'atol', options.atol ?? 1e-8, 0),
      equalNaN: options.equalNaN === true,
    },
  }),
  compose: ([a, b], { rtol, atol, equalNaN }): Tensor => {
    return all(isClose(a, b, { rtol, atol, equalNaN }) as Tensor) as Tensor;
  },
  nonDifferentiable: 'the result is bool',
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
      says: /allClose: atol: .*at least 0, got -1/,
    },
    {
      label: 'shapes that do not broadcast',
      inputs: [{ shape: [2] }, { shape: [3] }],
      code: 'E_BROADCAST',
      says: /allClose.*: shapes do not broadcast together/,
    },
  ],
});
