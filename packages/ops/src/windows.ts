/** `windows`: all windows of a size, with padding around the tensor. */
import { type DType, nd, type OperationFunction, type Shape, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWholes, operand } from './definition/operand.ts';
import { windowAxes } from './definition/window-axes.ts';
import { type AxisPadding, eachAxis, windowCounts } from './definition/window-geometry.ts';
import { overlapAdd } from './overlap-add.ts';
import { pad } from './pad.ts';
import { slice } from './slice.ts';
import { type SlidingWindowsOptions, slidingWindows } from './sliding-windows.ts';

/** Options of `windows`. */
export interface WindowsOptions extends SlidingWindowsOptions {
  /** Elements before and after each of the axes; none unless told. Negative numbers cut elements off. */
  readonly padding?: readonly AxisPadding[];
  /** What the padding holds; 0 unless told. */
  readonly fill?: number;
}

interface Windows {
  <D extends DType>(x: Tensor<Shape, D>, options: WindowsOptions): Tensor<Shape, D>;
  (x: TensorLike, options: WindowsOptions): Tensor;
}

/**
 * All windows of a size over some axes. Counts of windows stand in place of the axes, the windows' own axes right behind
 * the last of them: from `[N, H, W, C]`, windows over axes 1 and 2 are `[N, OH, OW, KH, KW, C]`.
 *
 * Along an axis of W elements with P elements of padding in all, windows of F elements with stride S have
 * `L = floor((W − F + P) / S) + 1` places; with dilation D a window covers (F − 1) · D + 1 places instead of F.
 *
 * @throws `E_AXIS` for axes out of range, `E_ATTRIBUTE` for sizes and steps below 1, `E_SHAPE` where no window fits.
 * @example
 * ```ts
 * import { tensor, windows } from '@deft/tensor';
 * console.log(windows(tensor([1, 2]), { axes: [0], size: [2], padding: [[1, 0]] }).toArray()); // [[0, 1], [1, 2]]
 * ```
 */
export const windows: OperationFunction<Windows> = defineComposite({
  name: 'windows',
  inputs: ['x'],
  doc: {
    group: 'window',
    summary: 'All windows of a size over some axes, with padding around.',
    math: 'windows(x)[…, o, …, r, …] = x[…, o · stride + r · dilation − before, …]',
    notes: [
      'Counts of windows stand in place of the axes, the windows’ own axes right behind the last of those.',
      'L = floor((W − F + P) / S) + 1 windows along an axis of W elements with padding P.',
    ],
    see: ['overlapAdd', 'conv2d', 'maxPool'],
  },
  arguments: (x: TensorLike, options: WindowsOptions) => {
    const input = operand('windows', 'x', x);
    const axes = windowAxes('windows', options.axes, input.rank);
    const padding: readonly AxisPadding[] = options.padding ?? axes.map(() => [0, 0]);
    for (const w of axes.keys()) checkWholes('windows', `padding[${w}]`, padding[w], 2);
    const attributes = {
      axes,
      size: eachAxis('windows', 'size', options.size, axes.length),
      strides: eachAxis('windows', 'strides', options.strides ?? 1, axes.length),
      dilation: eachAxis('windows', 'dilation', options.dilation ?? 1, axes.length),
      padding,
      fill: options.fill ?? 0,
    };
    windowCounts('windows', input.abstract, attributes, padding);
    return { inputs: [input], attributes };
  },
  compose: ([x], { axes, size, strides, dilation, padding, fill }): Tensor =>
    slidingWindows(bordered(x, axes, padding, fill), { axes, size, strides, dilation }),
  jvp: (_, [dx], attributes) => windows(dx, { ...attributes, fill: 0 }),
  vjp: (ct, _, { axes, strides, dilation, padding }, _needs, [x]) => [
    overlapAdd(ct, { axes, shape: axes.map((axis) => x.shape[axis] as number), strides, dilation, padding }),
  ],
  samples: [
    {
      label: 'a vector',
      inputs: [nd([3], [1, 2, 3])],
      rest: [{ axes: [0], size: [3], padding: [[1, 1]] }],
      grad: 'check',
    },
    {
      label: 'filled',
      inputs: [nd([3], [1, 2, 3])],
      rest: [{ axes: [0], size: [2], strides: 2, padding: [[1, 0]], fill: 9 }],
      grad: 'check',
    },
    {
      label: 'images',
      inputs: [nd([1, 3, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])],
      rest: [
        {
          axes: [1, 2],
          size: [2, 2],
          strides: [2, 1],
          padding: [
            [1, 0],
            [0, 1],
          ],
        },
      ],
      grad: 'check',
    },
    {
      label: 'steps, dilation and padding',
      inputs: [nd([6], [1, 2, 3, 4, 5, 6])],
      rest: [{ axes: [0], size: [2], strides: 3, dilation: 2, padding: [[2, 1]] }],
      grad: 'check',
    },
    {
      label: 'cut off',
      inputs: [nd([5], [1, 2, 3, 4, 5])],
      rest: [{ axes: [0], size: [2], padding: [[-1, -1]] }],
      grad: 'check',
    },
    { label: 'around nothing', inputs: [nd([0, 1], [])], rest: [{ axes: [1], size: [2], padding: [[1, 0]] }] },
    {
      label: 'with infinity',
      inputs: [nd([2], [NaN, 1])],
      rest: [{ axes: [0], size: [2], padding: [[1, 0]], fill: Number.NEGATIVE_INFINITY }],
      grad: 'skip',
    },
  ],
  errors: [
    {
      label: 'a window that does not fit',
      inputs: [{ shape: [2] }],
      rest: [{ axes: [0], size: [5], padding: [[1, 1]] }],
      code: 'E_SHAPE',
      says: /windows: a window over 5 places does not fit axis 0 of 2 elements and 2 of padding/,
    },
    {
      label: 'half a step',
      inputs: [{ shape: [2] }],
      rest: [{ axes: [0], size: [1], strides: 0.5 }],
      code: 'E_ATTRIBUTE',
      says: /windows: strides: .*got \[0.5\]/,
    },
    {
      label: 'half a padding',
      inputs: [{ shape: [2] }],
      rest: [{ axes: [0], size: [1], padding: [[0.5, 0]] }],
      code: 'E_ATTRIBUTE',
      says: /padding\[0\]: expected 2 whole numbers/,
    },
  ],
});

/** The tensor with elements added around some axes, or cut off where the padding is negative. */
function bordered(x: Tensor, axes: readonly number[], padding: readonly AxisPadding[], fill: number): Tensor {
  const shape = x.abstract.shape;
  const around = shape.map((_, axis): AxisPadding => padding[axes.indexOf(axis)] ?? [0, 0]);
  let result = x;
  if (around.some(([before, after]) => before < 0 || after < 0)) {
    const begin = around.map(([before]) => Math.max(0, -before));
    const size = shape.map(
      (dim, axis) => dim - (begin[axis] as number) - Math.max(0, -(around[axis] as AxisPadding)[1]),
    );
    result = slice(result, begin, size);
  }
  if (around.some(([before, after]) => before > 0 || after > 0)) {
    result = pad(
      result,
      around.map(([before, after]): AxisPadding => [Math.max(0, before), Math.max(0, after)]),
      { constantValue: fill },
    );
  }
  return result;
}
