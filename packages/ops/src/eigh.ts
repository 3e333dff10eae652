/** `eigh`: eigenvalues and eigenvectors of symmetric matrices. */
import { abstractValue, internal, nd, type OperationFunction, type ReplaceAxes, type Tensor } from '@deft/core';
import { buildRoutine, routineForms, type Scalar } from '@deft/kernel';
import { add } from './add.ts';
import type { TensorLike } from './definition/convert.ts';
import { definePrimitive } from './definition/define.ts';
import { symmetricEigen } from './definition/jacobi-reference.ts';
import { orientColumn, rotationOf, sortPositions } from './definition/jacobi-rotation.ts';
import {
  batchedStacks,
  fromHost,
  fromLower,
  hostMatrices,
  squareMatrices,
  toLower,
  transposed,
} from './definition/matrices.ts';
import { floating } from './definition/rules.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './definition/signatures.ts';
import { diagOf, diagPartOf, overDifferences } from './definition/spectral-derivative.ts';
import { matmul } from './matmul.ts';

type Eigh = <const X extends TensorLike>(
  x: X,
) => readonly [
  eigenvalues: Tensor<ReplaceAxes<ShapeOf<X>, -1, []>, FloatOf<DTypeOfOne<X>>>,
  eigenvectors: Tensor<ShapeOf<X>, FloatOf<DTypeOfOne<X>>>,
];

/** Sweeps over all pairs; four to eight are usual. */
const mostSweeps = 60;

/**
 * Eigenvalues `[…, n]` in ascending order and eigenvectors `[…, n, n]` (as columns) of the symmetric matrices in the last two
 * axes, by cyclic Jacobi rotations in double precision. Only the lower triangle is read. The largest element of each
 * eigenvector is positive. Where eigenvalues are equal the eigenvectors are not determined, and their derivative is NaN or infinite.
 *
 * @throws `E_RANK` below two axes, `E_SHAPE` unless the matrices are square, `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { eigh, tensor } from '@deft/tensor';
 * const [values] = eigh(tensor([[2, 1], [1, 2]]));
 * console.log(values.toArray()); // [1, 3]
 * ```
 */
