/** `normalize`: elements divided by the length of their vector. */
import { type Axes, type CheckAxes, nd, normalizeAxes, type OperationFunction, type Tensor } from '@deft/core';
import { abs } from './abs.ts';
import type { AlongAxisOptions } from './definition/along-axis.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { operand } from './definition/operand.ts';
import { finiteNumber } from './definition/options.ts';
import { floating } from './definition/rules.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './definition/signatures.ts';
import { div } from './div.ts';
import { maximum } from './maximum.ts';
import { mul } from './mul.ts';
import { pow } from './pow.ts';
import { rsqrt } from './rsqrt.ts';
import { square } from './square.ts';
import { sum } from './sum.ts';

type NormalizeFunction = <const X extends TensorLike, const A extends Axes = -1>(
  x: X,
  options?: AlongAxisOptions<A> & { readonly order?: number; readonly epsilon?: number } & CheckAxes<ShapeOf<X>, A>,
) => Tensor<ShapeOf<X>, FloatOf<DTypeOfOne<X>>>;

/**
 * Divides the elements along axes (the last unless told) by their norm of the given order (2 unless told); vectors of length 0 stay 0.
 *
 * @throws `E_AXIS`, `E_DTYPE`, `E_ATTRIBUTE` for an order below 1.
 * @example
 * ```ts
 * import { normalize, tensor } from '@deft/tensor';
 * console.log(normalize(tensor([0, 5])).shape); // [2]
 * ```
 */
export const normalize: OperationFunction<NormalizeFunction> = defineComposite({
  name: 'normalize',
  inputs: ['x'],

  doc: {
    group: 'normalization',
    summary: 'Elements divided by the length of their vector.',
    math: 'x / ‖x‖',

    see: ['norm'],
  },
  promote: 'float',
  arguments: (
    x: TensorLike,
    options: { readonly axis?: number | readonly number[]; readonly order?: number; readonly epsilon?: number } = {},
  ) => {
    const { axis = -1, order = 2, epsilon = 1e-12 } = options;
    const input = operand('normalize', 'x', x);
    return {
      inputs: [input],
      attributes: {
        axes: normalizeAxes('normalize', axis, input.rank) as readonly number[],
        order: finiteNumber('normalize', 'order', order, 1),
        epsilon: finiteNumber('normalize', 'epsilon', epsilon, 0),
      },
    };
  },
  compose: ([x], { axes, order, epsilon }): Tensor => {
    floating('normalize', x.abstract);
    const kept = { axis: axes, keepDims: true };
    if (order === 1) return div(x, maximum(sum(abs(x) as Tensor, kept), epsilon)) as Tensor;
    if (order === 2) {
      // The bound is on the square, so the root has a slope at 0.
      const squares = maximum(sum(square(x) as Tensor, kept), epsilon ** 2) as Tensor;
      return mul(x, rsqrt(squares)) as Tensor;
    }
    const powers = sum(pow(abs(x) as Tensor, order) as Tensor, kept) as Tensor;
    return div(x, pow(maximum(powers, epsilon ** order), 1 / order)) as Tensor;
  },

  samples: [
    { label: 'rows', inputs: [nd([2, 2], [3, 4, -1, 2])], grad: 'check' },
    { label: 'order 1', inputs: [nd([3], [3, 4, -1])], rest: [{ order: 1 }], grad: 'check' },
    {
      label: 'order 3, all axes',
      inputs: [nd([2, 2], [3, 4, 1, 2])],
      rest: [{ order: 3, axis: [0, 1] }],
      grad: 'check',
    },
    { label: 'zeros', inputs: [nd([2], [0, 0])], grad: 'skip' },
    { label: 'empty', inputs: [nd([0, 2], [])] },
    { label: 'nan', inputs: [nd([2], [1, NaN])], grad: 'skip' },
  ],
  errors: [
    { label: 'order 0', inputs: [{ shape: [2] }], rest: [{ order: 0 }], code: 'E_ATTRIBUTE', says: /normalize: order/ },
    { label: 'out of range', inputs: [{ shape: [2] }], rest: [{ axis: 1 }], code: 'E_AXIS', says: /normalize/ },
  ],
});
