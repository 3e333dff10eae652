/** `stridedSlice`: every n-th element, forwards or backwards. */
import { nd, type OperationFunction, raise, type SameRank, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { definePrimitive } from './definition/define.ts';
import { axiswiseMap } from './definition/index-map.ts';
import { checkWholes, operand } from './definition/operand.ts';
import { elementAt, generate } from './definition/reference.ts';
import { withShape } from './definition/rules.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { flip } from './flip.ts';
import { pad } from './pad.ts';
import { reshape } from './reshape.ts';
import { slice } from './slice.ts';

type Bounds = readonly (number | null)[];

type StridedSlice = <const X extends TensorLike>(
  x: X,
  begin: Bounds,
  end: Bounds,
  strides?: readonly number[],
) => Tensor<SameRank<ShapeOf<X>, number>, DTypeOfOne<X>>;

/**
 * The elements from `begin` towards `end` (not included) in steps of `strides`, along each axis, as Python's `x[b:e:s]`:
 * negative bounds count from the end, bounds outside are moved to the edge, `null` is the far edge in that direction.
 * Axes beyond the length of `begin` are taken whole; steps are 1 unless told.
 *
 * @throws `E_ATTRIBUTE` for a step of 0 or bounds that are no whole numbers, `E_RANK` for more bounds than axes.
 * @example
 * ```ts
 * import { stridedSlice, tensor } from '@deft/tensor';
 * console.log(stridedSlice(tensor([0, 1, 2, 3, 4]), [4], [null], [-2]).toArray()); // [4, 2, 0]
 * ```
 */
export const stridedSlice: OperationFunction<StridedSlice> = definePrimitive({
  name: 'stridedSlice',
  inputs: ['x'],
  doc: {
    group: 'shape',
    summary: 'Every n-th element from `begin` towards `end`, along each axis.',
    notes: [
      "Bounds are read as in Python's slices: negative ones count from the end, ones outside are moved to the edge.",
      '`null` leaves a bound open; a negative step walks backwards.',
    ],
    see: ['slice', 'flip'],
  },
  arguments: (x: TensorLike, begin: Bounds, end: Bounds, strides?: readonly number[]) => {
    const input = operand('stridedSlice', 'x', x);
    const shape = input.abstract.shape;
    const named = Array.isArray(begin) ? begin.length : 0;
    if (named > shape.length) {
      raise('E_RANK', {
        op: 'stridedSlice',
        argument: 'begin',
        expected: `at most ${shape.length} entries`,
        found: String(named),
        operands: [input.abstract],
      });
    }
    checkBounds('begin', begin, named);
    checkBounds('end', end, named);
    const steps = strides ?? new Array<number>(named).fill(1);
    checkWholes('stridedSlice', 'strides', steps, named);
    if (steps.includes(0))
      raise('E_ATTRIBUTE', {
        op: 'stridedSlice',
        argument: 'strides',
        expected: 'steps other than 0',
        found: `[${steps.join(', ')}]`,
      });
    const spans = shape.map((dim, axis) => span(dim, begin[axis] ?? null, end[axis] ?? null, steps[axis] ?? 1));
    const attributes: { begin: readonly number[]; size: readonly number[]; strides: readonly number[] } = {
      begin: spans.map(({ start }) => start),
      size: spans.map(({ count }) => count),
      strides: shape.map((_, axis) => steps[axis] ?? 1),
    };
    return { inputs: [input], attributes };
  },
  infer: ([x], { size }) => withShape(x, size),
  jvp: (_, [dx], { begin, size, strides }) => take(dx, begin, size, strides),
  vjp: (ct, _, { begin, size, strides }, _needs, [x]) => [spread(ct, x.shape, begin, size, strides)],
  batch: ([x], _, { begin, size, strides }, count) => take(x, [0, ...begin], [count, ...size], [1, ...strides]),
  lower: (_, { begin, strides }, output) => ({
    form: 'view',
    map: axiswiseMap(output.shape, (axis) => ({ offset: begin[axis] as number, scale: strides[axis] as number })),
  }),
  complex: 'parts',
  reference: ([x], { begin, size, strides }) =>
    generate(size, x.dtype, (point) =>
      elementAt(
        x,
        point.map((i, axis) => (begin[axis] as number) + i * (strides[axis] as number)),
      ),
    ),
  samples: [
    { label: 'every second', inputs: [nd([5], [0, 1, 2, 3, 4])], rest: [[0], [5], [2]], grad: 'check' },
    { label: 'backwards', inputs: [nd([5], [0, 1, 2, 3, 4])], rest: [[null], [null], [-2]], grad: 'check' },
    { label: 'backwards from within', inputs: [nd([6], [0, 1, 2, 3, 4, 5])], rest: [[-2], [0], [-3]], grad: 'check' },
    {
      label: 'two axes',
      inputs: [
        nd(
          [3, 4],
          Array.from({ length: 12 }, (_, i) => i),
        ),
      ],
      rest: [
        [2, 1],
        [null, 4],
        [-1, 2],
      ],
      grad: 'check',
    },
    {
      label: 'negative bounds',
      inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])],
      rest: [
        [-1, -3],
        [2, -1],
      ],
      grad: 'check',
    },
    { label: 'bounds outside', inputs: [nd([3], [1, 2, 3])], rest: [[-9], [9], [2]], grad: 'check' },
    { label: 'the first axis only', inputs: [nd([3, 2], [1, 2, 3, 4, 5, 6])], rest: [[0], [3], [2]], grad: 'check' },
    { label: 'nothing', inputs: [nd([3], [1, 2, 3])], rest: [[2], [1]] },
    { label: 'a scalar', inputs: [nd([], [3])], rest: [[], []], grad: 'check' },
    {
      label: 'of an empty tensor',
      inputs: [nd([0, 2], [])],
      rest: [
        [null, 0],
        [null, 2],
        [-1, 2],
      ],
    },
  ],
  errors: [
    {
      label: 'a step of 0',
      inputs: [{ shape: [3] }],
      rest: [[0], [3], [0]],
      code: 'E_ATTRIBUTE',
      says: /stridedSlice: strides: expected steps other than 0/,
    },
    {
      label: 'half a bound',
      inputs: [{ shape: [3] }],
      rest: [[0.5], [3]],
      code: 'E_ATTRIBUTE',
      says: /begin: expected 1 whole numbers or null, got \[0.5\]/,
    },
    {
      label: 'too many axes',
      inputs: [{ shape: [3] }],
      rest: [
        [0, 0],
        [1, 1],
      ],
      code: 'E_RANK',
      says: /at most 1 entries, got 2/,
    },
    {
      label: 'begin and end of different lengths',
      inputs: [{ shape: [3, 3] }],
      rest: [[0, 0], [1]],
      code: 'E_ATTRIBUTE',
      says: /end: expected 2 whole numbers/,
    },
  ],
});

