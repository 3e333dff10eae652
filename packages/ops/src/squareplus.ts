/** `squareplus`: a smooth form of relu without exponentials. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { add } from './add.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { finiteNumber } from './definition/options.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloatWith } from './definition/signatures.ts';
import { div } from './div.ts';
import { less } from './less.ts';
import { mul } from './mul.ts';
import { sqrt } from './sqrt.ts';
import { square } from './square.ts';
import { sub } from './sub.ts';
import { where } from './where.ts';

/** Options of `squareplus`. */
export interface SquareplusOptions {
  /** How round the corner is, greater than 0; 4 unless told. */
  readonly b?: number;
}

/**
 * A smooth form of relu without exponentials. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { squareplus, tensor } from '@deft/tensor';
 * console.log(squareplus(tensor([0, 3])).toArray()); // [1, 3.3027…]
 * ```
 */
export const squareplus: OperationFunction<UnaryFloatWith<SquareplusOptions>> = defineComposite({
  name: 'squareplus',
  inputs: ['x'],
  doc: {
    group: 'activation',
    summary: 'A smooth form of relu without exponentials.',
    math: 'squareplus(x) = (x + √(x² + b)) / 2',
    see: ['softplus', 'relu'],
  },
  arguments: (x: TensorLike, options: SquareplusOptions = {}) => ({
    inputs: [x],
    attributes: { b: finiteNumber('squareplus', 'b', options.b ?? 4, Number.MIN_VALUE) },
  }),
  promote: 'float',
  compose: ([x], { b }): Tensor => {
    floating('squareplus', x.abstract);
    const root = sqrt(add(square(x), b));
    // Below 0 the sum would cancel; the same value as a quotient does not.
    const negative = less(x, 0);
    const quotient = div(b / 2, where(negative, sub(root, x), 1));
    return where(negative, quotient, mul(add(x, root), 0.5));
  },
  samples: [
    { label: 'both signs', inputs: [nd([5], [-3, -0.5, 0, 1, 4])], grad: 'check' },
    { label: 'another curvature', inputs: [nd([2], [-2, 0.75])], rest: [{ b: 1 }], grad: 'check' },
    { label: 'far below 0', inputs: [nd([1], [-10000])], grad: [[0.5 - 0.5 / Math.sqrt(1 + 4e-8)]] },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [-1, 0, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /squareplus: expected floating input, got bool/,
    },
    {
      label: 'b of 0',
      inputs: [{ shape: [2] }],
      rest: [{ b: 0 }],
      code: 'E_ATTRIBUTE',
      says: /squareplus: b: .*got 0/,
    },
  ],
});
