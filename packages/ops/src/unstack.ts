/** `unstack`: the slices along an axis. */
import { type CheckAxes, nd, normalizeAxis, type OperationFunction, type ReplaceAxes, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { operand } from './definition/operand.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { reshape } from './reshape.ts';
import { slice } from './slice.ts';
import { stack } from './stack.ts';

type Unstack = <const X extends TensorLike, const A extends number = 0>(
  x: X,
  axis?: A & CheckAxes<ShapeOf<X>, A>,
) => readonly Tensor<ReplaceAxes<ShapeOf<X>, A, []>, DTypeOfOne<X>>[];

/**
 * The slices along an axis (the first unless told), without that axis.
 *
 * @throws `E_AXIS` when the axis is out of range.
 * @example
 * ```ts
 * import { tensor, unstack } from '@deft/tensor';
 * for (const row of unstack(tensor([[1, 2], [3, 4]]))) console.log(row.toArray()); // [1, 2], then [3, 4]
 * ```
 */
export const unstack: OperationFunction<Unstack> = defineComposite({
  name: 'unstack',
  inputs: ['x'],
  multipleResults: true,
  doc: { group: 'shape', summary: 'The slices along an axis, without that axis.', see: ['stack', 'split'] },
  arguments: (x: TensorLike, axis = 0) => {
    const input = operand('unstack', 'x', x);
    return { inputs: [input], attributes: { axis: normalizeAxis('unstack', axis, input.rank) } };
  },
  compose: ([x], { axis }): readonly Tensor[] => {
    const shape = x.abstract.shape;
    const size = shape.map((dim, a) => (a === axis ? 1 : dim));
    const rest = shape.filter((_, a) => a !== axis);
    return Array.from({ length: shape[axis] as number }, (_, i) =>
      reshape(
        slice(
          x,
          shape.map((_dim, a) => (a === axis ? i : 0)),
          size,
        ),
        rest,
      ),
    );
  },
  // One stack, where the slices' own cotangents would be padded and added up.
  vjpMany: (cotangents, _, { axis }) => [stack(cotangents, axis)],
  samples: [
    { label: 'rows', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], grad: 'check' },
    { label: 'columns', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], rest: [-1], grad: 'check' },
    { label: 'a vector', inputs: [nd([3], [1, 2, 3])], grad: 'check' },
    { label: 'one slice', inputs: [nd([1, 2], [1, 2])], grad: 'check' },
    { label: 'no slices', inputs: [nd([0, 2], [])] },
  ],
  errors: [
    {
      label: 'out of range',
      inputs: [{ shape: [2] }],
      rest: [1],
      code: 'E_AXIS',
      says: /unstack: axis: .*from -1 to 0, got 1/,
    },
    { label: 'a scalar', inputs: [{ shape: [] }], code: 'E_AXIS', says: /the operand is a scalar/ },
  ],
});
