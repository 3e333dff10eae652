/** `histogram`: how many elements fall into equal intervals. */
import { nd, type OperationFunction, raise, type Tensor } from '@deft/core';
import { add } from './add.ts';
import { arange } from './arange.ts';
import { cast } from './cast.ts';
import { sumByBin } from './definition/bins.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWhole } from './definition/operand.ts';
import { finiteNumber } from './definition/options.ts';
import { floating } from './definition/rules.ts';
import { div } from './div.ts';
import { floor } from './floor.ts';
import { greater } from './greater.ts';
import { greaterEqual } from './greater-equal.ts';
import { lessEqual } from './less-equal.ts';
import { logicalAnd } from './logical-and.ts';
import { max } from './max.ts';
import { min } from './min.ts';
import { minimum } from './minimum.ts';
import { mul } from './mul.ts';
import { ones } from './ones.ts';
import { reshape } from './reshape.ts';
import { sub } from './sub.ts';
import { where } from './where.ts';
import { zeros } from './zeros.ts';

/** Options of `histogram`. */
export interface HistogramOptions {
  /** How many intervals; 10 unless told. */
  readonly bins?: number;
  /** From where to where; the smallest and largest elements unless told. */
  readonly range?: readonly [number, number];
}

type Histogram = (
  x: TensorLike,
  options?: HistogramOptions,
) => readonly [counts: Tensor<[number]>, edges: Tensor<[number]>];

/**
 * How many elements fall into each of several intervals of equal width, and the ends of these. An interval includes its
 * lower end, the last one both. Integers are taken as float32.
 *
 * @throws `E_ATTRIBUTE` for fewer than one interval or a range that is none.
 *
 * @example
 * ```ts
 * import { histogram, tensor } from '@deft/tensor';
 * console.log(histogram(tensor([0, 1, 1, 4]), { bins: 2 }).map((x) => x.toArray())); // [[3, 1], [0, 2, 4]]
 * ```
 */
export const histogram: OperationFunction<Histogram> = defineComposite({
  name: 'histogram',
  inputs: ['x'],
  multipleResults: true,
  doc: {
    group: 'reduction',
    summary: 'How many elements fall into each of several intervals of equal width, and their ends.',
    notes: [
      'The ends of the intervals follow the smallest and largest element, and so have derivatives.',
      'The range is from the smallest to the largest element unless told; elements outside of it are left out.',
    ],
    see: ['bincount'],
  },
  promote: 'float',
  arguments: (x: TensorLike, options: HistogramOptions = {}) => {
    const { bins = 10, range } = options;
    checkWhole('histogram', 'bins', bins, 1);
    if (range !== undefined) {
      const low = finiteNumber('histogram', 'range[0]', range[0]);
      finiteNumber('histogram', 'range[1]', range[1], low);
    }
    return { inputs: [x], attributes: { bins, range: range ?? null } };
  },
  compose: ([x], { bins, range }): readonly Tensor[] => {
    floating('histogram', x.abstract);
    const flat = reshape(x, [x.size]) as Tensor;
    if (range === null && x.size === 0)
      raise('E_SHAPE', { op: 'histogram', says: 'there are no elements to take a range of', operands: [x.abstract] });
    const low = range === null ? (min(flat) as Tensor) : (zeros([], x.dtype) as Tensor);
    const high = range === null ? (max(flat) as Tensor) : low;
    const first = range === null ? low : add(low, range[0] as number);
    const last = range === null ? high : add(low, range[1] as number);
    const width = sub(last, first);
    const scale = where(greater(width, 0), div(bins, where(greater(width, 0), width, 1)), 0);
    const places = minimum(cast(floor(mul(sub(flat, first), scale)), 'int32'), bins - 1);
    const inside = logicalAnd(greaterEqual(flat, first), lessEqual(flat, last));
    const counts = sumByBin('histogram', ones([x.size], 'int32') as Tensor, where(inside, places, -1) as Tensor, bins);
    const steps = mul(arange(0, bins + 1, 1, x.dtype), 1 / bins);
    return [counts, add(first, mul(steps, width)) as Tensor];
  },
  samples: [
    { label: 'own range', inputs: [nd([6], [0, 1, 1, 2, 3, 4])], rest: [{ bins: 4 }] },
    {
      label: 'ends that follow the elements',
      inputs: [nd([4], [0.25, 4, 1, 2.5])],
      rest: [{ bins: 3 }],
      grad: 'check',
    },
    { label: 'a given range', inputs: [nd([5], [-1, 0, 0.5, 1, 2])], rest: [{ bins: 2, range: [0, 1] }] },
    { label: 'a matrix', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], rest: [{ bins: 5 }] },
    { label: 'equal elements', inputs: [nd([2], [3, 3])], rest: [{ bins: 2 }] },
    { label: 'integers', inputs: [nd([3], [0, 1, 3], 'int32')], rest: [{ bins: 3 }] },
    { label: 'nothing in a range', inputs: [nd([0], [])], rest: [{ bins: 2, range: [0, 1] }] },
    { label: 'nan in a range', inputs: [nd([2], [NaN, 0.5])], rest: [{ bins: 2, range: [0, 1] }] },
  ],
  errors: [
    {
      label: 'no intervals',
      inputs: [{ shape: [2] }],
      rest: [{ bins: 0 }],
      code: 'E_ATTRIBUTE',
      says: /histogram: bins: .*at least 1, got 0/,
    },
    {
      label: 'a crossed range',
      inputs: [{ shape: [2] }],
      rest: [{ range: [2, 1] }],
      code: 'E_ATTRIBUTE',
      says: /histogram: range\[1\]: .*at least 2, got 1/,
    },
    { label: 'nothing', inputs: [{ shape: [0] }], code: 'E_SHAPE', says: /histogram: there are no elements/ },
  ],
});
