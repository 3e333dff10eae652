/** `selu`: the scaled exponential linear unit, which keeps mean and variance through layers. */
import { nd, type OperationFunction } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { elu } from './elu.ts';
import { mul } from './mul.ts';

/** Klambauer et al., "Self-normalizing neural networks" (2017). */
const alpha = 1.6732632423543772;
const scale = 1.0507009873554805;

/**
 * The scaled exponential linear unit, which keeps mean and variance through layers. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { selu, tensor } from '@deft/tensor';
 * console.log(selu(tensor([-1, 2])).toArray()); // [-1.1113…, 2.1014…]
 * ```
 */
export const selu: OperationFunction<UnaryFloat> = defineComposite({
  name: 'selu',
  inputs: ['x'],
  doc: {
    group: 'activation',
    summary: 'The scaled exponential linear unit, which keeps mean and variance through layers.',
    math: 'selu(x) = λ elu(x, α)',
    notes: ['α = 1.6732632423543772, λ = 1.0507009873554805. The derivative at 0 is λ α.'],
    see: ['elu'],
  },
  promote: 'float',
  compose: ([x]) => {
    floating('selu', x.abstract);
    return mul(elu(x, { alpha }), scale);
  },
  samples: [
    { label: 'both signs', inputs: [nd([4], [-3, -0.5, 1, 4])], grad: 'check' },
    { label: 'the seam at 0', inputs: [nd([1], [0])], grad: [[1.7580993408473766]] },
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
      says: /selu: expected floating input, got bool/,
    },
  ],
});
