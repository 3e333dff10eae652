/** `ldexp`: numbers times powers of 2. */
import {
  abstractValue,
  type Broadcast,
  bytesOf,
  type CheckBroadcast,
  isFloating,
  nd,
  type OperationFunction,
  raise,
  type Tensor,
  tryBroadcast,
} from '@deft/core';
import type { Expression } from '@deft/kernel';
import { cast } from './cast.ts';
import { ofBits } from './definition/bits.ts';
import type { TensorLike } from './definition/convert.ts';
import { definePrimitive } from './definition/define.ts';
import { asIndices } from './definition/gathering.ts';
import { operand } from './definition/operand.ts';
import { elementAt, generate } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import { binary, compare, map, select, unary } from './definition/scalar.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './definition/signatures.ts';

type Ldexp = <const X extends TensorLike, const E extends TensorLike>(
  x: X,
  exponent: E & CheckBroadcast<ShapeOf<X>, ShapeOf<E>>,
) => Tensor<Broadcast<ShapeOf<X>, ShapeOf<E>>, FloatOf<DTypeOfOne<X>>>;

/**
 * Every element times 2 to the power of a whole number, with broadcasting: exact, with one rounding where the result is
 * denormal. An integer `x` is taken as float32.
 *
 * @throws `E_DTYPE` unless the exponents are integers, `E_BROADCAST` when the shapes do not broadcast.
 * @example
 * ```ts
 * import { ldexp, tensor } from '@deft/tensor';
 * console.log(ldexp(tensor([3, 0.5]), [2, -1]).toArray()); // [12, 0.25]
 * ```
 */
export const ldexp: OperationFunction<Ldexp> = definePrimitive({
  name: 'ldexp',
  inputs: ['x', 'exponent'],
  doc: {
    group: 'math',
    summary: 'Numbers times powers of 2, with broadcasting.',
    math: 'ldexp(x, n) = x · 2ⁿ',
    notes: ['Exact where the result is in range, also where 2ⁿ is not.'],
    see: ['exp2', 'leftShift'],
  },
  promote: 'none',
  arguments: (x: TensorLike, exponent: TensorLike) => {
    const given = operand('ldexp', 'x', x);
    const real = isFloating(given.dtype) || given.dtype === 'bool' ? given : (cast(given, 'float32') as Tensor);
    return { inputs: [real, asIndices('ldexp', exponent)], attributes: {} };
  },
  infer: ([x, exponent]) => {
    const { dtype } = floating('ldexp', x);
    ofBits('ldexp', false, exponent);
    const shape = tryBroadcast([x.shape, exponent.shape]);
    if (!shape)
      return raise('E_BROADCAST', { op: 'ldexp', says: 'shapes do not broadcast together', operands: [x, exponent] });
    return abstractValue(shape, dtype);
  },
  jvp: ([, exponent], [dx]) => ldexp(dx, exponent),
  vjp: (ct, { exponent }) => [ldexp(ct, exponent), null],
  saves: ['exponent'],
  batch: 'elementwise',
  lower: map(scaled),
  reference: ([x, exponent]) =>
    generate(tryBroadcast([x.shape, exponent.shape]) as number[], x.dtype, (point) =>
      timesPower(elementAt(x, point), elementAt(exponent, point)),
    ),
  samples: [
    { label: 'typical', inputs: [nd([4], [1, -2, 3, 0.5]), nd([4], [2, -1, 3, -4], 'int32')], grad: 'check' },
    { label: 'broadcast', inputs: [nd([2, 1], [1, -2]), nd([3], [1, -1, 0], 'int32')], grad: 'check' },
    { label: 'scalars', inputs: [nd([], [1.5]), nd([], [2], 'int32')], grad: 'check' },
    { label: 'integers', inputs: [nd([2], [3, -1], 'int32'), nd([2], [4, -2], 'int32')] },
    { label: 'unsigned exponents', inputs: [nd([3], [3, 1, -0]), nd([3], [4, 4294967295, 4294967295], 'uint32')] },
    { label: 'empty', inputs: [nd([0], []), nd([1], [1], 'int32')] },
    {
      label: 'powers out of range',
      inputs: [
        nd([8], [2 ** -149, 2 ** 127, 1.5, 1, -3, 2 ** -140, 1, 1.25]),
        nd([8], [276, -276, -149, -151, 1e9, 200, -2147483648, -148], 'int32'),
      ],
    },
    {
      label: 'doubles out of range',
      inputs: [
        nd([6], [2 ** -1074, 2 ** 1023, 1.5, 1, -3, 1.25], 'float64'),
        nd([6], [2097, -2097, -1074, -1076, 1e9, -1073], 'int32'),
      ],
    },
    {
      label: 'nan and infinities',
      inputs: [nd([5], [NaN, Infinity, -Infinity, 0, -0]), nd([5], [1, -5000, 5000, 5000, -1], 'int32')],
      grad: 'skip',
    },
  ],
  errors: [
    {
      label: 'shapes that do not broadcast',
      inputs: [{ shape: [2] }, { shape: [3], dtype: 'int32' }],
      code: 'E_BROADCAST',
      says: /ldexp: shapes do not broadcast together/,
    },
    {
      label: 'broken exponents',
      inputs: [{ shape: [2] }, { shape: [2] }],
      code: 'E_DTYPE',
      says: /ldexp: expected integers, got float32/,
    },
    {
      label: 'bool',
      inputs: [
        { shape: [2], dtype: 'bool' },
        { shape: [2], dtype: 'int32' },
      ],
      code: 'E_DTYPE',
      says: /ldexp: expected floating input, got bool/,
    },
  ],
});

