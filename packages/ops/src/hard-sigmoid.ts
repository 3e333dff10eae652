/** `hardSigmoid`: a piecewise linear form of the logistic function. */
import { nd, type OperationFunction } from '@deft/core';
import { add } from './add.ts';
import { defineComposite } from './definition/define.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { div } from './div.ts';
import { relu6 } from './relu6.ts';

/**
 * A piecewise linear form of the logistic function. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { hardSigmoid, tensor } from '@deft/tensor';
 * console.log(hardSigmoid(tensor([-4, 0, 1])).toArray()); // [0, 0.5, 0.6666…]
 * ```
 */
export const hardSigmoid: OperationFunction<UnaryFloat> = defineComposite({
  name: 'hardSigmoid',
  inputs: ['x'],
  doc: {
    group: 'activation',
    summary: 'A piecewise linear form of the logistic function.',
    math: 'hardSigmoid(x) = min(max(x + 3, 0), 6) / 6',
    notes: ['The derivative at −3 and at 3 is 0.'],
    see: ['sigmoid', 'relu6'],
  },
  promote: 'float',
  compose: ([x]) => {
    floating('hardSigmoid', x.abstract);
    return div(relu6(add(x, 3)), 6);
  },
  samples: [
    { label: 'both signs', inputs: [nd([5], [-4, -0.5, 1, 2, 7])], grad: 'check' },
    { label: 'the kinks at −3 and 3', inputs: [nd([3], [-3, 0, 3])], grad: [[0, 0.16666666666666666, 0]] },
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
      says: /hardSigmoid: expected floating input, got bool/,
    },
  ],
});
