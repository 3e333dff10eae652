/** `diagPart`: a diagonal of matrices. */
import { nd, type OperationFunction, type ReplaceAxes, raise, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWhole, operand } from './definition/operand.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { reshape } from './reshape.ts';
import { slice } from './slice.ts';
import { stridedSlice } from './strided-slice.ts';

type DiagPart = <const X extends TensorLike>(
  x: X,
  k?: number,
) => Tensor<ReplaceAxes<ReplaceAxes<ShapeOf<X>, -1, []>, -1, [number]>, DTypeOfOne<X>>;

/**
 * The elements on a diagonal of the matrices in the last two axes. Diagonal 0 is the main one, those above are positive.
 *
 * @throws `E_RANK` below two axes, `E_ATTRIBUTE` for a diagonal that is no whole number.
 *
 * @example
 * ```ts
 * import { diagPart, tensor } from '@deft/tensor';
 * console.log(diagPart(tensor([[1, 2], [3, 4]])).toArray()); // [1, 4]
 * ```
 */
export const diagPart: OperationFunction<DiagPart> = defineComposite({
  name: 'diagPart',
  inputs: ['x'],
  doc: {
    group: 'shape',
    summary: 'The elements on a diagonal of matrices.',
    math: 'diagPart(x)ᵢ = x[…, i, i + k]',
    see: ['diag', 'trace'],
  },
  arguments: (x: TensorLike, k = 0) => {
    const input = operand('diagPart', 'x', x);
    checkWhole('diagPart', 'k', k);
    if (input.rank < 2)
      raise('E_RANK', {
        op: 'diagPart',
        argument: 'x',
        expected: 'at least rank 2',
        found: `rank ${input.rank}`,
        operands: [input.abstract],
      });
    return { inputs: [input], attributes: { k } };
  },
  compose: ([x], { k }): Tensor => {
    const { shape } = x.abstract;
    const [rows, columns] = shape.slice(-2) as [number, number];
    const outer = shape.slice(0, -2);
    const length = Math.max(0, Math.min(rows + Math.min(k, 0), columns - Math.max(k, 0)));
    if (length === 0)
      return reshape(
        slice(
          x,
          shape.map(() => 0),
          [...outer, 0, 0],
        ),
        [...outer, 0],
      ) as Tensor;
    // In row-major order the elements of a diagonal lie columns + 1 apart.
    const start = k >= 0 ? k : -k * columns;
    const step = columns + 1;
    const flat = reshape(x, [...outer, rows * columns]) as Tensor;
    const all = outer.map(() => 0);
    return stridedSlice(
      flat,
      [...all, start],
      [...outer, Math.min(rows * columns, start + (length - 1) * step + 1)],
      [...outer.map(() => 1), step],
    );
  },
  samples: [
    { label: 'square', inputs: [nd([2, 2], [1, 2, 3, 4])], grad: 'check' },
    { label: 'wide, above', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], rest: [1], grad: 'check' },
    { label: 'tall, below', inputs: [nd([3, 2], [1, 2, 3, 4, 5, 6])], rest: [-1], grad: 'check' },
    { label: 'a stack', inputs: [nd([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8])], grad: 'check' },
    { label: 'outside', inputs: [nd([2, 2], [1, 2, 3, 4])], rest: [5] },
    { label: 'one element', inputs: [nd([1, 1], [3])], grad: 'check' },
    { label: 'integers', inputs: [nd([2, 2], [1, 2, 3, 4], 'int32')] },
    { label: 'empty', inputs: [nd([0, 2], [])] },
  ],
  errors: [
    {
      label: 'half a diagonal',
      inputs: [{ shape: [2, 2] }],
      rest: [0.5],
      code: 'E_ATTRIBUTE',
      says: /diagPart: k: expected a whole number, got 0.5/,
    },
    { label: 'a scalar', inputs: [{ shape: [] }], code: 'E_RANK', says: /diagPart: x: expected at least rank 2/ },
  ],
});
