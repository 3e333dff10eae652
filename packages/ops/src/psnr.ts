/** `psnr`: the ratio of peak signal to noise, in decibels. */
import { type CheckBroadcast, nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { finiteNumber } from './definition/options.ts';
import { floating } from './definition/rules.ts';
import type { FloatOfAll, ShapeOf } from './definition/signatures.ts';
import { log } from './log.ts';
import { mean } from './mean.ts';
import { mul } from './mul.ts';
import { squaredDifference } from './squared-difference.ts';
import { sub } from './sub.ts';

type PsnrFunction = <const X extends TensorLike, const Y extends TensorLike>(
  x: X,
  y: Y & CheckBroadcast<ShapeOf<X>, ShapeOf<Y>>,
  maxValue: number,
) => Tensor<[], FloatOfAll<X | Y>>;

/**
 * The ratio of the largest possible value to the mean squared difference of two tensors, in decibels.
 *
 * @throws `E_BROADCAST`, `E_DTYPE`, `E_ATTRIBUTE`.
 * @example
 * ```ts
 * import { psnr, tensor } from '@deft/tensor';
 * console.log(psnr(tensor([0]), tensor([1]), 10).item()); // 20
 * ```
 */
export const psnr: OperationFunction<PsnrFunction> = defineComposite({
  name: 'psnr',
  inputs: ['x', 'y'],

  doc: {
    group: 'image',
    summary: 'The ratio of peak signal to noise, in decibels.',
    math: '20 · log10(max) − 10 · log10(mean((x − y)²))',

    see: ['meanSquaredError'],
  },
  promote: 'float',
  arguments: (x: TensorLike, y: TensorLike, maxValue: number) => ({
    inputs: [x, y],
    attributes: { maxValue: finiteNumber('psnr', 'maxValue', maxValue, 0) },
  }),
  compose: ([x, y], { maxValue }): Tensor => {
    floating('psnr', x.abstract, y.abstract);
    const noise = mean(squaredDifference(x, y) as Tensor) as Tensor;
    return sub(20 * Math.log10(maxValue), mul(log(noise), 10 / Math.LN10)) as Tensor;
  },

  samples: [
    { label: 'vectors', inputs: [nd([3], [1, 2, 3]), nd([3], [1.5, 2, 2])], rest: [255], grad: 'check' },
    { label: 'equal', inputs: [nd([2], [1, 2]), nd([2], [1, 2])], rest: [1], grad: 'skip' },
  ],
  errors: [
    {
      label: 'shapes that do not fit',
      inputs: [{ shape: [2] }, { shape: [3] }],
      rest: [1],
      code: 'E_BROADCAST',
      says: /psnr/,
    },
  ],
});
