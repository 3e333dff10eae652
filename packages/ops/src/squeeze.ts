/** `squeeze`: without axes of size 1. */
import {
  type Axes,
  type CheckSqueeze,
  nd,
  normalizeAxes,
  type OperationFunction,
  raise,
  type Squeezed,
  type Tensor,
} from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { operand } from './definition/operand.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { reshape } from './reshape.ts';

type Squeeze = <const X extends TensorLike, const A extends Axes | undefined = undefined>(
  x: X,
  axis?: A & CheckSqueeze<ShapeOf<X>, A>,
) => Tensor<Squeezed<ShapeOf<X>, A>, DTypeOfOne<X>>;

/**
 * Removes axes of size 1: the given ones, or all of them.
 *
 * @throws `E_AXIS` when an axis is out of range, `E_SHAPE` when its size is not 1.
 * @example
 * ```ts
 * import { squeeze, zeros } from '@deft/tensor';
 * console.log(squeeze(zeros([1, 3, 1])).shape, squeeze(zeros([1, 3, 1]), 0).shape); // [3] [3, 1]
 * ```
 */
export const squeeze: OperationFunction<Squeeze> = defineComposite({
  name: 'squeeze',
  inputs: ['x'],
  doc: {
    group: 'shape',
    summary: 'Removes axes of size 1: the given ones, or all of them.',
    see: ['expandDims', 'reshape'],
  },
  arguments: (x: TensorLike, axis?: number | readonly number[]) => {
    const input = operand('squeeze', 'x', x);
    const shape = input.abstract.shape;
    const axes =
      axis === undefined
        ? shape.flatMap((dim, i) => (dim === 1 ? [i] : []))
        : normalizeAxes('squeeze', axis, shape.length);
    for (const i of axes) {
      if (shape[i] === 1) continue;
      raise('E_SHAPE', {
        op: 'squeeze',
        argument: 'axis',
        expected: 'axes of size 1',
        found: `axis ${i} of size ${shape[i]}`,
        operands: [input.abstract],
      });
    }
    return { inputs: [input], attributes: { axes: axes as readonly number[] } };
  },
  compose: ([x], { axes }): Tensor =>
    reshape(
      x,
      x.abstract.shape.filter((_, axis) => !axes.includes(axis)),
    ),
  samples: [
    { label: 'all axes of size 1', inputs: [nd([1, 2, 1], [1, 2])], grad: 'check' },
    { label: 'one of them', inputs: [nd([1, 2, 1], [1, 2])], rest: [-1], grad: 'check' },
    { label: 'two of them', inputs: [nd([1, 2, 1], [1, 2])], rest: [[0, 2]], grad: 'check' },
    { label: 'to a scalar', inputs: [nd([1, 1], [3])], grad: 'check' },
    { label: 'nothing to remove', inputs: [nd([2], [1, 2])], grad: 'check' },
    { label: 'empty', inputs: [nd([0, 1], [])] },
  ],
  errors: [
    {
      label: 'an axis of another size',
      inputs: [{ shape: [1, 3] }],
      rest: [1],
      code: 'E_SHAPE',
      says: /squeeze: axis: expected axes of size 1, got axis 1 of size 3 \(operands float32\[1, 3\]\)/,
    },
    { label: 'out of range', inputs: [{ shape: [1] }], rest: [1], code: 'E_AXIS', says: /from -1 to 0, got 1/ },
  ],
});
