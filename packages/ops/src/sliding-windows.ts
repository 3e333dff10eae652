/** `slidingWindows`: the view of all windows that lie inside of a tensor. */
import { type DType, nd, type OperationFunction, type Shape, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { definePrimitive } from './definition/define.ts';
import { affine } from './definition/index-map.ts';
import { operand } from './definition/operand.ts';
import { elementAt, generate } from './definition/reference.ts';
import { withShape } from './definition/rules.ts';
import { windowAxes } from './definition/window-axes.ts';
import { eachAxis, windowCounts, windowedAxis, windowedShape } from './definition/window-geometry.ts';
import { overlapAdd } from './overlap-add.ts';

/** Options of `slidingWindows`. */
export interface SlidingWindowsOptions {
  /** The axes that the windows slide along. */
  readonly axes: readonly number[];
  /** Elements of a window along each of them. */
  readonly size: readonly number[];
  /** Steps from one window to the next; 1 unless told. */
  readonly strides?: number | readonly number[];
  /** Steps from one element of a window to the next; 1 unless told. */
  readonly dilation?: number | readonly number[];
}

interface SlidingWindows {
  <D extends DType>(x: Tensor<Shape, D>, options: SlidingWindowsOptions): Tensor<Shape, D>;
  (x: TensorLike, options: SlidingWindowsOptions): Tensor;
}

/**
 * All windows of a size that lie inside of `x`, without a copy: `windows` without padding.
 *
 * @throws `E_AXIS` for axes out of range, `E_ATTRIBUTE` for sizes and steps below 1, `E_SHAPE` where no window fits.
 * @example
 * ```ts
 * import { slidingWindows, tensor } from '@deft/tensor';
 * console.log(slidingWindows(tensor([1, 2, 3, 4]), { axes: [0], size: [3] }).toArray()); // [[1, 2, 3], [2, 3, 4]]
 * ```
 */
export const slidingWindows: OperationFunction<SlidingWindows> = definePrimitive({
  name: 'slidingWindows',
  inputs: ['x'],
  doc: {
    group: 'window',
    summary: 'All windows of a size that lie inside of a tensor, as a view.',
    math: 'slidingWindows(x)[…, o, …, r, …] = x[…, o · stride + r · dilation, …]',
    notes: [
      'Counts of windows stand in place of the axes, the windows’ own axes right behind the last of those.',
      'Along an axis of W elements, a window of F elements without dilation has L = floor((W − F) / S) + 1 places.',
    ],
    see: ['windows', 'overlapAdd'],
  },
  arguments: (x: TensorLike, { axes, size, strides = 1, dilation = 1 }: SlidingWindowsOptions) => {
    const input = operand('slidingWindows', 'x', x);
    const over = windowAxes('slidingWindows', axes, input.rank);
    const attributes = {
      axes: over,
      size: eachAxis('slidingWindows', 'size', size, over.length),
      strides: eachAxis('slidingWindows', 'strides', strides, over.length),
      dilation: eachAxis('slidingWindows', 'dilation', dilation, over.length),
    };
    return { inputs: [input], attributes };
  },
  infer: ([x], attributes) => {
    const counts = windowCounts(
      'slidingWindows',
      x,
      attributes,
      attributes.axes.map(() => [0, 0]),
    );
    return withShape(x, windowedShape(x.shape, attributes.axes, counts, attributes.size));
  },
  jvp: (_, [dx], attributes) => slidingWindows(dx, attributes),
  vjp: (ct, _, { axes, strides, dilation }, _needs, [x]) => [
    overlapAdd(ct, { axes, shape: axes.map((axis) => x.shape[axis] as number), strides, dilation }),
  ],
  batch: ([x], _, attributes) => slidingWindows(x, { ...attributes, axes: attributes.axes.map((axis) => axis + 1) }),
  lower: ([x], { axes, strides, dilation }, output) => {
    const last = axes.at(-1) as number;
    return {
      form: 'view',
      map: {
        shape: output.shape,
        axes: x.shape.map((_, axis) => {
          const w = axes.indexOf(axis);
          const at = windowedAxis(axis, axes);
          if (w < 0) return affine(output.shape.length, [[at, 1]]);
          return affine(output.shape.length, [
            [at, strides[w] as number],
            [last + 1 + w, dilation[w] as number],
          ]);
        }),
        fill: 0,
      },
    };
  },
  complex: 'parts',
  reference: ([x], attributes) => {
    const { axes, size, strides, dilation } = attributes;
    const last = axes.at(-1) as number;
    const counts = windowCounts(
      'slidingWindows',
      { shape: x.shape, text: '' },
      attributes,
      axes.map(() => [0, 0]),
    );
    return generate(windowedShape(x.shape, axes, counts, size), x.dtype, (point) =>
      elementAt(
        x,
        x.shape.map((_, axis) => {
          const w = axes.indexOf(axis);
          const i = point[windowedAxis(axis, axes)] as number;
          return w < 0 ? i : i * (strides[w] as number) + (point[last + 1 + w] as number) * (dilation[w] as number);
        }),
      ),
    );
  },
  samples: [
    { label: 'a vector', inputs: [nd([4], [1, 2, 3, 4])], rest: [{ axes: [0], size: [3] }], grad: 'check' },
    {
      label: 'steps',
      inputs: [nd([7], [1, 2, 3, 4, 5, 6, 7])],
      rest: [{ axes: [0], size: [2], strides: [3] }],
      grad: 'check',
    },
    {
      label: 'dilation',
      inputs: [nd([6], [1, 2, 3, 4, 5, 6])],
      rest: [{ axes: [-1], size: [3], dilation: 2 }],
      grad: 'check',
    },
    {
      label: 'steps and dilation',
      inputs: [nd([8], [1, 2, 3, 4, 5, 6, 7, 8])],
      rest: [{ axes: [0], size: [2], strides: 2, dilation: 3 }],
      grad: 'check',
    },
    {
      label: 'images',
      inputs: [
        nd(
          [1, 3, 4, 2],
          Array.from({ length: 24 }, (_, i) => i),
        ),
      ],
      rest: [{ axes: [1, 2], size: [2, 3], strides: [1, 1] }],
      grad: 'check',
    },
    { label: 'one window', inputs: [nd([2, 2], [1, 2, 3, 4])], rest: [{ axes: [0, 1], size: [2, 2] }], grad: 'check' },
    { label: 'no images', inputs: [nd([0, 3], [])], rest: [{ axes: [1], size: [2] }] },
  ],
  errors: [
    {
      label: 'a window that does not fit',
      inputs: [{ shape: [2] }],
      rest: [{ axes: [0], size: [2], dilation: 2 }],
      code: 'E_SHAPE',
      says: /slidingWindows: a window over 3 places does not fit axis 0 of 2 elements \(operands float32\[2\]\)/,
    },
    {
      label: 'an empty window',
      inputs: [{ shape: [2] }],
      rest: [{ axes: [0], size: [0] }],
      code: 'E_ATTRIBUTE',
      says: /size: expected 1 whole numbers of at least 1, got \[0\]/,
    },
    {
      label: 'out of range',
      inputs: [{ shape: [2] }],
      rest: [{ axes: [1], size: [1] }],
      code: 'E_AXIS',
      says: /axes: .*from -1 to 0, got 1/,
    },
    {
      label: 'axes in another order',
      inputs: [{ shape: [2, 2] }],
      rest: [{ axes: [1, 0], size: [1, 1] }],
      code: 'E_AXIS',
      says: /axes in ascending order, each once, got \[1, 0\]/,
    },
  ],
});
