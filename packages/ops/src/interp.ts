/** `interp`: values between those of a table. */
import { nd, type OperationFunction, raise, type Tensor } from '@deft/core';
import { add } from './add.ts';
import { clip } from './clip.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { finiteNumber } from './definition/options.ts';
import { elementAt, generate } from './definition/reference.ts';
import { floating, requireRank } from './definition/rules.ts';
import type { ShapeOf } from './definition/signatures.ts';
import { div } from './div.ts';
import { equal } from './equal.ts';
import { gather } from './gather.ts';
import { greater } from './greater.ts';
import { less } from './less.ts';
import { mul } from './mul.ts';
import { searchSorted } from './search-sorted.ts';
import { slice } from './slice.ts';
import { squeeze } from './squeeze.ts';
import { sub } from './sub.ts';
import { where } from './where.ts';

/** Options of `interp`. */
export interface InterpOptions {
  /** The value before the first place; that at the first place unless told. */
  readonly left?: number;
  /** The value behind the last place; that at the last place unless told. */
  readonly right?: number;
}

type Interp = <const X extends TensorLike>(
  x: X,
  places: TensorLike,
  values: TensorLike,
  options?: InterpOptions,
) => Tensor<ShapeOf<X>>;

/**
 * The values at every element of `x` of the broken line through a table: at each of the rising `places` one of the `values`, straight
 * between them, and constant outside. Integers are taken as float32.
 *
 * @throws `E_RANK`, `E_SHAPE` unless places and values are vectors of equal length that are not empty, `E_ATTRIBUTE`, `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { interp, tensor } from '@deft/tensor';
 * console.log(interp(tensor([0.5, 3]), tensor([0, 1, 2]), tensor([10, 20, 40])).toArray()); // [15, 40]
 * ```
 */
export const interp: OperationFunction<Interp> = defineComposite({
  name: 'interp',
  inputs: ['x', 'places', 'values'],
  doc: {
    group: 'math',
    summary: 'Values between those of a table.',
    notes: ['At a place of the table the derivative is that behind it.', 'The places must rise; that is not checked.'],
    see: ['searchSorted', 'mapCoordinates'],
  },
  promote: 'float',
  arguments: (x: TensorLike, places: TensorLike, values: TensorLike, { left, right }: InterpOptions = {}) => ({
    inputs: [x, places, values],
    attributes: {
      left: left === undefined ? null : finiteNumber('interp', 'left', left),
      right: right === undefined ? null : finiteNumber('interp', 'right', right),
    },
  }),
  compose: ([x, places, values], { left, right }): Tensor => {
    floating('interp', x.abstract);
    requireRank('interp', 'places', places.abstract, 1);
    requireRank('interp', 'values', values.abstract, 1);
    const count = places.size;
    if (count !== values.size || count === 0) {
      raise('E_SHAPE', {
        op: 'interp',
        says: 'there is not one value for each of the places, of which there is at least one',
        operands: [x.abstract, places.abstract, values.abstract],
      });
    }
    const at = (table: Tensor, i: number): Tensor => squeeze(slice(table, [i], [1])) as Tensor;
    const behind = clip(searchSorted(places, x, 'right'), Math.min(1, count - 1), count - 1) as Tensor;
    const before = clip(sub(behind, 1), 0, count - 1) as Tensor;
    const [from, to] = [gather(places, before), gather(places, behind)];
    const [low, high] = [gather(values, before), gather(values, behind)];
    const width = sub(to, from);
    const isStep = equal(width, 0);
    const share = div(sub(x, from), where(isStep, 1, width));
    const inside = where(isStep, high, add(low, mul(share, sub(high, low)))) as Tensor;
    const first = less(x, at(places, 0));
    const last = greater(x, at(places, count - 1));
    return where(first, left ?? at(values, 0), where(last, right ?? at(values, count - 1), inside)) as Tensor;
  },
  reference: ([x, places, values], { left, right }) =>
    generate(x.shape, x.dtype, (point) => {
      const at = elementAt(x, point);
      const [from, to] = [Array.from(places.data, Number), Array.from(values.data, Number)];
      const last = from.length - 1;
      if (at < (from[0] as number)) return left ?? (to[0] as number);
      if (at > (from[last] as number)) return right ?? (to[last] as number);
      const behind = Math.min(Math.max(from.filter((place) => place <= at).length, Math.min(1, last)), last);
      const before = Math.max(behind - 1, 0);
      const [low, high] = [to[before] as number, to[behind] as number];
      const width = (from[behind] as number) - (from[before] as number);
      return width === 0 ? high : low + ((at - (from[before] as number)) / width) * (high - low);
    }),
  samples: [
    {
      label: 'between',
      inputs: [nd([4], [0.25, 1.5, 2.75, 2.25]), nd([3], [0, 1, 3]), nd([3], [2, -1, 4])],
      grad: 'check',
    },
    { label: 'outside', inputs: [nd([2], [-1, 5]), nd([3], [0, 1, 3]), nd([3], [2, -1, 4])], grad: 'check' },
    {
      label: 'stated outside',
      inputs: [nd([3], [-1, 0.5, 5]), nd([3], [0, 1, 3]), nd([3], [2, -1, 4])],
      rest: [{ left: 9, right: -9 }],
      grad: 'check',
    },
    {
      label: 'at the places',
      inputs: [nd([3], [0, 1, 3]), nd([3], [0, 1, 3]), nd([3], [2, -1, 4])],
      grad: [
        [-3, 2.5, 2.5],
        [3, -2.5, -2.5],
        [1, 1, 1],
      ],
    },
    { label: 'a step', inputs: [nd([2], [0.5, 1.5]), nd([4], [0, 1, 1, 2]), nd([4], [0, 1, 5, 6])], grad: 'check' },
    { label: 'one place', inputs: [nd([3], [-1, 0, 1]), nd([1], [0]), nd([1], [7])], grad: [[0, 0, 0], [0], [3]] },
    { label: 'a scalar', inputs: [nd([], [0.5]), nd([2], [0, 1]), nd([2], [1, 2])], grad: 'check' },
    { label: 'integers', inputs: [nd([2], [1, 3], 'int32'), nd([2], [0, 4], 'int32'), nd([2], [0, 2], 'int32')] },
    { label: 'nothing', inputs: [nd([0], []), nd([2], [0, 1]), nd([2], [1, 2])] },
    {
      label: 'nan and infinities',
      inputs: [nd([3], [NaN, Infinity, -Infinity]), nd([2], [0, 1]), nd([2], [1, 2])],
      grad: 'skip',
    },
  ],
  errors: [
    {
      label: 'a value too few',
      inputs: [{ shape: [2] }, { shape: [3] }, { shape: [2] }],
      code: 'E_SHAPE',
      says: /interp: there is not one value for each of the places/,
    },
    {
      label: 'a table of rows',
      inputs: [{ shape: [2] }, { shape: [3, 1] }, { shape: [3] }],
      code: 'E_RANK',
      says: /interp: places: expected rank 1, got rank 2/,
    },
    {
      label: 'an endless value',
      inputs: [{ shape: [2] }, { shape: [3] }, { shape: [3] }],
      rest: [{ left: Number.NaN }],
      code: 'E_ATTRIBUTE',
      says: /interp: left: expected a finite number, got NaN/,
    },
  ],
});
