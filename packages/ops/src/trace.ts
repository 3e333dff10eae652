/** `trace`: the sum of a diagonal. */
import { nd, type OperationFunction, type ReplaceAxes, raise, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWhole, operand } from './definition/operand.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { diagPart } from './diag-part.ts';
import { sum } from './sum.ts';

type Trace = <const X extends TensorLike>(
  x: X,
  k?: number,
) => Tensor<ReplaceAxes<ShapeOf<X>, -1 | -2, []>, DTypeOfOne<X>>;

/**
 * The sum of the elements on a diagonal of the matrices in the last two axes. Diagonal 0 is the main one.
 *
 * @throws `E_RANK` below two axes, `E_ATTRIBUTE` for a diagonal that is no whole number.
 *
 * @example
 * ```ts
 * import { tensor, trace } from '@deft/tensor';
 * console.log(trace(tensor([[1, 2], [3, 4]])).toArray()); // 5
 * ```
 */
export const trace: OperationFunction<Trace> = defineComposite({
  name: 'trace',
  inputs: ['x'],
  doc: {
    group: 'linear algebra',
    summary: 'The sum of the elements on a diagonal of matrices.',
    math: 'trace(x) = Σᵢ x[…, i, i + k]',
    see: ['diagPart'],
  },
  arguments: (x: TensorLike, k = 0) => {
    const input = operand('trace', 'x', x);
    checkWhole('trace', 'k', k);
    if (input.rank < 2)
      raise('E_RANK', {
        op: 'trace',
        argument: 'x',
        expected: 'at least rank 2',
        found: `rank ${input.rank}`,
        operands: [input.abstract],
      });
    return { inputs: [input], attributes: { k } };
  },
  compose: ([x], { k }): Tensor => sum(diagPart(x, k), { axis: -1 }) as Tensor,
  samples: [
    { label: 'square', inputs: [nd([2, 2], [1, 2, 3, 4])], grad: 'check' },
    { label: 'above', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], rest: [1], grad: 'check' },
    { label: 'a stack', inputs: [nd([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8])], grad: 'check' },
    { label: 'outside', inputs: [nd([2, 2], [1, 2, 3, 4])], rest: [5] },
    { label: 'integers', inputs: [nd([2, 2], [1, 2, 3, 4], 'int32')] },
    { label: 'empty', inputs: [nd([0, 2], [])] },
  ],
  errors: [
    {
      label: 'half a diagonal',
      inputs: [{ shape: [2, 2] }],
      rest: [0.5],
      code: 'E_ATTRIBUTE',
      says: /trace: k: expected a whole number, got 0.5/,
    },
    { label: 'a scalar', inputs: [{ shape: [] }], code: 'E_RANK', says: /trace: x: expected at least rank 2/ },
  ],
});
