/** `nextAfter`: the neighbouring number. */
import { nd, type OperationFunction } from '@deft/core';
import type { Expression } from '@deft/kernel';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import { binary, compare, constant, map, select, unary } from './definition/scalar.ts';
import type { BinaryFloat } from './definition/signatures.ts';

/**
 * The number next to `a` in the direction of `b`, with broadcasting. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { nextAfter, tensor } from '@deft/tensor';
 * console.log(nextAfter(tensor([1, 1], { dtype: 'float64' }), 2).toArray()); // [1.0000000000000002, 1.0000000000000002]
 * ```
 */
export const nextAfter: OperationFunction<BinaryFloat> = definePrimitive({
  name: 'nextAfter',
  inputs: ['a', 'b'],
  doc: {
    group: 'bits',
    summary: 'The number next to `a` in the direction of `b`, with broadcasting.',
    notes: [
      'Rump, Zimmermann, Boldo, Melquiond, “Computing predecessor and successor in rounding to nearest” (2009), with very small numbers scaled up first.',
    ],
    see: ['sign'],
  },
  promote: 'float',
  infer: ([a, b]) => floating('nextAfter', a, b),
  batch: 'elementwise',
  lower: map((a: Expression, b: Expression) => {
    const { unit, tiny, least, largest } = a.dtype === 'float64' ? double : single;
    const up = compare('less', a, b);
    const away = (step: Expression, x: Expression): Expression =>
      select(up, binary('add', x, step), binary('sub', x, step));
    const normal = (x: Expression): Expression => away(binary('mul', unary('abs', x), unit * (1 + 2 * unit)), x);
    const size = unary('abs', a);
    const scaled = binary('mul', normal(binary('mul', a, 2 ** 60)), 2 ** -60);
    const smallest = away(constant(a.dtype, least), a);
    const finite = select(
      compare('less', size, tiny),
      smallest,
      select(compare('less', size, 2 ** -60), scaled, normal(a)),
    );
    const inward = select(up, constant(a.dtype, -largest), constant(a.dtype, largest));
    const next = select(compare('equal', size, Infinity), inward, finite);
    const unordered = binary('or', unary('isNaN', a), unary('isNaN', b));
    return select(unordered, binary('add', a, b), select(compare('equal', a, b), b, next));
  }),
  nonDifferentiable: 'it steps through the numbers of a format and is no function of real numbers',
  reference: ([a, b]) => {
    const wide = a.dtype === 'float64';
    return elementwise((x, y) => neighbour(x, y, wide))([a, b]);
  },
  samples: [
    { label: 'up and down', inputs: [nd([4], [1, 1, -1, 1000]), nd([4], [2, 0, 0, 1e9])] },
    { label: 'equal', inputs: [nd([2], [1, 0]), nd([2], [1, 0])] },
    { label: 'around 0 and in the smallest numbers', inputs: [nd([4], [0, 0, 1e-40, -1e-30]), nd([4], [1, -1, 0, 0])] },
    { label: 'powers of 2', inputs: [nd([4], [0.5, 4, 2 ** 64, 2 ** -64]), nd([4], [0, 0, 0, 0])] },
    { label: 'the ends', inputs: [nd([2], [(2 - 2 ** -23) * 2 ** 127, -Infinity]), nd([2], [Infinity, 0])] },
    { label: 'broadcast', inputs: [nd([2, 1], [1, 3]), nd([2], [0, 9])] },
    { label: 'integers', inputs: [nd([2], [3, -1], 'int32'), nd([2], [4, 2], 'int32')] },
    { label: 'scalars', inputs: [nd([], [1]), nd([], [2])] },
    { label: 'empty', inputs: [nd([0], []), nd([1], [1])] },
    { label: 'nan', inputs: [nd([2], [NaN, 1]), nd([2], [1, NaN])] },
  ],
  errors: [
    {
      label: 'shapes that do not broadcast',
      inputs: [{ shape: [2] }, { shape: [3] }],
      code: 'E_BROADCAST',
      says: /nextAfter: shapes do not broadcast together/,
    },
    {
      label: 'bool',
      inputs: [
        { shape: [2], dtype: 'bool' },
        { shape: [2], dtype: 'bool' },
      ],
      code: 'E_DTYPE',
      says: /nextAfter: expected floating input, got bool/,
    },
  ],
});

/** Half of the distance from 1 to the next number, where that distance stops shrinking, the least number, the largest. */
const single = { unit: 2 ** -24, tiny: 2 ** -125, least: 2 ** -149, largest: (2 - 2 ** -23) * 2 ** 127 };
const double = { unit: 2 ** -53, tiny: 2 ** -1021, least: 2 ** -1074, largest: Number.MAX_VALUE };

/** By counting the bits up or down. */
function neighbour(x: number, y: number, wide: boolean): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  if (x === y) return y;
  const view = new DataView(new ArrayBuffer(8));
  if (x === 0) return Math.sign(y) * (wide ? double : single).least;
  const step = x > 0 === x < y ? 1 : -1;
  if (wide) {
    view.setFloat64(0, x);
    view.setBigInt64(0, view.getBigInt64(0) + BigInt(step));
    return view.getFloat64(0);
  }
  view.setFloat32(0, x);
  view.setInt32(0, view.getInt32(0) + step);
  return view.getFloat32(0);
}
