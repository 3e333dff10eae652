/** `batchNorm`: elements brought to mean 0 and variance 1 by given moments, then scaled and moved. */
import { type CheckBroadcast, nd, type OperationFunction, type Tensor } from '@deft/core';
import { add } from './add.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { finiteNumber } from './definition/options.ts';
import { floating } from './definition/rules.ts';
import type { FloatOfAll, ShapeOf } from './definition/signatures.ts';
import { mul } from './mul.ts';
import { rsqrt } from './rsqrt.ts';
import { sub } from './sub.ts';

type BatchNormFunction = <
  const X extends TensorLike,
  const M extends TensorLike,
  const V extends TensorLike,
  const O extends TensorLike = number,
  const C extends TensorLike = number,
>(
  x: X,
  mean: M & CheckBroadcast<ShapeOf<X>, ShapeOf<M>>,
  variance: V & CheckBroadcast<ShapeOf<X>, ShapeOf<V>>,
  offset?: O & CheckBroadcast<ShapeOf<X>, ShapeOf<O>>,
  scale?: C & CheckBroadcast<ShapeOf<X>, ShapeOf<C>>,
  varianceEpsilon?: number,
) => Tensor<ShapeOf<X>, FloatOfAll<X | M | V | O | C>>;

/**
 * `(x − mean) / √(variance + ε) · scale + offset`. Mean, variance, offset and scale broadcast to `x`: vectors of the channels where those come last. `varianceEpsilon` is 0.001 unless told.
 *
 * @throws `E_BROADCAST`, `E_DTYPE`, `E_ATTRIBUTE` for a negative epsilon.
 * @example
 * ```ts
 * import { batchNorm, tensor } from '@deft/tensor';
 * console.log(batchNorm(tensor([1, 3]), 2, 1, 0, 1, 0).toArray()); // [-1, 1]
 * ```
 */
export const batchNorm: OperationFunction<BatchNormFunction> = defineComposite({
  name: 'batchNorm',
  inputs: ['x', 'mean', 'variance', 'offset', 'scale'],

  doc: {
    group: 'normalization',
    summary: 'Elements brought to mean 0 and variance 1 by given moments, then scaled and moved.',
    math: '(x − mean) / √(variance + ε) · scale + offset',

    see: ['layerNormalization', 'moments'],
  },
  promote: 'float',
  arguments: (
    x: TensorLike,
    mean: TensorLike,
    variance: TensorLike,
    offset: TensorLike = 0,
    scale: TensorLike = 1,
    varianceEpsilon = 0.001,
  ) => ({
    inputs: [x, mean, variance, offset, scale],
    attributes: { epsilon: finiteNumber('batchNorm', 'varianceEpsilon', varianceEpsilon, 0) },
  }),
  compose: ([x, mean, variance, offset, scale], { epsilon }): Tensor => {
    floating('batchNorm', x.abstract);
    const factor = mul(rsqrt(add(variance, epsilon) as Tensor), scale);
    return add(mul(sub(x, mean), factor), offset) as Tensor;
  },

  samples: [
    {
      label: 'channels last',
      inputs: [
        nd([2, 3], [1, -2, 3, 4, 0.5, 6]),
        nd([3], [1, 2, -1]),
        nd([3], [1, 0.5, 2]),
        nd([3], [0, 1, 2]),
        nd([3], [1, 2, -1]),
      ],
      grad: 'check',
    },
    {
      label: 'no scale, images',
      inputs: [nd([1, 1, 2, 2], [1, -2, 3, 4]), nd([2], [1, 2]), nd([2], [1, 0.5]), nd([], [0]), nd([], [1])],
      rest: [0.1],
      grad: 'check',
    },
    { label: 'empty', inputs: [nd([0, 2], []), nd([2], [1, 2]), nd([2], [1, 2]), nd([], [0]), nd([], [1])] },
  ],
  errors: [
    {
      label: 'a mean that does not fit',
      inputs: [{ shape: [2, 3] }, { shape: [2] }, { shape: [] }, { shape: [] }, { shape: [] }],
      code: 'E_BROADCAST',
      says: /batchNorm.*do not broadcast/,
    },
    {
      label: 'a negative epsilon',
      inputs: [{ shape: [2] }, { shape: [] }, { shape: [] }, { shape: [] }, { shape: [] }],
      rest: [-1],
      code: 'E_ATTRIBUTE',
      says: /batchNorm: varianceEpsilon/,
    },
  ],
});
