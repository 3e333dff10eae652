/** `bitwiseAnd`: the bits that both have. */
import type { OperationFunction } from '@deft/core';
import { ofBits } from './definition/bits.ts';
import { bitsErrors, bitwiseSamples } from './definition/bits-samples.ts';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { binary, map } from './definition/scalar.ts';
import type { Binary } from './definition/signatures.ts';
import { int64 } from './definition/whole-numbers.ts';

/**
 * The bits that both have of two integers or booleans, with broadcasting.
 *
 * @example
 * ```ts
 * import { bitwiseAnd, tensor } from '@deft/tensor';
 * console.log(bitwiseAnd(tensor([12, 6], { dtype: 'int32' }), tensor([10, 3], { dtype: 'int32' })).toArray()); // [8, 2]
 * ```
 */
export const bitwiseAnd: OperationFunction<Binary> = definePrimitive({
  name: 'bitwiseAnd',
  inputs: ['a', 'b'],
  doc: {
    group: 'bits',
    summary: 'The bits that both have of two integers or booleans, with broadcasting.',
    math: 'bitwiseAnd(a, b) = a ∧ b',
    see: ['bitwiseOr', 'bitwiseXor', 'bitwiseNot'],
  },
  promote: 'all',
  infer: ([a, b]) => ofBits('bitwiseAnd', true, a, b),
  batch: 'elementwise',
  lower: map((a, b) => binary('and', a, b)),
  nonDifferentiable: 'the operands are integers',
  reference: elementwise((a, b) => a & b, { int64: int64((a, b) => a & b) }),
  samples: bitwiseSamples,
  errors: bitsErrors('bitwiseAnd', 'integers or bool'),
});
