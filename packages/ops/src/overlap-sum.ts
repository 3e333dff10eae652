/** `overlapSum`: windows added up where they overlap, in groups of one stride; what `overlapAdd` is made of. */
import {
  abstractValue,
  type DType,
  nd,
  ndZeros,
  type OperationFunction,
  raise,
  type Shape,
  stridesOf,
  type Tensor,
} from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { definePrimitive } from './definition/define.ts';
import { affine } from './definition/index-map.ts';
import { checkWholes, operand } from './definition/operand.ts';
import { forEachPoint } from './definition/reference.ts';
import { numeric } from './definition/rules.ts';
import { windowAxes } from './definition/window-axes.ts';
import { coverOf, eachAxis } from './definition/window-geometry.ts';
import { reshape } from './reshape.ts';
import { windows } from './windows.ts';

/** Options of `overlapSum`, one entry per axis. */
export interface OverlapSumOptions {
  /** The axes that hold counts of windows; the windows' own axes stand right behind the last of them. */
  readonly axes: readonly number[];
  readonly strides: readonly number[];
  readonly dilation: readonly number[];
  /** The first group that is wanted. */
  readonly first: readonly number[];
  /** How many groups are wanted. */
  readonly groups: readonly number[];
}

interface OverlapSum {
  <D extends DType>(x: Tensor<Shape, D>, options: OverlapSumOptions): Tensor<Shape, D>;
  (x: TensorLike, options: OverlapSumOptions): Tensor;
}

/**
 * Adds windows up at the places that they were taken from. Places are counted in groups of one stride: along every axis the
 * result has `[groups, stride]` instead of the count of windows, and starts with group `first`.
 *
 * @throws `E_ATTRIBUTE` for a stride and a dilation above 1 along one axis, `E_AXIS` for bad axes.
 * @example
 * ```ts
 * import { overlapSum, tensor } from '@deft/tensor';
 * const y = overlapSum(tensor([[1, 2], [3, 4]]), { axes: [0], strides: [1], dilation: [1], first: [0], groups: [3] });
 * console.log(y.toArray()); // [[1], [5], [4]]
 * ```
 */
