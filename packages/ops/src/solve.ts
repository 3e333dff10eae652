/** `solve`: systems of linear equations. */
import {
  type CheckMatrixProduct,
  type MatrixProduct,
  nd,
  type OperationFunction,
  raise,
  type Tensor,
  tryBroadcast,
} from '@deft/core';
import { broadcastTo } from './broadcast-to.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { matricesOf, squareMatrices } from './definition/matrices.ts';
import { floating } from './definition/rules.ts';
import type { FloatOfAll, ShapeOf } from './definition/signatures.ts';
import { expandDims } from './expand-dims.ts';
import { gather } from './gather.ts';
import { luFactor } from './lu-factor.ts';
import { squeeze } from './squeeze.ts';
import { triangularSolve } from './triangular-solve.ts';

/**
 * The x with a·x = b. `a` holds square matrices `[…, n, n]`; `b` is one vector `[n]`, or matrices `[…, n, k]` whose axes before
 * the last two broadcast with those of `a`. A singular matrix gives infinities or NaN.
 *
 * @throws `E_RANK`, `E_SHAPE` unless `a` is square and `b` has as many rows, `E_BROADCAST` where the stacks do not fit.
 * @example
 * ```ts
 * import { solve, tensor } from '@deft/tensor';
 * console.log(solve(tensor([[2, 1], [1, 4]]), tensor([4, 9])).toArray()); // [1, 2]
 * ```
 */
export const solve: OperationFunction<
  <const A extends TensorLike, const B extends TensorLike>(
    a: A,
    b: B & CheckMatrixProduct<ShapeOf<A>, ShapeOf<B>, 'solve'>,
  ) => Tensor<MatrixProduct<ShapeOf<A>, ShapeOf<B>>, FloatOfAll<A | B>>
> = defineComposite({
  name: 'solve',
  inputs: ['a', 'b'],
  doc: {
    group: 'linear algebra',
    summary: 'Solves systems of linear equations.',
    math: 'a · x = b',
    notes: ['By elimination with row exchanges. A singular matrix gives infinities or NaN.'],
    see: ['lstsq', 'inv', 'triangularSolve'],
  },
  promote: 'float',
  compose: ([a, b]): Tensor => {
    const { stack, rows } = squareMatrices('solve', 'a', a.abstract);
    floating('solve', a.abstract);
    const isVector = b.rank === 1;
    const right = (isVector ? expandDims(b, 1) : b) as Tensor;
    const given = matricesOf('solve', 'b', right.abstract);
    if (given.rows !== rows) {
      raise('E_SHAPE', {
        op: 'solve',
        argument: 'b',
        expected: `${rows} rows`,
        found: String(given.rows),
        operands: [a.abstract, b.abstract],
      });
    }
    const both = tryBroadcast([stack, given.stack]);
    if (!both) {
      raise('E_BROADCAST', {
        op: 'solve',
        says: 'the axes before the last two do not broadcast',
        operands: [a.abstract, b.abstract],
      });
    }
    const [lu, , permutation] = luFactor(broadcastTo(a, [...both, rows, rows]) as Tensor);
    const whole = broadcastTo(right, [...both, rows, given.columns]) as Tensor;
    const exchanged = gather(whole, permutation, { axis: both.length, batchDims: both.length });
    const x = triangularSolve(lu, triangularSolve(lu, exchanged, { unitDiagonal: true }), { lower: false });
    return isVector ? (squeeze(x, -1) as Tensor) : x;
  },
  samples: [
    { label: 'a vector', inputs: [nd([2, 2], [2, 1, 1, 4]), nd([2], [4, 9])], grad: 'check' },
    { label: 'columns', inputs: [nd([2, 2], [1, 3, 4, 2]), nd([2, 2], [4, 9, 1, -2])], grad: 'check' },
    {
      label: 'a stack, one right side',
      inputs: [nd([2, 2, 2], [2, 1, 1, 4, 1, 0, 3, 5]), nd([2, 1], [4, 9])],
      grad: 'check',
    },
    { label: 'one element', inputs: [nd([1, 1], [4]), nd([1], [2])], grad: 'check' },
    { label: 'integers', inputs: [nd([1, 1], [4], 'int32'), nd([1], [2], 'int32')] },
    { label: 'no systems', inputs: [nd([0, 2, 2], []), nd([2, 1], [1, 2])] },
    { label: 'nan', inputs: [nd([2, 2], [1, 0, 0, NaN]), nd([2], [1, 2])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'not square',
      inputs: [{ shape: [2, 3] }, { shape: [2] }],
      code: 'E_SHAPE',
      says: /solve: a: expected square matrices/,
    },
    {
      label: 'rows that do not fit',
      inputs: [{ shape: [2, 2] }, { shape: [3] }],
      code: 'E_SHAPE',
      says: /solve: b: expected 2 rows, got 3/,
    },
    {
      label: 'stacks that do not fit',
      inputs: [{ shape: [2, 2, 2] }, { shape: [3, 2, 1] }],
      code: 'E_BROADCAST',
      says: /solve: the axes before the last two do not broadcast/,
    },
  ],
});
