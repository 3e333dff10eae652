/** `logicalNot`: whether the element is false. */
import { nd, type OperationFunction } from '@deft/core';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { logical } from './definition/rules.ts';
import { map, unary } from './definition/scalar.ts';
import type { UnaryTest } from './definition/signatures.ts';

/**
 * Whether each element is false.
 *
 * @example
 * ```ts
 * import { logicalNot, tensor } from '@deft/tensor';
 * console.log(logicalNot(tensor([true, false])).toArray()); // [false, true]
 * ```
 */
export const logicalNot: OperationFunction<UnaryTest> = definePrimitive({
  name: 'logicalNot',
  inputs: ['x'],
  doc: {
    group: 'logic',
    summary: 'Whether each element is false.',
    math: 'logicalNot(x) = ¬x',
    see: ['logicalAnd', 'logicalOr', 'equal'],
  },
  infer: ([x]) => logical('logicalNot', x),
  nonDifferentiable: 'the result is bool',
  batch: 'elementwise',
  lower: map((x) => unary('not', x)),
  reference: elementwise((x) => 1 - x),
  samples: [
    { label: 'both', inputs: [nd([2], [0, 1], 'bool')] },
    { label: 'scalar', inputs: [nd([], [1], 'bool')] },
    { label: 'empty', inputs: [nd([2, 0], [], 'bool')] },
  ],
  errors: [
    {
      label: 'numbers',
      inputs: [{ shape: [2] }],
      code: 'E_DTYPE',
      says: /logicalNot: expected bool input, got float32/,
    },
  ],
});
