/** `entr`: what a probability adds to an entropy. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { less } from './less.ts';
import { sub } from './sub.ts';
import { where } from './where.ts';
import { xlogy } from './xlogy.ts';

/**
 * `−x · ln x` of every element: 0 at 0, and −Infinity below. Integers are taken as float32.
 *
 * @throws `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { entr, tensor } from '@deft/tensor';
 * console.log(entr(tensor([0, 0.5, 1])).toArray()); // [0, 0.3465…, 0]
 * ```
 */
export const entr: OperationFunction<UnaryFloat> = defineComposite({
  name: 'entr',
  inputs: ['x'],
  doc: {
    group: 'special',
    summary: 'What a probability adds to an entropy.',
    math: 'entr(x) = −x · ln x',
    notes: ['0 at 0, −Infinity below. The derivative is Infinity at 0.'],
    see: ['xlogy', 'log'],
  },
  promote: 'float',
  compose: ([x]): Tensor => {
    floating('entr', x.abstract);
    return where(less(x, 0), Number.NEGATIVE_INFINITY, sub(0, xlogy(x, x))) as Tensor;
  },
  reference: elementwise((x: number) => (x < 0 ? Number.NEGATIVE_INFINITY : x === 0 ? 0 : -x * Math.log(x))),
  samples: [
    { label: 'typical', inputs: [nd([4], [0.25, 0.5, 1, 3])], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'at 0 and below', inputs: [nd([3], [0, -0, -1])], grad: 'skip' },
    { label: 'integers', inputs: [nd([3], [0, 1, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /entr: expected floating input, got bool/,
    },
  ],
});
