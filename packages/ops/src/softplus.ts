/** `softplus`: a smooth form of relu. */
import { nd, type OperationFunction } from '@deft/core';
import { abs } from './abs.ts';
import { add } from './add.ts';
import { defineComposite } from './definition/define.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { exp } from './exp.ts';
import { log1p } from './log1p.ts';
import { maximum } from './maximum.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { sigmoid } from './sigmoid.ts';

/**
 * A smooth form of relu. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { softplus, tensor } from '@deft/tensor';
 * console.log(softplus(tensor([0, 10])).toArray()); // [0.6931…, 10.00004…]
 * ```
 */
export const softplus: OperationFunction<UnaryFloat> = defineComposite({
  name: 'softplus',
  inputs: ['x'],
  doc: {
    group: 'activation',
    summary: 'A smooth form of relu.',
    math: 'softplus(x) = ln(1 + eˣ)',
    notes: ['No overflow and no loss of digits at either end. The derivative is sigmoid(x), so ½ at 0.'],
    see: ['relu', 'sigmoid', 'logSigmoid'],
  },
  promote: 'float',
  compose: ([x]) => {
    floating('softplus', x.abstract);
    return add(maximum(x, 0), log1p(exp(neg(abs(x)))));
  },
  jvp: ([x], [dx]) => mul(dx, sigmoid(x)),
  vjp: (ct, { x }) => [mul(ct, sigmoid(x))],
  saves: ['x'],
  samples: [
    { label: 'both signs', inputs: [nd([4], [-3, -0.5, 1, 4])], grad: 'check' },
    { label: 'the seam at 0', inputs: [nd([1], [0])], grad: [[0.5]] },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [-1, 0, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'far out', inputs: [nd([4], [-80, -100, 40, 100])], grad: 'skip' },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /softplus: expected floating input, got bool/,
    },
  ],
});
