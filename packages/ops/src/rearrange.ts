/** `rearrange`: axes split, reordered and joined as a pattern says. */
import {
  abstractValue,
  type DType,
  nd,
  type OperationFunction,
  raise,
  type Shape,
  stridesOf,
  type Tensor,
} from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWhole } from './definition/operand.ts';
import { readPattern, rearrangementOf } from './definition/rearrangement.ts';
import { forEachPoint } from './definition/reference.ts';
import { reshape } from './reshape.ts';
import { transpose } from './transpose.ts';

interface Rearrange {
  <D extends DType>(
    x: Tensor<Shape, D>,
    pattern: string,
    axesLengths?: Readonly<Record<string, number>>,
  ): Tensor<Shape, D>;
  (x: TensorLike, pattern: string, axesLengths?: Readonly<Record<string, number>>): Tensor;
}

/**
 * Splits, reorders and joins axes as a pattern says: names of axes on both sides of an arrow, several in parentheses for an axis
 * made of them (the last name runs fastest), `1` for an axis of size 1, `...` for all others. Sizes that do not follow from the
 * operand are given by name. The notation is that of einops.
 *
 * @throws `E_ATTRIBUTE` for a bad pattern or missing sizes, `E_RANK`, `E_SHAPE` where it does not fit the operand.
 * @example
 * ```ts
 * import { ones, rearrange } from '@deft/tensor';
 * console.log(rearrange(ones([2, 12, 3]), 'b (h w) c -> b c h w', { h: 4 }).shape); // [2, 3, 4, 3]
 * ```
 */
export const rearrange: OperationFunction<Rearrange> = defineComposite({
  name: 'rearrange',
  inputs: ['x'],
  doc: {
    group: 'shape',
    summary: 'Axes split, reordered and joined as a pattern says.',
    notes: ['The notation is that of einops: `b (h w) c -> b c h w`.'],
    see: ['reshape', 'transpose', 'einsum'],
  },
  arguments: (x: TensorLike, pattern: string, axesLengths: Readonly<Record<string, number>> = {}) => {
    const names = readPattern('rearrange', pattern)[0].flat();
    for (const [name, length] of Object.entries(axesLengths)) {
      checkWhole('rearrange', `axesLengths.${name}`, length, 0);
      if (names.includes(name)) continue;
      raise('E_ATTRIBUTE', {
        op: 'rearrange',
        argument: 'axesLengths',
        expected: `names of '${pattern}'`,
        found: `'${name}'`,
      });
    }
    return { inputs: [x], attributes: { pattern, lengths: { ...axesLengths } } };
  },
  compose: ([x], { pattern, lengths }): Tensor => {
    const { split, order, joined } = rearrangementOf('rearrange', x.abstract, pattern, lengths);
    return reshape(transpose(reshape(x, split), order), joined) as Tensor;
  },
  reference: ([x], { pattern, lengths }) => {
    const { split, order, joined } = rearrangementOf('rearrange', abstractValue(x.shape, x.dtype), pattern, lengths);
    // Every element of the result is looked for by its flat place among the axes in their new order.
    const moved = order.map((axis) => split[axis] as number);
    const strides = stridesOf(split);
    let place = 0;
    const data = x.data.slice();
    forEachPoint(moved, (point) => {
      data[place++] = x.data[
        point.reduce((sum, i, k) => sum + i * (strides[order[k] as number] as number), 0)
      ] as number;
    });
    return { shape: joined, dtype: x.dtype, data };
  },
  samples: [
    { label: 'transposed', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], rest: ['a b -> b a'], grad: 'check' },
    {
      label: 'split',
      inputs: [nd([6, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])],
      rest: ['(h w) c -> c h w', { h: 2 }],
      grad: 'check',
    },
    {
      label: 'joined',
      inputs: [nd([2, 3, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])],
      rest: ['b h w -> (w b) h'],
      grad: 'check',
    },
    {
      label: 'split and joined',
      inputs: [nd([4, 4], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16])],
      rest: ['(h i) (w j) -> (h w) (i j)', { i: 2, j: 2 }],
      grad: 'check',
    },
    { label: 'the others', inputs: [nd([2, 1, 3], [1, 2, 3, 4, 5, 6])], rest: ['a ... c -> c ... a'], grad: 'check' },
    {
      label: 'the others joined',
      inputs: [nd([2, 1, 3], [1, 2, 3, 4, 5, 6])],
      rest: ['a ... -> (...) a'],
      grad: 'check',
    },
    { label: 'axes of size 1', inputs: [nd([1, 2], [1, 2])], rest: ['1 a -> a () 1'], grad: 'check' },
    { label: 'a scalar', inputs: [nd([], [3])], rest: [' -> 1'], grad: 'check' },
    { label: 'integers', inputs: [nd([2, 2], [1, 2, 3, 4], 'int32')], rest: ['a b -> (b a)'] },
    { label: 'empty', inputs: [nd([0, 2], [])], rest: ['(a b) c -> c a b', { b: 3 }] },
  ],
  errors: [
    {
      label: 'no arrow',
      inputs: [{ shape: [2] }],
      rest: ['a'],
      code: 'E_ATTRIBUTE',
      says: /rearrange: pattern: expected two sides with '->' between them, got 'a'/,
    },
    {
      label: 'other names',
      inputs: [{ shape: [2] }],
      rest: ['a -> b'],
      code: 'E_ATTRIBUTE',
      says: /expected the same names on both sides, got 'a -> b'/,
    },
    {
      label: 'a name twice',
      inputs: [{ shape: [2, 2] }],
      rest: ['a a -> a'],
      code: 'E_ATTRIBUTE',
      says: /every name once/,
    },
    {
      label: 'an open parenthesis',
      inputs: [{ shape: [2] }],
      rest: ['(a -> a'],
      code: 'E_ATTRIBUTE',
      says: /closed parentheses/,
    },
    {
      label: 'too many unknown sizes',
      inputs: [{ shape: [6] }],
      rest: ['(a b) -> a b'],
      code: 'E_ATTRIBUTE',
      says: /axesLengths: expected the sizes of all but one of a, b/,
    },
    {
      label: 'a name that is not there',
      inputs: [{ shape: [6] }],
      rest: ['(a b) -> a b', { c: 2 }],
      code: 'E_ATTRIBUTE',
      says: /axesLengths: expected names of .*, got 'c'/,
    },
    {
      label: 'a size that does not divide',
      inputs: [{ shape: [6] }],
      rest: ['(a b) -> a b', { a: 4 }],
      code: 'E_SHAPE',
      says: /rearrange: axis \(a b\) of 6 elements does not fit sizes with the product 4/,
    },
    {
      label: 'another rank',
      inputs: [{ shape: [6] }],
      rest: ['a b -> b a'],
      code: 'E_RANK',
      says: /expected rank 2 for 'a b -> b a', got rank 1/,
    },
    {
      label: 'an axis that is not 1',
      inputs: [{ shape: [2] }],
      rest: ['1 -> 1'],
      code: 'E_SHAPE',
      says: /axis \(\) of 2 elements does not fit/,
    },
  ],
});
