/** `diag`: a matrix with given elements on a diagonal. */
import { nd, type OperationFunction, type ReplaceAxes, raise, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWhole, operand } from './definition/operand.ts';
import { elementAt, generate } from './definition/reference.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { pad } from './pad.ts';
import { reshape } from './reshape.ts';
import { slice } from './slice.ts';

type Diag = <const X extends TensorLike>(
  x: X,
  k?: number,
) => Tensor<ReplaceAxes<ShapeOf<X>, -1, [number, number]>, DTypeOfOne<X>>;

/**
 * The matrices that have the elements of the last axis on a diagonal and 0 elsewhere. Diagonal 0 is the main one, those
 * above are positive.
 *
 * @throws `E_RANK` for a scalar, `E_ATTRIBUTE` for a diagonal that is no whole number.
 *
 * @example
 * ```ts
 * import { diag, tensor } from '@deft/tensor';
 * console.log(diag(tensor([1, 2])).toArray()); // [[1, 0], [0, 2]]
 * ```
 */
export const diag: OperationFunction<Diag> = defineComposite({
  name: 'diag',
  inputs: ['x'],
  doc: {
    group: 'shape',
    summary: 'The matrices that have the given elements on a diagonal.',
    math: 'diag(x)[…, i, i + k] = x[…, i]',
    notes: ['To read a diagonal write diagPart.'],
    see: ['diagPart', 'eye'],
  },
  arguments: (x: TensorLike, k = 0) => {
    const input = operand('diag', 'x', x);
    checkWhole('diag', 'k', k);
    if (input.rank < 1)
      raise('E_RANK', {
        op: 'diag',
        argument: 'x',
        expected: 'at least rank 1',
        found: `rank ${input.rank}`,
        operands: [input.abstract],
      });
    return { inputs: [input], attributes: { k } };
  },
  compose: ([x], { k }): Tensor => {
    const { shape } = x.abstract;
    const length = shape.at(-1) as number;
    const outer = shape.slice(0, -1);
    // Rows of the elements, each with as many zeros behind it as lie between neighbours on the diagonal.
    const spaced = pad(reshape(x, [...outer, length, 1]) as Tensor, [
      ...outer.map(() => [0, 0] as const),
      [0, 0],
      [0, length],
    ]);
    const flat = slice(
      reshape(spaced, [...outer, length * (length + 1)]) as Tensor,
      [...outer.map(() => 0), 0],
      [...outer, length * length],
    );
    const square = reshape(flat, [...outer, length, length]) as Tensor;
    if (k === 0) return square;
    return pad(square, [
      ...outer.map(() => [0, 0] as const),
      [Math.max(0, -k), Math.max(0, k)],
      [Math.max(0, k), Math.max(0, -k)],
    ]);
  },
  reference: ([x], { k }) => {
    const size = (x.shape.at(-1) as number) + Math.abs(k);
    return generate([...x.shape.slice(0, -1), size, size], x.dtype, (point) => {
      const [row, column] = point.slice(-2) as [number, number];
      return column - row === k ? elementAt(x, [...point.slice(0, -2), Math.min(row, column)]) : 0;
    });
  },
  samples: [
    { label: 'a vector', inputs: [nd([3], [1, 2, 3])], grad: 'check' },
    { label: 'above', inputs: [nd([2], [1, 2])], rest: [1], grad: 'check' },
    { label: 'below', inputs: [nd([2], [1, 2])], rest: [-2], grad: 'check' },
    { label: 'a stack', inputs: [nd([2, 2], [1, 2, 3, 4])], grad: 'check' },
    { label: 'one element', inputs: [nd([1], [3])], grad: 'check' },
    { label: 'integers', inputs: [nd([2], [1, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0], [])] },
    { label: 'nan', inputs: [nd([2], [NaN, Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'half a diagonal',
      inputs: [{ shape: [2, 2] }],
      rest: [0.5],
      code: 'E_ATTRIBUTE',
      says: /diag: k: expected a whole number, got 0.5/,
    },
    { label: 'a scalar', inputs: [{ shape: [] }], code: 'E_RANK', says: /diag: x: expected at least rank 1/ },
  ],
});