/** Bits of the fraction with the hidden one, and the largest exponent, of what a dtype is computed in. */
const formats = { single: { digits: 24, highest: 127 }, double: { digits: 53, highest: 1023 } } as const;

/**
 * Multiplies by up to three powers of 2 that are numbers of the dtype. Going down, each of the first two leaves the exponent
 * so far above the lowest one that only the last product can round (as `scalbn` of musl does).
 */
function scaled(x: Expression, exponent: Expression): Expression {
  const { digits, highest } = bytesOf(x.dtype) === 8 ? formats.double : formats.single;
  const lowest = 1 - highest;
  const most = 3 * highest;
  const low = exponent.dtype.startsWith('u')
    ? binary('min', exponent, most)
    : binary('max', binary('min', exponent, most), -most);
  let rest: Expression = low.dtype === 'int32' ? low : { kind: 'cast', dtype: 'int32', x: low };
  let value = x;
  for (let step = 0; step < 2; step++) {
    const [above, below] = [compare('greater', rest, highest), compare('less', rest, lowest)];
    const down = lowest + digits;
    const factor = select(
      above,
      binary('mul', one(x), 2 ** highest),
      select(below, binary('mul', one(x), 2 ** down), one(x)),
    );
    value = binary('mul', value, factor);
    rest = select(above, binary('sub', rest, highest), select(below, binary('sub', rest, down), rest));
  }
  return binary('mul', value, powerOfTwo(binary('max', binary('min', rest, highest), lowest), x));
}

const one = (x: Expression): Expression => ({ kind: 'constant', dtype: x.dtype, value: 1 });

/** 2 to the power of a whole number that is an exponent of the dtype, as a product of squares: no step rounds. */
function powerOfTwo(exponent: Expression, like: Expression): Expression {
  const size = unary('abs', exponent);
  let power = one(like);
  for (let bit = 1; bit < (bytesOf(like.dtype) === 8 ? 1024 : 128); bit *= 2) {
    const has = compare('notEqual', binary('and', size, bit), 0);
    power = select(has, binary('mul', power, 2 ** bit), power);
  }
  return select(compare('less', exponent, 0), binary('div', one(like), power), power);
}

/** Of plain numbers: every product is exact but the last. */
function timesPower(x: number, exponent: number): number {
  let [value, rest] = [x, Math.max(-4000, Math.min(4000, exponent))];
  for (; rest > 1000; rest -= 1000) value *= 2 ** 1000;
  // Down to 2⁻⁹⁶⁹ first, so that what is left takes the product to the denormal numbers at once.
  for (; rest < -1022; rest += 969) value *= 2 ** -969;
  return value * 2 ** rest;
}
