/** `lstsq`: least squares. */
import { type MatrixProduct, nd, type OperationFunction, raise, type SwappedLast, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { matricesOf } from './definition/matrices.ts';
import type { FloatOfAll, ShapeOf } from './definition/signatures.ts';
import { expandDims } from './expand-dims.ts';
import { matmul } from './matmul.ts';
import { pinv } from './pinv.ts';
import { squeeze } from './squeeze.ts';

type Lstsq = <const A extends TensorLike, const B extends TensorLike>(
  a: A,
  b: B,
  tolerance?: number,
) => Tensor<MatrixProduct<SwappedLast<ShapeOf<A>>, ShapeOf<B>>, FloatOfAll<A | B>>;

/**
 * The x that minimises ‖a·x − b‖², the shortest one where there are several. `a` is `[…, m, n]`; `b` is one vector `[m]`, or
 * `[…, m, k]` with axes before the last two that broadcast with those of `a`. Singular values of `a` up to `tolerance` times the
 * largest count as 0; unless told it is max(m, n) times the dtype's rounding.
 *
 * @throws `E_RANK`, `E_SHAPE` unless `b` has as many rows as `a`, `E_BROADCAST` where the stacks do not fit.
 * @example
 * ```ts
 * import { lstsq, tensor } from '@deft/tensor';
 * const line = lstsq(tensor([[0, 1], [1, 1], [2, 1]]), tensor([1, 3, 5]));
 * console.log(line.shape); // [2]
 * ```
 */
export const lstsq: OperationFunction<Lstsq> = defineComposite({
  name: 'lstsq',
  inputs: ['a', 'b'],
  doc: {
    group: 'linear algebra',
    summary: 'The solution of linear equations with the least square error.',
    math: 'argmin ‖a · x − b‖²',
    see: ['solve', 'pinv', 'qr'],
  },
  promote: 'float',
  arguments: (a: TensorLike, b: TensorLike, tolerance = -1) => ({ inputs: [a, b], attributes: { tolerance } }),
  compose: ([a, b], { tolerance }): Tensor => {
    const { rows } = matricesOf('lstsq', 'a', a.abstract);
    const isVector = b.rank === 1;
    const right = (isVector ? expandDims(b, 1) : b) as Tensor;
    const given = matricesOf('lstsq', 'b', right.abstract);
    if (given.rows !== rows) {
      raise('E_SHAPE', {
        op: 'lstsq',
        argument: 'b',
        expected: `${rows} rows`,
        found: String(given.rows),
        operands: [a.abstract, b.abstract],
      });
    }
    const x = matmul(pinv(a, tolerance), right) as Tensor;
    return isVector ? (squeeze(x, -1) as Tensor) : x;
  },
  samples: [
    { label: 'a line', inputs: [nd([3, 2], [0, 1, 1, 1, 2, 1]), nd([3], [1, 2, 5])], grad: 'check' },
    { label: 'fewer equations than unknowns', inputs: [nd([1, 2], [3, 4]), nd([1, 1], [5])], grad: 'check' },
    { label: 'columns', inputs: [nd([2, 2], [1, 3, 4, 2]), nd([2, 2], [4, 9, 1, -2])], grad: 'check' },
    {
      label: 'a stack',
      inputs: [nd([2, 2, 1], [2, 1, 1, 4]), nd([2, 2, 1], [4, 9, 1, 2])],
      grad: 'check',
    },
    { label: 'no systems', inputs: [nd([0, 2, 2], []), nd([0, 2, 1], [])] },
  ],
  errors: [
    {
      label: 'rows that do not fit',
      inputs: [{ shape: [2, 2] }, { shape: [3] }],
      code: 'E_SHAPE',
      says: /lstsq: b: expected 2 rows, got 3/,
    },
    {
      label: 'a vector for a matrix',
      inputs: [{ shape: [2] }, { shape: [2] }],
      code: 'E_RANK',
      says: /lstsq: a: expected at least rank 2/,
    },
  ],
});
