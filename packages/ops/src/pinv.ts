/** `pinv`: the pseudo-inverse of matrices. */
import { type DimAt, nd, type OperationFunction, type ReplaceAxes, type Tensor } from '@deft/core';
import { add } from './add.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { matricesOf, transposed } from './definition/matrices.ts';
import { floating } from './definition/rules.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './definition/signatures.ts';
import { div } from './div.ts';
import { expandDims } from './expand-dims.ts';
import { greater } from './greater.ts';
import { matmul } from './matmul.ts';
import { max } from './max.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { sub } from './sub.ts';
import { svd } from './svd.ts';
import { where } from './where.ts';

type Pinv = <const X extends TensorLike>(
  x: X,
  tolerance?: number,
) => Tensor<
  ReplaceAxes<ReplaceAxes<ShapeOf<X>, -1, [DimAt<ShapeOf<X>, -2>]>, -2, [DimAt<ShapeOf<X>, -1>]>,
  FloatOf<DTypeOfOne<X>>
>;

/**
 * The pseudo-inverse (Moore and Penrose) `[…, n, m]` of the matrices `[…, m, n]` in the last two axes. Singular values up to
 * `tolerance` times the largest count as 0; unless told it is max(m, n) times the dtype's rounding.
 *
 * @throws `E_RANK` below two axes.
 * @example
 * ```ts
 * import { pinv, tensor } from '@deft/tensor';
 * console.log(pinv(tensor([[2, 0], [0, 0]])).toArray()); // [[0.5, 0], [0, 0]]
 * ```
 */
export const pinv: OperationFunction<Pinv> = defineComposite({
  name: 'pinv',
  inputs: ['x'],
  doc: {
    group: 'linear algebra',
    summary: 'The pseudo-inverse of matrices.',
    math: 'x · pinv(x) · x = x',
    notes: ['The derivative holds where the rank does not change.'],
    see: ['inv', 'lstsq', 'svd'],
  },
  promote: 'float',
  arguments: (x: TensorLike, tolerance = -1) => ({ inputs: [x], attributes: { tolerance } }),
  compose: ([x], { tolerance }): Tensor => {
    const { rows, columns } = matricesOf('pinv', 'x', x.abstract);
    floating('pinv', x.abstract);
    if (rows === 0 || columns === 0) return transposed(x);
    const [u, s, vt] = svd(x);
    const rounding = x.dtype === 'float64' ? 2 ** -52 : 2 ** -23;
    const least = tolerance < 0 ? Math.max(rows, columns) * rounding : tolerance;
    const kept = greater(s, mul(max(s, { axis: -1, keepDims: true }), least));
    const inverse = where(kept, div(1, where(kept, s, 1)), 0) as Tensor;
    return matmul(transposed(vt), mul(expandDims(inverse, -1), transposed(u))) as Tensor;
  },
  // Golub and Pereyra, The differentiation of pseudo-inverses (1973), equation 4.12.
  jvp: ([x], [dx], _, y) => {
    const [yt, dxt] = [transposed(y), transposed(dx)];
    const outer = sub(dxt, matmul(matmul(dxt, x), y));
    const inner = sub(dxt, matmul(matmul(y, x), dxt));
    const direct = neg(matmul(matmul(y, dx), y));
    return add(add(direct, matmul(matmul(y, yt), outer)), matmul(matmul(inner, yt), y)) as Tensor;
  },
  vjp: (ct, { x, output: y }) => {
    const [yt, ctt] = [transposed(y), transposed(ct)];
    const outer = sub(ctt, matmul(matmul(x, y), ctt));
    const inner = sub(ctt, matmul(ctt, matmul(y, x)));
    const direct = neg(matmul(matmul(yt, ct), yt));
    return [add(add(direct, matmul(matmul(outer, y), yt)), matmul(matmul(yt, y), inner)) as Tensor];
  },
  saves: ['x', 'output'],
  samples: [
    { label: 'square', inputs: [nd([2, 2], [3, 1, 4, 2])], grad: 'check' },
    { label: 'tall', inputs: [nd([3, 2], [1, 2, 4, 3, 2, 8])], grad: 'check' },
    { label: 'wide', inputs: [nd([2, 3], [1, 2, 3, 4, 3, 8])], grad: 'check' },
    { label: 'of rank 1', inputs: [nd([2, 2], [1, 2, 2, 4])], rest: [1e-5], grad: 'skip' },
    { label: 'a stack', inputs: [nd([2, 2, 2], [1, 2, 3, 5, 6, 1, 2, 3])], grad: 'check' },
    { label: 'empty', inputs: [nd([2, 0], [])] },
  ],
  errors: [{ label: 'a vector', inputs: [{ shape: [2] }], code: 'E_RANK', says: /pinv: x: expected at least rank 2/ }],
});
