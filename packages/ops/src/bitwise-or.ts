/** `bitwiseOr`: the bits that either has. */
import type { OperationFunction } from '@deft/core';
import { ofBits } from './definition/bits.ts';
import { bitsErrors, bitwiseSamples } from './definition/bits-samples.ts';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { binary, map } from './definition/scalar.ts';
import type { Binary } from './definition/signatures.ts';
import { int64 } from './definition/whole-numbers.ts';

/**
 * The bits that either has of two integers or booleans, with broadcasting.
 *
 * @example
 * ```ts
 * import { bitwiseOr, tensor } from '@deft/tensor';
 * console.log(bitwiseOr(tensor([12, 6], { dtype: 'int32' }), tensor([10, 3], { dtype: 'int32' })).toArray()); // [14, 7]
 * ```
 */
export const bitwiseOr: OperationFunction<Binary> = definePrimitive({
  name: 'bitwiseOr',
  inputs: ['a', 'b'],
  doc: {
    group: 'bits',
    summary: 'The bits that either has of two integers or booleans, with broadcasting.',
    math: 'bitwiseOr(a, b) = a ∨ b',
    see: ['bitwiseAnd', 'bitwiseXor', 'bitwiseNot'],
  },
  promote: 'all',
  infer: ([a, b]) => ofBits('bitwiseOr', true, a, b),
  batch: 'elementwise',
  lower: map((a, b) => binary('or', a, b)),
  nonDifferentiable: 'the operands are integers',
  reference: elementwise((a, b) => a | b, { int64: int64((a, b) => a | b) }),
  samples: bitwiseSamples,
  errors: bitsErrors('bitwiseOr', 'integers or bool'),
});