function checkBounds(argument: string, bounds: unknown, length: number): void {
  if (Array.isArray(bounds) && bounds.length === length && bounds.every((b) => b === null || Number.isInteger(b)))
    return;
  raise('E_ATTRIBUTE', {
    op: 'stridedSlice',
    argument,
    expected: `${length} whole numbers or null`,
    found: Array.isArray(bounds) ? `[${bounds.join(', ')}]` : String(bounds),
  });
}

/** First position and number of elements of Python's `[begin:end:step]` on an axis of `dim` elements. */
function span(dim: number, begin: number | null, end: number | null, step: number): { start: number; count: number } {
  const clamp = (bound: number): number => {
    const position = bound < 0 ? bound + dim : bound;
    return step > 0 ? Math.min(Math.max(position, 0), dim) : Math.min(Math.max(position, -1), dim - 1);
  };
  const start = begin === null ? (step > 0 ? 0 : dim - 1) : clamp(begin);
  const stop = end === null ? (step > 0 ? dim : -1) : clamp(end);
  const count = Math.max(0, Math.ceil((stop - start) / step));
  return { start: count === 0 ? 0 : start, count };
}

/** The strided slice with its positions already resolved. */
function take(x: Tensor, begin: readonly number[], size: readonly number[], strides: readonly number[]): Tensor {
  const end = begin.map((start, axis) => {
    const stop = start + (size[axis] as number) * (strides[axis] as number);
    return stop < 0 ? null : stop;
  });
  return stridedSlice(x, begin, end, strides);
}

/** The adjoint: every element of `ct` at its place in zeros of `shape`. */
function spread(
  ct: Tensor,
  shape: readonly number[],
  begin: readonly number[],
  size: readonly number[],
  strides: readonly number[],
): Tensor {
  const backwards = strides.flatMap((step, axis) => (step < 0 ? [axis] : []));
  let spaced = backwards.length > 0 ? flip(ct, backwards) : ct;
  const steps = strides.map(Math.abs);
  if (steps.some((step) => step > 1)) {
    // Every element becomes the first of a group of `step`, then the groups are joined.
    const split = size.flatMap((count) => [count, 1]);
    const grouped = pad(
      reshape(spaced, split),
      steps.flatMap((step): [number, number][] => [
        [0, 0],
        [0, step - 1],
      ]),
    );
    const whole = reshape(
      grouped,
      size.map((count, axis) => count * (steps[axis] as number)),
    );
    // What follows the last element is cut, so that the rest fits.
    spaced = slice(
      whole,
      size.map(() => 0),
      size.map((count, axis) => Math.max(0, (count - 1) * (steps[axis] as number) + 1)),
    );
  }
  const paddings = shape.map((dim, axis): readonly [number, number] => {
    const count = size[axis] as number;
    if (count === 0) return [0, dim];
    const last = (begin[axis] as number) + (count - 1) * (strides[axis] as number);
    const before = Math.min(begin[axis] as number, last);
    return [before, dim - before - ((count - 1) * (steps[axis] as number) + 1)];
  });
  return pad(spaced, paddings);
}
