/** `add`: elementwise sum of two tensors. */
import { nd, type OperationFunction } from '@deft/core';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { numeric } from './definition/rules.ts';
import { binary, map } from './definition/scalar.ts';
import type { Binary } from './definition/signatures.ts';

/**
 * Elementwise sum, with broadcasting.
 *
 * @example
 * ```ts
 * import { add, tensor } from '@deft/tensor';
 * console.log(add(tensor([1, 2]), 10).toArray()); // [11, 12]
 * ```
 */
export const add: OperationFunction<Binary> = definePrimitive({
  name: 'add',
  inputs: ['a', 'b'],
  doc: {
    group: 'arithmetic',
    summary: 'Elementwise sum, with broadcasting.',
    math: 'add(a, b) = a + b',
    notes: ['Integers wrap.'],
    see: ['sub', 'sum'],
  },
  infer: ([a, b]) => numeric('add', a, b),
  jvp: (_, [da, db], _attributes, _output, [a, b]) => (!b ? da : !a ? db : add(da, db)),
  vjp: (ct) => [ct, ct],
  batch: 'elementwise',
  lower: map((a, b) => binary('add', a, b)),
  complex: 'parts',
  reference: elementwise((a, b) => a + b),
  samples: [
    { label: 'same shape', inputs: [nd([2, 2], [1, 2, 3, 4]), nd([2, 2], [10, 20, 30, 40])], grad: 'check' },
    { label: 'broadcast both ways', inputs: [nd([2, 1], [1, 2]), nd([3], [10, 20, 30])], grad: 'check' },
    { label: 'scalars', inputs: [nd([], [1]), nd([], [2])], grad: 'check' },
    { label: 'integers wrap', inputs: [nd([2], [2147483647, 1], 'int32'), nd([2], [1, 1], 'int32')] },
    { label: 'empty', inputs: [nd([0, 3], []), nd([3], [1, 2, 3])] },
    {
      label: 'nan and infinities',
      inputs: [nd([3], [NaN, Infinity, Infinity]), nd([3], [1, 1, -Infinity])],
      grad: 'skip',
    },
  ],
  errors: [
    {
      label: 'shapes that do not broadcast',
      inputs: [{ shape: [2, 3] }, { shape: [4] }],
      code: 'E_BROADCAST',
      says: /add: shapes do not broadcast together \(operands float32\[2, 3\], float32\[4\]\)/,
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
