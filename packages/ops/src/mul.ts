/** `mul`: elementwise product of two tensors. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { add } from './add.ts';
import { complex } from './complex.ts';
import { partsOf } from './definition/complex-part.ts';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { numeric } from './definition/rules.ts';
import { binary, map } from './definition/scalar.ts';
import type { Binary } from './definition/signatures.ts';
import { tangentSum } from './definition/tangents.ts';
import { wrappingProduct } from './definition/whole-numbers.ts';
import { sub } from './sub.ts';

/**
 * Elementwise product, with broadcasting.
 *
 * @example
 * ```ts
 * import { mul, tensor } from '@deft/tensor';
 * console.log(mul(tensor([1, 2, 3]), 2).toArray()); // [2, 4, 6]
 * ```
 */
export const mul: OperationFunction<Binary> = definePrimitive({
  name: 'mul',
  inputs: ['a', 'b'],
  doc: {
    group: 'arithmetic',
    summary: 'Elementwise product, with broadcasting.',
    math: 'mul(a, b) = a · b',
    notes: ['Integers wrap.'],
    see: ['div', 'matmul', 'square'],
  },
  infer: ([a, b]) => numeric('mul', a, b),
  jvp: ([a, b], [da, db], _attributes, _output, varies) =>
    tangentSum(
      varies,
      () => mul(da, b),
      () => mul(a, db),
    ),
  vjp: (ct, { a, b }, _, needs) => [needs[0] ? mul(ct, b) : null, needs[1] ? mul(ct, a) : null],
  saves: ['a', 'b'],
  savedFor: { a: ['b'], b: ['a'] },
  batch: 'elementwise',
  lower: map((a, b) => binary('mul', a, b)),
  complex: ([a, b]) => {
    const [[ar, ai], [br, bi]] = [partsOf(a), partsOf(b)];
    return complex(sub(mul(ar, br), mul(ai, bi)), add(mul(ar, bi), mul(ai, br))) as Tensor;
  },
  reference: elementwise((a, b) => a * b, { integer: Math.imul, int64: wrappingProduct('int64') }),
  samples: [
    { label: 'same shape', inputs: [nd([2, 2], [1, -2, 3, 4]), nd([2, 2], [0.5, 20, -3, 4])], grad: 'check' },
    { label: 'broadcast both ways', inputs: [nd([2, 1], [1, 2]), nd([3], [10, 20, 30])], grad: 'check' },
    { label: 'scalars', inputs: [nd([], [3]), nd([], [2])], grad: 'check' },
    { label: 'integers wrap', inputs: [nd([2], [2147483647, 65537], 'int32'), nd([2], [2, 65537], 'int32')] },
    { label: 'unsigned integers wrap', inputs: [nd([1], [4294967295], 'uint32'), nd([1], [4294967295], 'uint32')] },
    { label: 'empty', inputs: [nd([0, 3], []), nd([3], [1, 2, 3])] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, 0]), nd([3], [1, -2, Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'shapes that do not broadcast',
      inputs: [{ shape: [2, 3] }, { shape: [4] }],
      code: 'E_BROADCAST',
      says: /mul: shapes do not broadcast together \(operands float32\[2, 3\], float32\[4\]\)/,
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
