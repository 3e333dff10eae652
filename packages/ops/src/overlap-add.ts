/** `overlapAdd`: windows added up at the places they were taken from; the adjoint of `windows`. */
import {
  type DType,
  nd,
  ndZeros,
  type OperationFunction,
  raise,
  type Shape,
  shapeText,
  sizeOf,
  stridesOf,
  type Tensor,
} from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWholes, operand } from './definition/operand.ts';
import { forEachPoint } from './definition/reference.ts';
import { windowAxes } from './definition/window-axes.ts';
import { type AxisPadding, coverOf, eachAxis, windowCount } from './definition/window-geometry.ts';
import { overlapSum } from './overlap-sum.ts';
import { pad } from './pad.ts';
import { reshape } from './reshape.ts';
import { slice } from './slice.ts';
import { windows } from './windows.ts';
import { zeros } from './zeros.ts';

/** Options of `overlapAdd`. */
export interface OverlapAddOptions {
  /** The axes that hold counts of windows; the windows' own axes stand right behind the last of them. */
  readonly axes: readonly number[];
  /** Elements of the result along each of the axes. */
  readonly shape: readonly number[];
  /** Steps from one window to the next; 1 unless told. */
  readonly strides?: number | readonly number[];
  /** Steps from one element of a window to the next; 1 unless told. */
  readonly dilation?: number | readonly number[];
  /** The padding that the windows were taken with; what falls into it is dropped. */
  readonly padding?: readonly AxisPadding[];
}

interface OverlapAdd {
  <D extends DType>(x: Tensor<Shape, D>, options: OverlapAddOptions): Tensor<Shape, D>;
  (x: TensorLike, options: OverlapAddOptions): Tensor;
}

/**
 * Adds windows up at the places that `windows` would take them from: from `[N, OH, OW, KH, KW, C]` over axes 1 and 2 to
 * `[N, H, W, C]`, where `[H, W]` is the given shape.
 *
 * @throws `E_SHAPE` when the number of windows does not belong to that shape, `E_AXIS`, `E_ATTRIBUTE`.
 * @example
 * ```ts
 * import { overlapAdd, tensor } from '@deft/tensor';
 * console.log(overlapAdd(tensor([[1, 2], [3, 4]]), { axes: [0], shape: [3] }).toArray()); // [1, 5, 4]
 * ```
 */
