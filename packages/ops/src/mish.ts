/** `mish`: a smooth, self-gated activation. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { add } from './add.ts';
import { defineComposite } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { div } from './div.ts';
import { equal } from './equal.ts';
import { exp } from './exp.ts';
import { greater } from './greater.ts';
import { mul } from './mul.ts';
import { where } from './where.ts';

/**
 * A smooth, self-gated activation. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { mish, tensor } from '@deft/tensor';
 * console.log(mish(tensor([-1, 2])).toArray()); // [-0.3034…, 1.9439…]
 * ```
 */
export const mish: OperationFunction<UnaryFloat> = defineComposite({
  name: 'mish',
  inputs: ['x'],
  doc: {
    group: 'activation',
    summary: 'A smooth, self-gated activation.',
    math: 'mish(x) = x · tanh(softplus(x))',
    notes: ['tanh(ln(1 + eˣ)) = n / (n + 2) with n = eˣ (eˣ + 2).'],
    see: ['silu', 'softplus'],
  },
  promote: 'float',
  compose: ([x]): Tensor => {
    floating('mish', x.abstract);
    const large = greater(x, 20);
    const e = exp(where(large, 0, x));
    const n = mul(e, add(e, 2));
    // From here on nothing is left of −Infinity · 0.
    const finite = where(equal(x, Number.NEGATIVE_INFINITY), 0, x);
    return where(large, x, mul(finite, div(n, add(n, 2))));
  },
  reference: elementwise((v) =>
    v === Number.NEGATIVE_INFINITY ? -0 : v * Math.tanh(v > 30 ? v : Math.log1p(Math.exp(v))),
  ),
  samples: [
    { label: 'both signs', inputs: [nd([5], [-3, -0.5, 0, 1, 4])], grad: 'check' },
    { label: 'large', inputs: [nd([3], [19, 25, 100])], grad: 'check' },
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
      says: /mish: expected floating input, got bool/,
    },
  ],
});
