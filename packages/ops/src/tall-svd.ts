/** `tallSvd`: singular values of matrices with at least as many rows as columns. */
import {
  type AbstractValue,
  abstractValue,
  internal,
  nd,
  type OperationFunction,
  type ReplaceAxes,
  raise,
  type SameRank,
  type Tensor,
} from '@deft/core';
import { buildRoutine, routineForms } from '@deft/kernel';
import { add } from './add.ts';
import type { TensorLike } from './definition/convert.ts';
import { definePrimitive } from './definition/define.ts';
import { singularValues } from './definition/jacobi-reference.ts';
import { orientColumn, rotationOf, sortPositions } from './definition/jacobi-rotation.ts';
import { batchedStacks, fromHost, hostMatrices, type Matrices, matricesOf, transposed } from './definition/matrices.ts';
import { floating } from './definition/rules.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './definition/signatures.ts';
import { diagOf, diagPartOf, overDifferences, quotient } from './definition/spectral-derivative.ts';
import { expandDims } from './expand-dims.ts';
import { matmul } from './matmul.ts';
import { mul } from './mul.ts';
import { square } from './square.ts';
import { sub } from './sub.ts';

type TallSvd = <const X extends TensorLike>(
  x: X,
) => readonly [
  u: Tensor<ReplaceAxes<ShapeOf<X>, -1, [number]>, FloatOf<DTypeOfOne<X>>>,
  s: Tensor<ReplaceAxes<ReplaceAxes<ShapeOf<X>, -1, []>, -1, [number]>, FloatOf<DTypeOfOne<X>>>,
  v: Tensor<SameRank<ShapeOf<X>, number>, FloatOf<DTypeOfOne<X>>>,
];

/** Sweeps over all pairs; six to ten are usual. */
const mostSweeps = 60;

/**
 * The thin singular value decomposition x = U·diag(s)·Vᵀ of the matrices `[…, m, n]` in the last two axes with m ≥ n, by
 * rotations of the columns (one-sided Jacobi) in double precision: U `[…, m, n]`, s `[…, n]` descending, V `[…, n, n]`. The
 * largest element of each column of V is positive. `svd` takes any matrix.
 *
 * @throws `E_RANK` below two axes, `E_SHAPE` for more columns than rows, `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { tallSvd, tensor } from '@deft/tensor';
 * const [, s] = tallSvd(tensor([[3, 0], [0, 4]]));
 * console.log(s.toArray()); // [4, 3]
 * ```
 */
