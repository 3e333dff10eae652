/** `flatten`: neighbouring axes merged into one. */
import {
  type DType,
  nd,
  normalizeAxis,
  type OperationFunction,
  raise,
  type Shape,
  sizeOf,
  type Tensor,
} from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { operand } from './definition/operand.ts';
import { reshape } from './reshape.ts';

interface Flatten {
  <D extends DType>(x: Tensor<Shape, D>): Tensor<[number], D>;
  <D extends DType>(x: Tensor<Shape, D>, startAxis: number, endAxis?: number): Tensor<Shape, D>;
  (x: TensorLike, startAxis?: number, endAxis?: number): Tensor;
}

/**
 * Merges the axes from `startAxis` to `endAxis` (all of them unless told) into one, in row-major order.
 *
 * @throws `E_AXIS` when an axis is out of range or the end comes before the start.
 * @example
 * ```ts
 * import { flatten, zeros } from '@deft/tensor';
 * console.log(flatten(zeros([2, 3, 4])).shape, flatten(zeros([2, 3, 4]), 1).shape); // [24] [2, 12]
 * ```
 */
export const flatten: OperationFunction<Flatten> = defineComposite({
  name: 'flatten',
  inputs: ['x'],
  doc: {
    group: 'shape',
    summary: 'Merges neighbouring axes (all of them unless told) into one.',
    notes: ['A scalar becomes a vector of one element.', '`flatten(x, 1)` keeps the first, the batch axis.'],
    see: ['reshape'],
  },
  arguments: (x: TensorLike, startAxis = 0, endAxis = -1) => {
    const input = operand('flatten', 'x', x);
    const rank = Math.max(1, input.rank);
    const start = normalizeAxis('flatten', startAxis, rank, 'startAxis');
    const end = normalizeAxis('flatten', endAxis, rank, 'endAxis');
    if (end < start) {
      raise('E_AXIS', {
        op: 'flatten',
        argument: 'endAxis',
        expected: `an axis from ${start} on`,
        found: String(endAxis),
        operands: [input.abstract],
      });
    }
    return { inputs: [input], attributes: { start, end } };
  },
  compose: ([x], { start, end }): Tensor => {
    const shape = x.abstract.shape;
    return reshape(x, [...shape.slice(0, start), sizeOf(shape.slice(start, end + 1)), ...shape.slice(end + 1)]);
  },
  samples: [
    { label: 'everything', inputs: [nd([2, 1, 2], [1, 2, 3, 4])], grad: 'check' },
    { label: 'all but the batch axis', inputs: [nd([2, 1, 2], [1, 2, 3, 4])], rest: [1], grad: 'check' },
    { label: 'the first two axes', inputs: [nd([2, 1, 2], [1, 2, 3, 4])], rest: [0, 1], grad: 'check' },
    { label: 'a scalar', inputs: [nd([], [3])], grad: 'check' },
    { label: 'empty', inputs: [nd([2, 0, 3], [])], rest: [1] },
  ],
  errors: [
    {
      label: 'out of range',
      inputs: [{ shape: [2] }],
      rest: [1],
      code: 'E_AXIS',
      says: /flatten: startAxis: .*from -1 to 0, got 1/,
    },
    {
      label: 'end before start',
      inputs: [{ shape: [2, 3] }],
      rest: [1, 0],
      code: 'E_AXIS',
      says: /endAxis: expected an axis from 1 on, got 0/,
    },
  ],
});
