/** `bitwiseXor`: the bits that exactly one has. */
import type { OperationFunction } from '@deft/core';
import { ofBits } from './definition/bits.ts';
import { bitsErrors, bitwiseSamples } from './definition/bits-samples.ts';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { binary, map } from './definition/scalar.ts';
import type { Binary } from './definition/signatures.ts';
import { int64 } from './definition/whole-numbers.ts';

/**
 * The bits that exactly one has of two integers or booleans, with broadcasting.
 *
 * @example
 * ```ts
 * import { bitwiseXor, tensor } from '@deft/tensor';
 * console.log(bitwiseXor(tensor([12, 6], { dtype: 'int32' }), tensor([10, 3], { dtype: 'int32' })).toArray()); // [6, 5]
 * ```
 */
export const bitwiseXor: OperationFunction<Binary> = definePrimitive({
  name: 'bitwiseXor',
  inputs: ['a', 'b'],
  doc: {
    group: 'bits',
    summary: 'The bits that exactly one has of two integers or booleans, with broadcasting.',
    math: 'bitwiseXor(a, b) = a ⊕ b',
    see: ['bitwiseAnd', 'bitwiseOr', 'bitwiseNot'],
  },
  promote: 'all',
  infer: ([a, b]) => ofBits('bitwiseXor', true, a, b),
  batch: 'elementwise',
  lower: map((a, b) => binary('xor', a, b)),
  nonDifferentiable: 'the operands are integers',
  reference: elementwise((a, b) => a ^ b, { int64: int64((a, b) => a ^ b) }),
  samples: bitwiseSamples,
  errors: bitsErrors('bitwiseXor', 'integers or bool'),
});
