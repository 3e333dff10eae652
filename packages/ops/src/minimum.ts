/** `minimum`: the smaller of two elements. */
import type { OperationFunction, Tensor } from '@deft/core';
import { definePrimitive } from './definition/define.ts';
import { pairExtremeSamples } from './definition/extreme-samples.ts';
import { elementwise } from './definition/reference.ts';
import { numeric } from './definition/rules.ts';
import { binary, map } from './definition/scalar.ts';
import type { Binary } from './definition/signatures.ts';
import { tangentSum } from './definition/tangents.ts';
import { equal } from './equal.ts';
import { less } from './less.ts';
import { mul } from './mul.ts';
import { where } from './where.ts';

/**
 * The smaller of two elements, with broadcasting.
 *
 * @example
 * ```ts
 * import { minimum, tensor } from '@deft/tensor';
 * console.log(minimum(tensor([1, 5]), 3).toArray()); // [1, 3]
 * ```
 */
export const minimum: OperationFunction<Binary> = definePrimitive({
  name: 'minimum',
  inputs: ['a', 'b'],
  doc: {
    group: 'arithmetic',
    summary: 'The smaller of two elements, with broadcasting.',
    math: 'minimum(a, b) = min(a, b)',
    notes: ['NaN if either is NaN.', 'Where both are equal, each gets half of the gradient.'],
    see: ['maximum', 'min', 'clip'],
  },
  infer: ([a, b]) => numeric('minimum', a, b),
  jvp: ([a, b], [da, db], _attributes, _output, varies) =>
    tangentSum(
      varies,
      () => share(a, b, da),
      () => share(b, a, db),
    ),
  vjp: (ct, { a, b }, _, needs) => [needs[0] ? share(a, b, ct) : null, needs[1] ? share(b, a, ct) : null],
  saves: ['a', 'b'],
  batch: 'elementwise',
  lower: map((a, b) => binary('min', a, b)),
  reference: elementwise(Math.min),
  samples: pairExtremeSamples([
    [1, 0.5, 0],
    [0, 0.5, 1],
  ]),
  errors: [
    {
      label: 'shapes that do not broadcast',
      inputs: [{ shape: [2, 3] }, { shape: [4] }],
      code: 'E_BROADCAST',
      says: /minimum: shapes do not broadcast together \(operands float32\[2, 3\], float32\[4\]\)/,
    },
    {
      label: 'bool',
      inputs: [
        { shape: [2], dtype: 'bool' },
        { shape: [2], dtype: 'bool' },
      ],
      code: 'E_DTYPE',
      says: /numeric/,
    },
  ],
});

/** What `own` gets of a derivative: all where it is the smaller one, half where both are equal. */
function share(own: Tensor, other: Tensor, derivative: Tensor): Tensor {
  return where(less(own, other), derivative, where(equal(own, other), mul(derivative, 0.5), 0));
}
