/** `asin`: the angle whose sine every element is, from −π/2 to π/2. */
import { nd, type OperationFunction } from '@deft/core';
import { add } from './add.ts';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import { map, unary } from './definition/scalar.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { div } from './div.ts';
import { mul } from './mul.ts';
import { sqrt } from './sqrt.ts';
import { sub } from './sub.ts';

/**
 * The angle whose sine every element is, from −π/2 to π/2. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { asin, tensor } from '@deft/tensor';
 * console.log(asin(tensor([0, 1])).toArray()); // [0, 1.5707…]
 * ```
 */
export const asin: OperationFunction<UnaryFloat> = definePrimitive({
  name: 'asin',
  inputs: ['x'],
  doc: {
    group: 'trigonometric',
    summary: 'The angle whose sine every element is, from −π/2 to π/2.',
    notes: ['NaN outside of [−1, 1].'],
    see: ['sin'],
  },
  promote: 'float',
  infer: ([x]) => floating('asin', x),
  jvp: ([x], [dx]) => div(dx, sqrt(mul(sub(1, x), add(x, 1)))),
  vjp: (ct, { x }) => [div(ct, sqrt(mul(sub(1, x), add(x, 1))))],
  saves: ['x'],
  batch: 'elementwise',
  lower: map((x) => unary('asin', x)),
  reference: elementwise(Math.asin),
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
      says: /asin: expected floating input, got bool/,
    },
  ],
});