export const tallSvd: OperationFunction<TallSvd> = definePrimitive({
  name: 'tallSvd',
  inputs: ['x'],
  multipleResults: true,
  doc: {
    group: 'linear algebra',
    summary: 'Singular values of matrices with at least as many rows as columns.',
    math: 'x = U · diag(s) · Vᵀ',
    notes: [
      'Where singular values are equal, or one is 0, U and V have no derivative: it comes out as NaN or infinity. Functions of the singular values alone have theirs.',
    ],
    see: ['svd', 'eigh', 'pinv'],
  },
  promote: 'float',
  infer: ([x]) => {
    const { stack, rows, columns } = tallMatrices(x);
    const { dtype } = floating('tallSvd', x);
    return [
      abstractValue([...stack, rows, columns], dtype),
      abstractValue([...stack, columns], dtype),
      abstractValue([...stack, columns, columns], dtype),
    ];
  },
  // Giles, Collected matrix derivative results (2008), section 3.2, with the terms of U and V.
  jvp: (_, [dx], __, outputs) => {
    const [u, s, v] = outputs as unknown as [Tensor, Tensor, Tensor];
    const changed = matmul(dx, v) as Tensor;
    const inner = matmul(transposed(u), changed) as Tensor;
    const squares = square(s) as Tensor;
    const right = mul(inner, expandDims(s, -2)) as Tensor;
    const left = mul(inner, expandDims(s, -1)) as Tensor;
    const turn = (part: Tensor): Tensor => overDifferences(add(part, transposed(part)) as Tensor, squares);
    const du = matmul(u, turn(right)) as Tensor;
    const { rows, columns } = tallMatrices(u.abstract);
    const outside =
      rows === columns ? du : add(du, quotient(sub(changed, matmul(u, inner)) as Tensor, expandDims(s, -2) as Tensor));
    return [outside as Tensor, diagPartOf(inner), matmul(v, turn(left)) as Tensor];
  },
  vjpMany: ([ctU, ctS, ctV], saved) => {
    const { 'output[0]': u, 'output[1]': s, 'output[2]': v } = saved as unknown as Record<string, Tensor>;
    if (!u || !s || !v || !ctU || !ctS || !ctV) return internal('tallSvd: nothing was saved');
    const squares = square(s) as Tensor;
    const symmetric = (part: Tensor): Tensor => add(part, transposed(part)) as Tensor;
    const projected = matmul(transposed(u), ctU) as Tensor;
    const right = mul(symmetric(overDifferences(projected, squares)), expandDims(s, -2));
    const left = mul(symmetric(overDifferences(matmul(transposed(v), ctV) as Tensor, squares)), expandDims(s, -1));
    const inner = add(diagOf(ctS), add(right, left));
    const within = matmul(u, inner) as Tensor;
    const { rows, columns } = tallMatrices(u.abstract);
    const outside =
      rows === columns
        ? within
        : add(within, quotient(sub(ctU, matmul(u, projected)) as Tensor, expandDims(s, -2) as Tensor));
    return [matmul(outside as Tensor, transposed(v)) as Tensor];
  },
  saves: ['output'],
  batch: (inputs, batched, _, size) => tallSvd(batchedStacks(inputs, batched, size)[0] as Tensor),
  lower: ([x]) => {
    const { instances, rows: m, columns: n } = tallMatrices(x);
    const dtype = x.dtype;
    const arrays = {
      inputs: [{ dtype, length: m * n, columns: n }],
      results: [
        { dtype, length: m * n, columns: n },
        { dtype, length: n },
        { dtype, length: n * n, columns: n },
      ],
      scratch: [
        { dtype: 'float64', length: n * m, columns: m },
        { dtype: 'float64', length: n * n, columns: n },
        { dtype: 'float64', length: n * m, columns: m },
        { dtype: 'float64', length: n },
        { dtype: 'int32', length: n },
      ],
    } as const;
    // Row j of `a`, `turned` and `left` is column j of x, V and U.
    const routine = buildRoutine('svd', arrays, (r, [given], [u, s, v], [a, turned, left, lengths, order]) => {
      r.loop(0, n, (j) => {
        r.loop(0, m, (i) => a.setAt(j, i, given.at(i, j)));
        r.loop(0, n, (k) => turned.setAt(j, k, j.equal(k).to('float64')));
      });
      const rotations = r.variable('int32', 1);
      const sweeps = r.variable('int32', 0);
      r.while(rotations.greater(0).and(sweeps.less(mostSweeps)), () => {
        rotations.set(0);
        sweeps.set(sweeps.add(1));
        r.loop(0, n, (p) => {
          r.loop(p.add(1), n, (q) => {
            const [alpha, beta, gamma] = [r.variable('float64', 0), r.variable('float64', 0), r.variable('float64', 0)];
            r.loop(0, m, (k) => {
              const [first, second] = [r.let(a.at(p, k)), r.let(a.at(q, k))];
              alpha.set(alpha.add(first.mul(first)));
              beta.set(beta.add(second.mul(second)));
              gamma.set(gamma.add(first.mul(second)));
            });
            r.if(gamma.apply('abs').greater(alpha.mul(beta).apply('sqrt').mul(1e-16)), () => {
              rotations.set(rotations.add(1));
              const { cosine, sine } = rotationOf(r, beta.sub(alpha), gamma.add(gamma));
              for (const [array, length] of [
                [a, m],
                [turned, n],
              ] as const) {
                r.loop(0, length, (k) => {
                  const [first, second] = [r.let(array.at(p, k)), r.let(array.at(q, k))];
                  array.setAt(p, k, cosine.mul(first).sub(sine.mul(second)));
                  array.setAt(q, k, sine.mul(first).add(cosine.mul(second)));
                });
              }
            });
          });
        });
      });
      r.loop(0, n, (j) => lengths.set(j, r.sum(0, m, (k) => a.at(j, k).mul(a.at(j, k))).apply('sqrt')));
      sortPositions(r, n, order, (i, j) => lengths.at(i).greater(lengths.at(j)));
      const kept = r.variable('float64', 0);
      r.loop(0, n, (j) => {
        const from = r.let(order.at(j));
        const length = r.let(lengths.at(from));
        s.set(j, length);
        r.if(j.equal(0), () => kept.set(length.mul(1e-15)));
        const sign = orientColumn(r, n, (k) => turned.at(from, k));
        r.loop(0, n, (k) => v.setAt(k, j, turned.at(from, k).mul(sign)));
        r.if(
          length.greater(kept),
          () => r.loop(0, m, (k) => left.setAt(j, k, a.at(from, k).mul(sign).div(length))),
          () => {
            // A unit vector at right angles to the columns before: what is left of the first axis that keeps enough.
            const axis = r.variable('int32', 0);
            r.while(axis.less(m), () => {
              r.loop(0, m, (k) => left.setAt(j, k, k.equal(axis).to('float64')));
              r.loop(0, 2, () => {
                r.loop(0, j, (other) => {
                  const part = r.sum(0, m, (k) => left.at(j, k).mul(left.at(other, k)));
                  r.loop(0, m, (k) => left.setAt(j, k, left.at(j, k).sub(part.mul(left.at(other, k)))));
                });
              });
              const rest = r.let(r.sum(0, m, (k) => left.at(j, k).mul(left.at(j, k))).apply('sqrt'));
              r.loop(0, m, (k) => left.setAt(j, k, left.at(j, k).div(rest)));
              axis.set(rest.mul(rest).mul(m).greater(0.5).select(r.constant('int32', m), axis.add(1)));
            });
          },
        );
        r.loop(0, m, (k) => u.setAt(k, j, left.at(j, k)));
      });
    });
    return routineForms(routine, instances, 3);
  },
  reference: ([x]) => {
    const [m, n] = x.shape.slice(-2) as [number, number];
    const stack = x.shape.slice(0, -2);
    const results = hostMatrices(x).map(singularValues);
    return [
      fromHost(
        results.map(({ u }) => u),
        [...stack, m, n],
        x.dtype,
      ),
      fromHost(
        results.map(({ s }) => s),
        [...stack, n],
        x.dtype,
      ),
      fromHost(
        results.map(({ v }) => v),
        [...stack, n, n],
        x.dtype,
      ),
    ];
  },
  samples: [
    { label: 'a matrix', inputs: [nd([2, 2], [3, 1, 4, 2])], grad: 'check' },
    { label: 'three rows', inputs: [nd([3, 3], [1, 2, -1, 4, 3, 1, 2, 8, 5])], grad: 'check' },
    { label: 'tall', inputs: [nd([3, 2], [1, 2, 4, 3, 2, 8])], grad: 'check' },
    { label: 'a stack', inputs: [nd([2, 2, 2], [1, 2, 3, 5, 6, 1, 2, 3])], grad: 'check' },
    { label: 'one column', inputs: [nd([3, 1], [3, 0, 4])], grad: 'check' },
    { label: 'of rank 1', inputs: [nd([3, 2], [1, 2, 2, 4, 3, 6])], grad: 'skip' },
    { label: 'zeros', inputs: [nd([3, 2], [0, 0, 0, 0, 0, 0])], grad: 'skip' },
    { label: 'empty', inputs: [nd([0, 2, 2], [])] },
    { label: 'no columns', inputs: [nd([2, 0], [])] },
  ],
  errors: [
    { label: 'a vector', inputs: [{ shape: [2] }], code: 'E_RANK', says: /tallSvd: x: expected at least rank 2/ },
    {
      label: 'wide',
      inputs: [{ shape: [2, 3] }],
      code: 'E_SHAPE',
      says: /tallSvd: x: expected at least as many rows as columns, got 2 rows of 3/,
    },
    { label: 'bool', inputs: [{ shape: [1, 1], dtype: 'bool' }], code: 'E_DTYPE', says: /tallSvd: expected floating/ },
  ],
});

function tallMatrices(x: AbstractValue): Matrices {
  const matrices = matricesOf('tallSvd', 'x', x);
  if (matrices.rows < matrices.columns) {
    raise('E_SHAPE', {
      op: 'tallSvd',
      argument: 'x',
      expected: 'at least as many rows as columns',
      found: `${matrices.rows} rows of ${matrices.columns}`,
      operands: [x],
      hint: 'svd takes any matrix',
    });
  }
  return matrices;
}
