/** `pow`: one tensor raised to the power of another, element by element. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { numeric } from './definition/rules.ts';
import { binary, map } from './definition/scalar.ts';
import type { Binary } from './definition/signatures.ts';
import { tangentSum } from './definition/tangents.ts';
import { wrappingProduct } from './definition/whole-numbers.ts';
import { equal } from './equal.ts';
import { exp } from './exp.ts';
import { greater } from './greater.ts';
import { log } from './log.ts';
import { mul } from './mul.ts';
import { sub } from './sub.ts';
import { where } from './where.ts';

/**
 * Elementwise power, with broadcasting.
 *
 * @example
 * ```ts
 * import { pow, tensor } from '@deft/tensor';
 * console.log(pow(tensor([1, 2, 3]), 2).toArray()); // [1, 4, 9]
 * ```
 */
export const pow: OperationFunction<Binary> = definePrimitive({
  name: 'pow',
  inputs: ['a', 'b'],
  doc: {
    group: 'arithmetic',
    summary: 'Elementwise power, with broadcasting.',
    math: 'pow(a, b) = aᵇ',
    notes: [
      'Anything to the power of 0 is 1. A negative number to a power that is not whole is NaN.',
      'Integers wrap; a negative power of an integer is truncated towards zero.',
      'The derivative by the exponent is 0 where the base is not positive.',
    ],
    see: ['square', 'sqrt', 'exp'],
  },
  infer: ([a, b]) => numeric('pow', a, b),
  jvp: ([a, b], [da, db], _, output, varies) =>
    tangentSum(
      varies,
      () => mul(da, slopeInBase(a, b)),
      () => mul(db, slopeInExponent(a, output)),
    ),
  vjp: (ct, { a, b, output }, _, needs) => [
    needs[0] ? mul(ct, slopeInBase(a, b)) : null,
    needs[1] ? mul(ct, slopeInExponent(a, output)) : null,
  ],
  saves: ['a', 'b', 'output'],
  savedFor: { b: ['a'], output: ['b'] },
  batch: 'elementwise',
  lower: map((a, b) => binary('pow', a, b)),
  complex: ([a, b]) => {
    // 0 to any power but 0 is 0; the logarithm is never taken of it.
    const isZero = equal(a, 0);
    const power = exp(mul(b, log(where(isZero, 1, a))));
    return where(isZero, where(equal(b, 0), 1, 0), power) as Tensor;
  },
  reference: elementwise((a, b) => a ** b, {
    integer: (a, b) => integerPower(a, b, Math.imul),
    int64: (a, b) => integerPower(a, b, wrappingProduct('int64')),
  }),
  samples: [
    { label: 'typical', inputs: [nd([4], [0.5, 1, 2, 3]), nd([4], [2, 3, -1.5, 0.5])], grad: 'check' },
    { label: 'broadcast', inputs: [nd([2, 1], [1.5, 2]), nd([3], [2, 3, 0.5])], grad: 'check' },
    { label: 'a scalar exponent', inputs: [nd([3], [1, 2, 3]), nd([], [2])], grad: 'check' },
    {
      label: 'whole powers of negative numbers',
      inputs: [nd([3], [-2, -3, -0.5]), nd([3], [2, 3, -2])],
      grad: [
        [-4, 27, 16],
        [0, 0, 0],
      ],
    },
    {
      label: 'gradient at base 0 and exponent 0',
      inputs: [nd([4], [0, 0, 3, -2]), nd([4], [2, 1, 0, 2])],
      grad: [
        [0, 1, 0, -4],
        [0, 0, Math.log(3), 0],
      ],
    },
    { label: 'integers', inputs: [nd([5], [2, -3, 3, 2, -1], 'int32'), nd([5], [10, 3, 21, -1, -3], 'int32')] },
    { label: 'unsigned integers', inputs: [nd([2], [3, 65537], 'uint32'), nd([2], [20, 2], 'uint32')] },
    { label: 'empty', inputs: [nd([0], []), nd([1], [2])] },
    {
      label: 'special values',
      inputs: [nd([8], [0, 0, -8, NaN, NaN, Infinity, -Infinity, 2]), nd([8], [0, -1, 0.5, 0, 1, -1, 3, Infinity])],
      grad: 'skip',
    },
  ],
  errors: [
    {
      label: 'shapes that do not broadcast',
      inputs: [{ shape: [2, 3] }, { shape: [4] }],
      code: 'E_BROADCAST',
      says: /pow: shapes do not broadcast together \(operands float32\[2, 3\], float32\[4\]\)/,
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

/** `b · a^(b−1)`, and 0 where `b` is 0 (also at `a` = 0). */
function slopeInBase(a: Tensor, b: Tensor): Tensor {
  const constant = equal(b, 0);
  return where(constant, 0, mul(b, pow(a, where(constant, 1, sub(b, 1)))));
}

/** `a^b · ln a` where `a` is positive; the logarithm is never taken of anything else. */
function slopeInExponent(a: Tensor, output: Tensor): Tensor {
  const positive = greater(a, 0);
  return where(positive, mul(output, log(where(positive, a, 1))), 0);
}

/** Power by squaring with a product that wraps. */
function integerPower(base: number, exponent: number, product: (x: number, y: number) => number): number {
  if (exponent < 0) return base === 1 ? 1 : base === -1 ? (exponent % 2 === 0 ? 1 : -1) : 0;
  let result = 1;
  let square = base;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = product(result, square);
    square = product(square, square);
  }
  return result;
}