export const overlapSum: OperationFunction<OverlapSum> = definePrimitive({
  name: 'overlapSum',
  inputs: ['x'],
  doc: {
    group: 'window',
    summary: 'Windows added up where they overlap, in groups of one stride.',
    math: 'overlapSum(x)[…, q, t, …] = Σ x[…, o, …, r, …] over o · stride + r · dilation = (q + first) · stride + t',
    notes: ['Every place belongs to at most ceil(size / stride) windows, so this is a short sum and no scatter.'],
    see: ['overlapAdd', 'slidingWindows'],
  },
  arguments: (x: TensorLike, options: OverlapSumOptions) => {
    const input = operand('overlapSum', 'x', x);
    const axes = windowAxes('overlapSum', options.axes, input.rank);
    const strides = eachAxis('overlapSum', 'strides', options.strides, axes.length);
    const dilation = eachAxis('overlapSum', 'dilation', options.dilation, axes.length);
    checkWholes('overlapSum', 'first', options.first, axes.length);
    checkWholes('overlapSum', 'groups', options.groups, axes.length, 0);
    if ((axes.at(-1) as number) + axes.length >= input.rank) {
      raise('E_AXIS', {
        op: 'overlapSum',
        argument: 'axes',
        expected: `${axes.length} axes behind the last one`,
        found: input.abstract.text,
      });
    }
    if (strides.some((stride, w) => stride > 1 && (dilation[w] as number) > 1)) {
      raise('E_ATTRIBUTE', {
        op: 'overlapSum',
        argument: 'dilation',
        expected: '1 along an axis with a stride',
        found: `[${dilation.join(', ')}]`,
      });
    }
    return { inputs: [input], attributes: { axes, strides, dilation, first: options.first, groups: options.groups } };
  },
  infer: ([x], { axes, strides, groups }) =>
    abstractValue(groupedShape(x.shape, axes, strides, groups), numeric('overlapSum', x).dtype),
  jvp: (_, [dx], attributes) => overlapSum(dx, attributes),
  vjp: (ct, _, { axes, strides, dilation, first, groups }, _needs, [{ shape }]) => {
    const last = axes.at(-1) as number;
    const size = axes.map((_, w) => shape[last + 1 + w] as number);
    const places = shape.flatMap((dim, axis) => {
      const w = axes.indexOf(axis);
      if (axis > last && axis <= last + axes.length) return [];
      return [w < 0 ? dim : (groups[w] as number) * (strides[w] as number)];
    });
    const padding = axes.map((axis, w): [number, number] => {
      const stride = strides[w] as number;
      const before = (first[w] as number) * stride;
      const covered = ((shape[axis] as number) - 1) * stride + coverOf(size[w] as number, dilation[w] as number);
      return [before, covered - before - (groups[w] as number) * stride];
    });
    return [windows(reshape(ct, places), { axes, size, strides, dilation, padding })];
  },
  batch: ([x], _, attributes) => overlapSum(x, { ...attributes, axes: attributes.axes.map((axis) => axis + 1) }),
  lower: ([x], { axes, strides, dilation, first }, output) => {
    const last = axes.at(-1) as number;
    const kept = output.shape.length;
    const rank = kept + axes.length;
    // Along a windowed axis a place (q, t) gets the windows q − j, at their elements t + j · stride.
    const overlaps = axes.map((_, w) => Math.ceil((x.shape[last + 1 + w] as number) / (strides[w] as number)));
    let at = 0;
    const sources = x.shape.map((_, axis) => {
      const own = axis - last - 1;
      if (own >= 0 && own < axes.length) return undefined;
      const here = at;
      at += axes.includes(axis) ? 2 : 1;
      return here;
    });
    return {
      form: 'reduce',
      combine: 'sum',
      axes: overlaps.map((_, w) => kept + w),
      map: {
        shape: [...output.shape, ...overlaps],
        axes: x.shape.map((_, axis) => {
          const place = sources[axis];
          const w = axes.indexOf(axis);
          if (place === undefined) {
            const own = axis - last - 1;
            const group = sources[axes[own] as number] as number;
            return affine(rank, [
              [group + 1, 1],
              [kept + own, strides[own] as number],
            ]);
          }
          if (w < 0) return affine(rank, [[place, 1]]);
          return affine(
            rank,
            [
              [place, 1],
              [kept + w, -(dilation[w] as number)],
            ],
            first[w] as number,
          );
        }),
        fill: 0,
      },
    };
  },
  complex: 'parts',
  reference: ([x], { axes, strides, dilation, first, groups }) => {
    const last = axes.at(-1) as number;
    const result = ndZeros(groupedShape(x.shape, axes, strides, groups), x.dtype);
    const steps = stridesOf(result.shape);
    forEachPoint(x.shape, (point, position) => {
      const target: number[] = [];
      let inside = true;
      x.shape.forEach((_, axis) => {
        const w = axes.indexOf(axis);
        if (axis > last && axis <= last + axes.length) return;
        if (w < 0) {
          target.push(point[axis] as number);
          return;
        }
        const stride = strides[w] as number;
        const place =
          ((point[axis] as number) - (first[w] as number)) * stride +
          (point[last + 1 + w] as number) * (dilation[w] as number);
        if (place < 0 || place >= (groups[w] as number) * stride) inside = false;
        target.push(Math.floor(place / stride), place % stride);
      });
      if (!inside) return;
      const to = target.reduce((sum, i, axis) => sum + i * (steps[axis] as number), 0);
      result.data[to] = (result.data[to] as number) + (x.data[position] as number);
    });
    return result;
  },
  samples: [
    {
      label: 'stride 1',
      inputs: [nd([2, 2], [1, 2, 3, 4])],
      rest: [{ axes: [0], strides: [1], dilation: [1], first: [0], groups: [3] }],
      grad: 'check',
    },
    {
      label: 'a part',
      inputs: [nd([3, 2], [1, 2, 3, 4, 5, 6])],
      rest: [{ axes: [0], strides: [1], dilation: [1], first: [1], groups: [2] }],
      grad: 'check',
    },
    {
      label: 'more than there is',
      inputs: [nd([2, 2], [1, 2, 3, 4])],
      rest: [{ axes: [0], strides: [1], dilation: [1], first: [-1], groups: [6] }],
      grad: 'check',
    },
    {
      label: 'stride below the size',
      inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])],
      rest: [{ axes: [0], strides: [2], dilation: [1], first: [0], groups: [3] }],
      grad: 'check',
    },
    {
      label: 'stride above the size',
      inputs: [nd([2, 2], [1, 2, 3, 4])],
      rest: [{ axes: [0], strides: [3], dilation: [1], first: [0], groups: [2] }],
      grad: 'check',
    },
    {
      label: 'dilation',
      inputs: [nd([2, 2], [1, 2, 3, 4])],
      rest: [{ axes: [0], strides: [1], dilation: [2], first: [0], groups: [4] }],
      grad: 'check',
    },
    {
      label: 'two axes between others',
      inputs: [
        nd(
          [1, 2, 1, 2, 2, 2],
          Array.from({ length: 16 }, (_, i) => i),
        ),
      ],
      rest: [{ axes: [1, 2], strides: [1, 2], dilation: [1, 1], first: [0, 0], groups: [3, 1] }],
      grad: 'check',
    },
    {
      label: 'no groups',
      inputs: [nd([2, 2], [1, 2, 3, 4])],
      rest: [{ axes: [0], strides: [1], dilation: [1], first: [0], groups: [0] }],
    },
  ],
  errors: [
    {
      label: 'no axis for the windows',
      inputs: [{ shape: [2] }],
      rest: [{ axes: [0], strides: [1], dilation: [1], first: [0], groups: [3] }],
      code: 'E_AXIS',
      says: /overlapSum: axes: expected 1 axes behind the last one, got float32\[2\]/,
    },
    {
      label: 'stride and dilation',
      inputs: [{ shape: [2, 2] }],
      rest: [{ axes: [0], strides: [2], dilation: [2], first: [0], groups: [3] }],
      code: 'E_ATTRIBUTE',
      says: /dilation: expected 1 along an axis with a stride, got \[2\]/,
    },
    {
      label: 'bool',
      inputs: [{ shape: [2, 2], dtype: 'bool' }],
      rest: [{ axes: [0], strides: [1], dilation: [1], first: [0], groups: [3] }],
      code: 'E_DTYPE',
      says: /numeric input, got bool/,
    },
  ],
});

/** `[groups, stride]` in place of every count of windows, and no axes of the windows themselves. */
function groupedShape(
  shape: readonly number[],
  axes: readonly number[],
  strides: readonly number[],
  groups: readonly number[],
): number[] {
  const last = axes.at(-1) as number;
  return shape.flatMap((dim, axis) => {
    if (axis > last && axis <= last + axes.length) return [];
    const w = axes.indexOf(axis);
    return w < 0 ? [dim] : [groups[w] as number, strides[w] as number];
  });
}
