/** `flip`: axes backwards. */
import { type DType, nd, normalizeAxes, type OperationFunction, type Shape, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { definePrimitive } from './definition/define.ts';
import { axiswiseMap } from './definition/index-map.ts';
import { operand } from './definition/operand.ts';
import { elementAt, generate } from './definition/reference.ts';

interface Flip {
  <S extends Shape, D extends DType>(x: Tensor<S, D>, axis?: number | readonly number[]): Tensor<S, D>;
  (x: TensorLike, axis?: number | readonly number[]): Tensor;
}

/**
 * The elements in reverse order along the given axes, or all of them.
 *
 * @throws `E_AXIS` when an axis is out of range or given twice.
 * @example
 * ```ts
 * import { flip, tensor } from '@deft/tensor';
 * console.log(flip(tensor([[1, 2], [3, 4]]), 1).toArray()); // [[2, 1], [4, 3]]
 * ```
 */
export const flip: OperationFunction<Flip> = definePrimitive({
  name: 'flip',
  inputs: ['x'],
  doc: {
    group: 'shape',
    summary: 'The elements in reverse order along the given axes, or all of them.',
    see: ['stridedSlice', 'roll'],
  },
  arguments: (x: TensorLike, axis?: number | readonly number[]) => {
    const input = operand('flip', 'x', x);
    return { inputs: [input], attributes: { axes: normalizeAxes('flip', axis, input.rank) as readonly number[] } };
  },
  infer: ([x]) => x,
  jvp: (_, [dx], { axes }) => flip(dx, axes),
  vjp: (ct, _, { axes }) => [flip(ct, axes)],
  batch: ([x], _, { axes }) =>
    flip(
      x,
      axes.map((axis) => axis + 1),
    ),
  lower: ([x], { axes }) => ({
    form: 'view',
    map: axiswiseMap(x.shape, (axis) =>
      axes.includes(axis) ? { offset: (x.shape[axis] as number) - 1, scale: -1 } : { offset: 0, scale: 1 },
    ),
  }),
  complex: 'parts',
  reference: ([x], { axes }) =>
    generate(x.shape, x.dtype, (point) =>
      elementAt(
        x,
        point.map((i, axis) => (axes.includes(axis) ? (x.shape[axis] as number) - 1 - i : i)),
      ),
    ),
  samples: [
    { label: 'a vector', inputs: [nd([3], [1, 2, 3])], grad: 'check' },
    { label: 'one axis', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], rest: [0], grad: 'check' },
    { label: 'both axes', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], rest: [[0, -1]], grad: 'check' },
    { label: 'an axis of size 1', inputs: [nd([1, 2], [1, 2])], rest: [0], grad: 'check' },
    { label: 'a scalar', inputs: [nd([], [3])], grad: 'check' },
    { label: 'empty', inputs: [nd([0, 2], [])], rest: [0] },
  ],
  errors: [
    {
      label: 'out of range',
      inputs: [{ shape: [2] }],
      rest: [1],
      code: 'E_AXIS',
      says: /flip: axis: .*from -1 to 0, got 1/,
    },
    { label: 'an axis twice', inputs: [{ shape: [2, 2] }], rest: [[0, 0]], code: 'E_AXIS', says: /each axis once/ },
  ],
});
