/** `transpose`: the axes in another order. */
import {
  type CheckPermutation,
  nd,
  normalizeAxis,
  type OperationFunction,
  type Permuted,
  type ReversedShape,
  raise,
  type Tensor,
} from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { definePrimitive } from './definition/define.ts';
import { affine } from './definition/index-map.ts';
import { operand } from './definition/operand.ts';
import { elementAt, generate } from './definition/reference.ts';
import { withShape } from './definition/rules.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';

type Transpose = <const X extends TensorLike, const A extends readonly number[] | undefined = undefined>(
  x: X,
  axes?: A & (A extends readonly number[] ? CheckPermutation<ShapeOf<X>, A> : unknown),
) => Tensor<A extends readonly number[] ? Permuted<ShapeOf<X>, A> : ReversedShape<ShapeOf<X>>, DTypeOfOne<X>>;

/**
 * The axes in another order: axis `i` of the result is axis `axes[i]` of `x`. Without `axes` the order is reversed.
 *
 * @throws `E_AXIS` unless `axes` names every axis once.
 * @example
 * ```ts
 * import { tensor, transpose } from '@deft/tensor';
 * console.log(transpose(tensor([[1, 2, 3], [4, 5, 6]])).toArray()); // [[1, 4], [2, 5], [3, 6]]
 * ```
 */
export const transpose: OperationFunction<Transpose> = definePrimitive({
  name: 'transpose',
  inputs: ['x'],
  doc: {
    group: 'shape',
    summary: 'The axes in another order (reversed unless told).',
    math: 'shape(transpose(x, axes))[i] = shape(x)[axes[i]]',
    see: ['moveAxis', 'reshape'],
  },
  arguments: (x: TensorLike, axes?: readonly number[]) => {
    const input = operand('transpose', 'x', x);
    const rank = input.rank;
    const order =
      axes === undefined
        ? Array.from({ length: rank }, (_, i) => rank - 1 - i)
        : axes.map((axis) => normalizeAxis('transpose', axis, rank, 'axes'));
    if (order.length !== rank || new Set(order).size !== rank) {
      raise('E_AXIS', {
        op: 'transpose',
        argument: 'axes',
        expected: `each of the ${rank} axes once`,
        found: `[${(axes as readonly number[]).join(', ')}]`,
        operands: [input.abstract],
      });
    }
    return { inputs: [input], attributes: { axes: order as readonly number[] } };
  },
  infer: ([x], { axes }) =>
    withShape(
      x,
      axes.map((axis) => x.shape[axis] as number),
    ),
  jvp: (_, [dx], { axes }) => transpose(dx, axes as number[]),
  vjp: (ct, _, { axes }) => [
    transpose(
      ct,
      axes.map((_axis, i) => axes.indexOf(i)),
    ),
  ],
  batch: ([x], _, { axes }) => transpose(x, [0, ...axes.map((axis) => axis + 1)]),
  lower: ([x], { axes }, output) => ({
    form: 'view',
    map: {
      shape: output.shape,
      axes: x.shape.map((_, axis) => affine(axes.length, [[axes.indexOf(axis), 1]])),
      fill: 0,
    },
  }),
  complex: 'parts',
  reference: ([x], { axes }) =>
    generate(
      axes.map((axis) => x.shape[axis] as number),
      x.dtype,
      (point) =>
        elementAt(
          x,
          x.shape.map((_, axis) => point[axes.indexOf(axis)] as number),
        ),
    ),
  samples: [
    { label: 'a matrix', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], grad: 'check' },
    { label: 'three axes, reversed', inputs: [nd([2, 1, 3], [1, 2, 3, 4, 5, 6])], grad: 'check' },
    {
      label: 'a cycle of axes',
      inputs: [
        nd(
          [2, 3, 2],
          Array.from({ length: 12 }, (_, i) => i),
        ),
      ],
      rest: [[1, 2, 0]],
      grad: 'check',
    },
    { label: 'negative axes', inputs: [nd([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8])], rest: [[0, -1, -2]], grad: 'check' },
    { label: 'a vector', inputs: [nd([3], [1, 2, 3])], grad: 'check' },
    { label: 'a scalar', inputs: [nd([], [4])], grad: 'check' },
    { label: 'empty', inputs: [nd([0, 3], [])] },
    { label: 'bool', inputs: [nd([1, 2], [1, 0], 'bool')] },
  ],
  errors: [
    {
      label: 'too few axes',
      inputs: [{ shape: [2, 3] }],
      rest: [[0]],
      code: 'E_AXIS',
      says: /transpose: axes: expected each of the 2 axes once, got \[0\]/,
    },
    {
      label: 'an axis twice',
      inputs: [{ shape: [2, 3] }],
      rest: [[1, 1]],
      code: 'E_AXIS',
      says: /each of the 2 axes once, got \[1, 1\]/,
    },
    {
      label: 'an axis out of range',
      inputs: [{ shape: [2, 3] }],
      rest: [[0, 2]],
      code: 'E_AXIS',
      says: /from -2 to 1, got 2/,
    },
  ],
});