export const eigh: OperationFunction<Eigh> = definePrimitive({
  name: 'eigh',
  inputs: ['x'],
  multipleResults: true,
  doc: {
    group: 'linear algebra',
    summary: 'Eigenvalues and eigenvectors of symmetric matrices.',
    math: 'x · v = v · diag(w), vᵀ · v = I',
    notes: [
      'Only the lower triangle of x is read. Eigenvalues ascend; the largest element of each eigenvector is positive.',
      'Where eigenvalues are equal the eigenvectors have no derivative: it comes out as NaN or infinity. Functions of the eigenvalues alone have theirs.',
    ],
    see: ['svd', 'cholesky'],
  },
  promote: 'float',
  infer: ([x]) => {
    const { stack, rows } = squareMatrices('eigh', 'x', x);
    const { dtype } = floating('eigh', x);
    return [abstractValue([...stack, rows], dtype), abstractValue([...stack, rows, rows], dtype)];
  },
  // Giles, Collected matrix derivative results (2008), section 3.1.
  jvp: (_, [dx], __, outputs) => {
    const [w, v] = outputs as unknown as [Tensor, Tensor];
    const inner = matmul(matmul(transposed(v), fromLower(dx)), v) as Tensor;
    return [diagPartOf(inner), matmul(v, overDifferences(inner, w)) as Tensor];
  },
  vjpMany: ([ctW, ctV], saved) => {
    const { 'output[0]': w, 'output[1]': v } = saved as unknown as Record<string, Tensor>;
    if (!w || !v || !ctW || !ctV) return internal('eigh: nothing was saved');
    const inner = overDifferences(matmul(transposed(v), ctV) as Tensor, w);
    return [toLower(matmul(matmul(v, add(inner, diagOf(ctW))), transposed(v)) as Tensor)];
  },
  saves: ['output'],
  batch: (inputs, batched, _, size) => eigh(batchedStacks(inputs, batched, size)[0] as Tensor),
  lower: ([x]) => {
    const { instances, rows: n } = squareMatrices('eigh', 'x', x);
    const matrix = { dtype: x.dtype, length: n * n, columns: n };
    const double = { ...matrix, dtype: 'float64' } as const;
    const arrays = {
      inputs: [matrix],
      results: [{ dtype: x.dtype, length: n }, matrix],
      scratch: [double, double, { dtype: 'int32', length: n }],
    } as const;
    const routine = buildRoutine('eigh', arrays, (r, [given], [w, v], [a, turned, order]) => {
      r.loop(0, n, (i) => {
        r.loop(0, n, (j) => {
          a.set(i.mul(n).add(j), given.at(i.max(j), i.min(j)));
          turned.setAt(i, j, i.equal(j).to('float64'));
        });
      });
      const size = r.sum(0, n * n, (i) => a.at(i).mul(a.at(i))).apply('sqrt');
      const negligible = r.let(size.mul(1e-17));
      const rotations = r.variable('int32', 1);
      const sweeps = r.variable('int32', 0);
      r.while(rotations.greater(0).and(sweeps.less(mostSweeps)), () => {
        rotations.set(0);
        sweeps.set(sweeps.add(1));
        r.loop(0, n, (p) => {
          r.loop(p.add(1), n, (q) => {
            const off = r.let(a.at(p, q));
            r.if(off.apply('abs').greater(negligible), () => {
              rotations.set(rotations.add(1));
              const { cosine, sine } = rotationOf(r, a.at(q, q).sub(a.at(p, p)), off.add(off));
              const turn = (first: () => Scalar, second: () => Scalar, store: (x: Scalar, y: Scalar) => void): void => {
                const [x, y] = [r.let(first()), r.let(second())];
                store(cosine.mul(x).sub(sine.mul(y)), sine.mul(x).add(cosine.mul(y)));
              };
              r.loop(0, n, (k) => {
                turn(
                  () => a.at(p, k),
                  () => a.at(q, k),
                  (x, y) => {
                    a.setAt(p, k, x);
                    a.setAt(q, k, y);
                  },
                );
              });
              r.loop(0, n, (k) => {
                turn(
                  () => a.at(k, p),
                  () => a.at(k, q),
                  (x, y) => {
                    a.setAt(k, p, x);
                    a.setAt(k, q, y);
                  },
                );
                // Row i of `turned` is eigenvector i.
                turn(
                  () => turned.at(p, k),
                  () => turned.at(q, k),
                  (x, y) => {
                    turned.setAt(p, k, x);
                    turned.setAt(q, k, y);
                  },
                );
              });
            });
          });
        });
      });
      sortPositions(r, n, order, (i, j) => a.at(i, i).less(a.at(j, j)));
      r.loop(0, n, (j) => {
        const from = r.let(order.at(j));
        w.set(j, a.at(from, from));
        const sign = orientColumn(r, n, (k) => turned.at(from, k));
        r.loop(0, n, (k) => v.setAt(k, j, turned.at(from, k).mul(sign)));
      });
    });
    return routineForms(routine, instances, 2);
  },
  reference: ([x]) => {
    const results = hostMatrices(x).map(symmetricEigen);
    return [
      fromHost(
        results.map(({ values }) => values),
        x.shape.slice(0, -1),
        x.dtype,
      ),
      fromHost(
        results.map(({ vectors }) => vectors),
        x.shape,
        x.dtype,
      ),
    ];
  },
  samples: [
    { label: 'a matrix', inputs: [nd([2, 2], [2, 1, 1, 3])], grad: 'check' },
    { label: 'three rows', inputs: [nd([3, 3], [4, 1, 2, 1, 5, -1, 2, -1, 7])], grad: 'check' },
    { label: 'the upper triangle is not read', inputs: [nd([2, 2], [2, 9, 1, 3])], grad: 'check' },
    { label: 'a stack', inputs: [nd([2, 2, 2], [4, 2, 2, 5, 9, 3, 3, 2])], grad: 'check' },
    { label: 'one element', inputs: [nd([1, 1], [9])], grad: 'check' },
    { label: 'diagonal, not in order', inputs: [nd([3, 3], [3, 0, 0, 0, 1, 0, 0, 0, 2])], grad: 'check' },
    { label: 'equal eigenvalues', inputs: [nd([2, 2], [2, 0, 0, 2])], grad: 'skip' },
    { label: 'zeros', inputs: [nd([2, 2], [0, 0, 0, 0])], grad: 'skip' },
    { label: 'empty', inputs: [nd([0, 2, 2], [])] },
  ],
  errors: [
    { label: 'a vector', inputs: [{ shape: [2] }], code: 'E_RANK', says: /eigh: x: expected at least rank 2/ },
    {
      label: 'not square',
      inputs: [{ shape: [2, 3] }],
      code: 'E_SHAPE',
      says: /eigh: x: expected square matrices, got 2 rows of 3/,
    },
    { label: 'bool', inputs: [{ shape: [1, 1], dtype: 'bool' }], code: 'E_DTYPE', says: /eigh: expected floating/ },
  ],
});
