/** `split`: a tensor cut into parts along an axis. */
import {
  type CheckAxes,
  nd,
  normalizeAxis,
  type OperationFunction,
  type ReplaceAxes,
  raise,
  type Tensor,
} from '@deft/core';
import { concat } from './concat.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWhole, operand } from './definition/operand.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { slice } from './slice.ts';

type Split = <const X extends TensorLike, const A extends number = 0>(
  x: X,
  parts: number | readonly number[],
  axis?: A & CheckAxes<ShapeOf<X>, A>,
) => readonly Tensor<ReplaceAxes<ShapeOf<X>, A, [number]>, DTypeOfOne<X>>[];

/**
 * Cuts a tensor along an axis (the first unless told): into `parts` equal parts, or into parts of the given lengths.
 *
 * @throws `E_SHAPE` when the parts do not make up the axis, `E_AXIS` when the axis is out of range.
 * @example
 * ```ts
 * import { split, tensor } from '@deft/tensor';
 * const [a, b] = split(tensor([1, 2, 3, 4]), 2);
 * console.log(a.toArray(), b.toArray()); // [1, 2] [3, 4]
 * ```
 */
export const split: OperationFunction<Split> = defineComposite({
  name: 'split',
  inputs: ['x'],
  multipleResults: true,
  doc: {
    group: 'shape',
    summary: 'Cuts a tensor along an axis, into equal parts or parts of the given lengths.',
    see: ['concat', 'unstack', 'slice'],
  },
  arguments: (x: TensorLike, parts: number | readonly number[], axis = 0) => {
    const input = operand('split', 'x', x);
    const shape = input.abstract.shape;
    const along = normalizeAxis('split', axis, shape.length);
    const dim = shape[along] as number;
    let lengths: readonly number[];
    if (typeof parts === 'number') {
      checkWhole('split', 'parts', parts, 1);
      if (dim % parts !== 0) {
        raise('E_SHAPE', {
          op: 'split',
          says: `axis ${along} has ${dim} elements, which ${parts} equal parts do not make up`,
          operands: [input.abstract],
        });
      }
      lengths = new Array<number>(parts).fill(dim / parts);
    } else {
      if (!Array.isArray(parts))
        raise('E_ATTRIBUTE', {
          op: 'split',
          argument: 'parts',
          expected: 'a number of parts or their lengths',
          found: String(parts),
        });
      for (const [i, length] of parts.entries()) checkWhole('split', `parts[${i}]`, length, 0);
      lengths = parts;
      if (lengths.reduce((a, b) => a + b, 0) !== dim) {
        raise('E_SHAPE', {
          op: 'split',
          says: `axis ${along} has ${dim} elements, which parts of [${parts.join(', ')}] do not make up`,
          operands: [input.abstract],
        });
      }
    }
    return { inputs: [input], attributes: { lengths, axis: along } };
  },
  compose: ([x], { lengths, axis }): readonly Tensor[] => {
    const shape = x.abstract.shape;
    let start = 0;
    return lengths.map((length) => {
      const begin = shape.map((_, a) => (a === axis ? start : 0));
      start += length;
      return slice(
        x,
        begin,
        shape.map((dim, a) => (a === axis ? length : dim)),
      );
    });
  },
  vjpMany: (cotangents, _, { axis }) => [concat(cotangents, axis)],
  samples: [
    { label: 'equal parts', inputs: [nd([4], [1, 2, 3, 4])], rest: [2], grad: 'check' },
    { label: 'given lengths, last axis', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], rest: [[1, 2], -1], grad: 'check' },
    { label: 'one part', inputs: [nd([2], [1, 2])], rest: [1], grad: 'check' },
    { label: 'an empty part', inputs: [nd([2], [1, 2])], rest: [[2, 0]] },
    { label: 'of an empty tensor', inputs: [nd([0, 2], [])], rest: [2] },
  ],
  errors: [
    {
      label: 'unequal parts',
      inputs: [{ shape: [5] }],
      rest: [2],
      code: 'E_SHAPE',
      says: /split: axis 0 has 5 elements, which 2 equal parts do not make up/,
    },
    {
      label: 'lengths that do not add up',
      inputs: [{ shape: [5] }],
      rest: [[2, 2]],
      code: 'E_SHAPE',
      says: /parts of \[2, 2\] do not make up/,
    },
    {
      label: 'no part',
      inputs: [{ shape: [5] }],
      rest: [0],
      code: 'E_ATTRIBUTE',
      says: /parts: expected a whole number of at least 1, got 0/,
    },
    { label: 'a scalar', inputs: [{ shape: [] }], rest: [1], code: 'E_AXIS', says: /the operand is a scalar/ },
  ],
});
