/** `acos`: the angle whose cosine every element is, from 0 to π. */
import { nd, type OperationFunction } from '@deft/core';
import { add } from './add.ts';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import { map, unary } from './definition/scalar.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { div } from './div.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { sqrt } from './sqrt.ts';
import { sub } from './sub.ts';

/**
 * The angle whose cosine every element is, from 0 to π. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { acos, tensor } from '@deft/tensor';
 * console.log(acos(tensor([1, 0])).toArray()); // [0, 1.5707…]
 * ```
 */
export const acos: OperationFunction<UnaryFloat> = definePrimitive({
  name: 'acos',
  inputs: ['x'],
  doc: {
    group: 'trigonometric',
    summary: 'The angle whose cosine every element is, from 0 to π.',
    notes: ['NaN outside of [−1, 1].'],
    see: ['cos'],
  },
  promote: 'float',
  infer: ([x]) => floating('acos', x),
  jvp: ([x], [dx]) => neg(div(dx, sqrt(mul(sub(1, x), add(x, 1))))),
  vjp: (ct, { x }) => [neg(div(ct, sqrt(mul(sub(1, x), add(x, 1)))))],
  saves: ['x'],
  batch: 'elementwise',
  lower: map((x) => unary('acos', x)),
  reference: elementwise(Math.acos),
  samples: [
    { label: 'typical', inputs: [nd([5], [-0.9, -0.5, 0, 0.25, 0.9])], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [-1, 0, 1], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'the ends of the domain', inputs: [nd([4], [-1, 1, 1.5, -2])], grad: 'skip' },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /acos: expected floating input, got bool/,
    },
  ],
});
