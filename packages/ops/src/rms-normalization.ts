/** `rmsNormalization`: elements divided by the root of their mean square. */
import { type Axes, type CheckAxes, nd, normalizeAxes, type OperationFunction, type Tensor } from '@deft/core';
import { add } from './add.ts';
import type { AlongAxisOptions } from './definition/along-axis.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { operand } from './definition/operand.ts';
import { finiteNumber } from './definition/options.ts';
import { floating } from './definition/rules.ts';
import type { FloatOfAll, ShapeOf } from './definition/signatures.ts';
import { mean } from './mean.ts';
import { mul } from './mul.ts';
import { rsqrt } from './rsqrt.ts';
import { square } from './square.ts';

type RmsNormalizationFunction = <
  const X extends TensorLike,
  const C extends TensorLike = number,
  const A extends Axes = -1,
>(
  x: X,
  scale?: C,
  options?: AlongAxisOptions<A> & { readonly epsilon?: number } & CheckAxes<ShapeOf<X>, A>,
) => Tensor<ShapeOf<X>, FloatOfAll<X | C>>;

/**
 * Divides the elements along an axis (the last unless told) by the root of their mean square, then scales them (Zhang and Sennrich 2019).
 *
 * @throws `E_AXIS`, `E_DTYPE`, `E_ATTRIBUTE` for a negative epsilon.
 * @example
 * ```ts
 * import { rmsNormalization, tensor } from '@deft/tensor';
 * console.log(rmsNormalization(tensor([3, 3]), 1, { epsilon: 0 }).shape); // [2]
 * ```
 */
export const rmsNormalization: OperationFunction<RmsNormalizationFunction> = defineComposite({
  name: 'rmsNormalization',
  inputs: ['x', 'scale'],

  doc: {
    group: 'normalization',
    summary: 'Elements divided by the root of their mean square.',
    math: 'x / √(mean(x²) + ε) · scale',

    see: ['layerNormalization'],
  },
  promote: 'float',
  arguments: (
    x: TensorLike,
    scale: TensorLike = 1,
    { axis = -1, epsilon = 1e-6 }: { readonly axis?: number | readonly number[]; readonly epsilon?: number } = {},
  ) => {
    const input = operand('rmsNormalization', 'x', x);
    const axes = normalizeAxes('rmsNormalization', axis, input.rank) as readonly number[];
    return {
      inputs: [input, scale],
      attributes: { axes, epsilon: finiteNumber('rmsNormalization', 'epsilon', epsilon, 0) },
    };
  },
  compose: ([x, scale], { axes, epsilon }): Tensor => {
    floating('rmsNormalization', x.abstract);
    const meanSquare = mean(square(x) as Tensor, { axis: axes, keepDims: true }) as Tensor;
    return mul(mul(x, rsqrt(add(meanSquare, epsilon) as Tensor)), scale) as Tensor;
  },

  samples: [
    { label: 'rows', inputs: [nd([2, 3], [1, -2, 3, 4, 0.5, 6]), nd([3], [1, 2, -1])], grad: 'check' },
    {
      label: 'two axes',
      inputs: [nd([2, 2], [1, -2, 3, 4]), nd([], [2])],
      rest: [{ axis: [0, 1], epsilon: 0.1 }],
      grad: 'check',
    },
    { label: 'zeros', inputs: [nd([2], [0, 0]), nd([], [1])], grad: 'check' },
    { label: 'empty', inputs: [nd([0, 3], []), nd([], [1])] },
    { label: 'nan', inputs: [nd([2, 2], [1, NaN, 3, 4]), nd([], [1])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'a negative epsilon',
      inputs: [{ shape: [2] }, { shape: [] }],
      rest: [{ epsilon: -1 }],
      code: 'E_ATTRIBUTE',
      says: /rmsNormalization: epsilon/,
    },
    {
      label: 'out of range',
      inputs: [{ shape: [2] }, { shape: [] }],
      rest: [{ axis: 1 }],
      code: 'E_AXIS',
      says: /rmsNormalization/,
    },
  ],
});