export const overlapAdd: OperationFunction<OverlapAdd> = defineComposite({
  name: 'overlapAdd',
  inputs: ['x'],
  doc: {
    group: 'window',
    summary: 'Windows added up at the places they were taken from.',
    math: 'overlapAdd(x)[…, i, …] = Σ x[…, o, …, r, …] over o · stride + r · dilation − before = i',
    notes: ['The adjoint of `windows`.', 'What falls into the padding is dropped.'],
    see: ['windows'],
  },
  arguments: (x: TensorLike, options: OverlapAddOptions) => {
    const input = operand('overlapAdd', 'x', x);
    const given = input.abstract.shape;
    const axes = windowAxes('overlapAdd', options.axes, input.rank);
    const last = axes.at(-1) as number;
    if (last + axes.length >= given.length) {
      raise('E_AXIS', {
        op: 'overlapAdd',
        argument: 'axes',
        expected: `${axes.length} axes behind the last one`,
        found: input.abstract.text,
      });
    }
    const size = given.slice(last + 1, last + 1 + axes.length);
    const strides = eachAxis('overlapAdd', 'strides', options.strides ?? 1, axes.length);
    const dilation = eachAxis('overlapAdd', 'dilation', options.dilation ?? 1, axes.length);
    const padding: readonly AxisPadding[] = options.padding ?? axes.map(() => [0, 0]);
    for (const w of axes.keys()) checkWholes('overlapAdd', `padding[${w}]`, padding[w], 2);
    checkWholes('overlapAdd', 'shape', options.shape, axes.length, 0);
    const counts = axes.map((_, w) =>
      windowCount(
        options.shape[w] as number,
        size[w] as number,
        strides[w] as number,
        dilation[w] as number,
        padding[w] as AxisPadding,
      ),
    );
    if (axes.some((axis, w) => given[axis] !== counts[w])) {
      raise('E_SHAPE', {
        op: 'overlapAdd',
        argument: 'shape',
        expected: `a shape with ${shapeText(axes.map((axis) => given[axis] as number))} windows of ${shapeText(size)}`,
        found: `${shapeText(options.shape)}, which has ${shapeText(counts)}`,
        operands: [input.abstract],
      });
    }
    return { inputs: [input], attributes: { axes, shape: options.shape, strides, dilation, padding } };
  },
  compose: ([x], { axes, shape, strides, dilation, padding }): Tensor => {
    let spread = x;
    axes.forEach((_, w) => {
      if ((strides[w] as number) > 1 && (dilation[w] as number) > 1) {
        spread = undilated(spread, (axes.at(-1) as number) + 1 + w, dilation[w] as number);
      }
    });
    // A group of one stride is the unit: what is cut in front of the first group is less than a stride.
    const first = axes.map((_, w) => Math.floor((padding[w] as AxisPadding)[0] / (strides[w] as number)));
    const cut = axes.map((_, w) => (padding[w] as AxisPadding)[0] - (first[w] as number) * (strides[w] as number));
    const groups = axes.map((_, w) => Math.ceil(((shape[w] as number) + (cut[w] as number)) / (strides[w] as number)));
    const summed = overlapSum(spread, {
      axes,
      strides,
      dilation: dilation.map((step, w) => ((strides[w] as number) > 1 ? 1 : step)),
      first,
      groups,
    });
    const from = x.abstract.shape;
    const whole = outerShape(
      from,
      axes,
      groups.map((count, w) => count * (strides[w] as number)),
    );
    const places = reshape(summed, whole);
    const wanted = outerShape(from, axes, shape);
    if (cut.every((count, w) => count === 0 && whole[axes[w] as number] === wanted[axes[w] as number])) return places;
    return slice(
      places,
      wanted.map((_, axis) => cut[axes.indexOf(axis)] ?? 0),
      wanted,
    );
  },
  jvp: (_, [dx], attributes) => overlapAdd(dx, attributes),
  vjp: (ct, _, { axes, strides, dilation, padding }, _needs, [x]) => {
    // No windows may have been wider than what they are added up to.
    if (sizeOf(x.shape) === 0) return [zeros(x.shape, x.dtype)];
    const behind = (axes.at(-1) as number) + 1;
    return [windows(ct, { axes, size: x.shape.slice(behind, behind + axes.length), strides, dilation, padding })];
  },
  reference: ([x], { axes, shape, strides, dilation, padding }) => {
    const last = axes.at(-1) as number;
    const result = ndZeros(outerShape(x.shape, axes, shape), x.dtype);
    const steps = stridesOf(result.shape);
    forEachPoint(x.shape, (point, position) => {
      const target = [...point.slice(0, last + 1), ...point.slice(last + 1 + axes.length)];
      axes.forEach((axis, w) => {
        const [before] = padding[w] as AxisPadding;
        target[axis] =
          (point[axis] as number) * (strides[w] as number) +
          (point[last + 1 + w] as number) * (dilation[w] as number) -
          before;
      });
      if (target.some((i, axis) => i < 0 || i >= (result.shape[axis] as number))) return;
      const to = target.reduce((sum, i, axis) => sum + i * (steps[axis] as number), 0);
      result.data[to] = (result.data[to] as number) + (x.data[position] as number);
    });
    return result;
  },
  samples: [
    { label: 'a vector', inputs: [nd([2, 2], [1, 2, 3, 4])], rest: [{ axes: [0], shape: [3] }], grad: 'check' },
    {
      label: 'padding',
      inputs: [nd([4, 2], [1, 2, 3, 4, 5, 6, 7, 8])],
      rest: [{ axes: [0], shape: [3], padding: [[1, 1]] }],
      grad: 'check',
    },
    {
      label: 'stride below the size',
      inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])],
      rest: [{ axes: [0], shape: [6], strides: 2 }],
      grad: 'check',
    },
    {
      label: 'stride above the size',
      inputs: [nd([2, 2], [1, 2, 3, 4])],
      rest: [{ axes: [0], shape: [5], strides: 3 }],
      grad: 'check',
    },
    {
      label: 'stride and padding',
      inputs: [nd([3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9])],
      rest: [{ axes: [0], shape: [5], strides: 2, padding: [[1, 1]] }],
      grad: 'check',
    },
    {
      label: 'dilation',
      inputs: [nd([2, 2], [1, 2, 3, 4])],
      rest: [{ axes: [0], shape: [4], dilation: 2 }],
      grad: 'check',
    },
    {
      label: 'stride and dilation',
      inputs: [nd([2, 2], [1, 2, 3, 4])],
      rest: [{ axes: [0], shape: [6], strides: 2, dilation: 3, padding: [[0, 1]] }],
      grad: 'check',
    },
    {
      label: 'padding and dilation',
      inputs: [nd([3, 2], [1, 2, 3, 4, 5, 6])],
      rest: [{ axes: [0], shape: [3], dilation: 2, padding: [[1, 1]] }],
      grad: 'check',
    },
    {
      label: 'elements never taken',
      inputs: [nd([2, 1], [1, 2])],
      rest: [{ axes: [0], shape: [6], padding: [[-1, -2]], strides: 2 }],
      grad: 'check',
    },
    {
      label: 'images',
      inputs: [
        nd(
          [1, 2, 1, 2, 2, 2],
          Array.from({ length: 16 }, (_, i) => i),
        ),
      ],
      rest: [{ axes: [1, 2], shape: [3, 2] }],
      grad: 'check',
    },
    { label: 'no images', inputs: [nd([0, 2, 2], [])], rest: [{ axes: [1], shape: [3] }] },
  ],
  errors: [
    {
      label: 'a shape with other windows',
      inputs: [{ shape: [2, 2] }],
      rest: [{ axes: [0], shape: [4] }],
      code: 'E_SHAPE',
      says: /overlapAdd: shape: expected a shape with \[2\] windows of \[2\], got \[4\], which has \[3\]/,
    },
    {
      label: 'no axis for the windows',
      inputs: [{ shape: [2] }],
      rest: [{ axes: [0], shape: [2] }],
      code: 'E_AXIS',
      says: /axes: expected 1 axes behind the last one/,
    },
    {
      label: 'half a shape',
      inputs: [{ shape: [2, 2] }],
      rest: [{ axes: [0], shape: [2.5] }],
      code: 'E_ATTRIBUTE',
      says: /shape: expected 1 whole numbers/,
    },
  ],
});

/** The shape with the windows' own axes removed and `dims` along the windowed ones. */
function outerShape(shape: readonly number[], axes: readonly number[], dims: readonly number[]): number[] {
  const behind = (axes.at(-1) as number) + 1;
  return [...shape.slice(0, behind), ...shape.slice(behind + axes.length)].map(
    (dim, axis) => dims[axes.indexOf(axis)] ?? dim,
  );
}

/** Zeros between the elements along an axis, so that a window with dilation becomes a wider one without. */
function undilated(x: Tensor, axis: number, dilation: number): Tensor {
  const shape = x.abstract.shape;
  const dim = shape[axis] as number;
  const apart = reshape(x, [...shape.slice(0, axis + 1), 1, ...shape.slice(axis + 1)]);
  const around = Array.from({ length: shape.length + 1 }, (_, i): [number, number] => [
    0,
    i === axis + 1 ? dilation - 1 : 0,
  ]);
  const wide = reshape(
    pad(apart, around),
    shape.map((size, i) => (i === axis ? dim * dilation : size)),
  );
  return slice(
    wide,
    shape.map(() => 0),
    shape.map((size, i) => (i === axis ? coverOf(dim, dilation) : size)),
  );
}
