/** `trapezoid`: the integral of samples by the trapezoidal rule. */
import { type CheckAxes, nd, normalizeAxis, type OperationFunction, type ReplaceAxes, type Tensor } from '@deft/core';
import { add } from './add.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { operand } from './definition/operand.ts';
import { finiteNumber } from './definition/options.ts';
import { floating } from './definition/rules.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './definition/signatures.ts';
import { mul } from './mul.ts';
import { slice } from './slice.ts';
import { sum } from './sum.ts';

type TrapezoidFunction = <const X extends TensorLike, const A extends number = -1>(
  y: X,
  dx?: number,
  axis?: A & CheckAxes<ShapeOf<X>, A>,
) => Tensor<ReplaceAxes<ShapeOf<X>, A, []>, FloatOf<DTypeOfOne<X>>>;

/**
 * The integral of samples along an axis (the last unless told) by the trapezoidal rule, with steps of `dx` (1 unless told).
 *
 * @throws `E_AXIS`, `E_DTYPE`, `E_ATTRIBUTE`.
 * @example
 * ```ts
 * import { tensor, trapezoid } from '@deft/tensor';
 * console.log(trapezoid(tensor([1, 2, 3])).item()); // 4
 * ```
 */
export const trapezoid: OperationFunction<TrapezoidFunction> = defineComposite({
  name: 'trapezoid',
  inputs: ['y'],

  doc: {
    group: 'math',
    summary: 'The integral of samples by the trapezoidal rule.',
    math: 'dx · Σ (yᵢ + yᵢ₊₁) / 2',

    see: ['sum', 'diff'],
  },
  promote: 'float',
  arguments: (y: TensorLike, dx = 1, axis = -1) => {
    const input = operand('trapezoid', 'y', y);
    return {
      inputs: [input],
      attributes: { dx: finiteNumber('trapezoid', 'dx', dx), axis: normalizeAxis('trapezoid', axis, input.rank) },
    };
  },
  compose: ([y], { dx, axis }): Tensor => {
    floating('trapezoid', y.abstract);
    const { shape } = y.abstract;
    const count = Math.max(0, (shape[axis] as number) - 1);
    const size = shape.map((dim, a) => (a === axis ? count : dim));
    const part = (from: number): Tensor =>
      sum(
        slice(
          y,
          shape.map((_, a) => (a === axis ? Math.min(from, shape[axis] as number) : 0)),
          size,
        ) as Tensor,
        { axis },
      ) as Tensor;
    return mul(add(part(0), part(1)), dx / 2) as Tensor;
  },

  samples: [
    { label: 'a vector', inputs: [nd([4], [1, 2, 4, 3])], grad: 'check' },
    { label: 'columns, half steps', inputs: [nd([3, 2], [1, 2, 4, 3, 5, 6])], rest: [0.5, 0], grad: 'check' },
    { label: 'one sample', inputs: [nd([1], [3])] },
    { label: 'empty', inputs: [nd([0, 2], [])], rest: [1, 1] },
  ],
  errors: [{ label: 'a scalar', inputs: [{ shape: [] }], code: 'E_AXIS', says: /trapezoid/ }],
});
