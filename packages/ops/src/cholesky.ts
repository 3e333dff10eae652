/** `cholesky`: a positive definite matrix as a triangle times its transpose. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { buildRoutine, routineForms } from '@deft/kernel';
import { add } from './add.ts';
import { definePrimitive } from './definition/define.ts';
import {
  batchedStacks,
  fromHost,
  fromLower,
  hostMatrices,
  hostZeros,
  squareMatrices,
  toLower,
  transposed,
} from './definition/matrices.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { eye } from './eye.ts';
import { matmul } from './matmul.ts';
import { mul } from './mul.ts';
import { triangularSolve } from './triangular-solve.ts';
import { tril } from './tril.ts';

/**
 * The lower triangle L with L·Lᵀ = x, for the symmetric positive definite matrices in the last two axes. Only the lower
 * triangle of `x` is read. A matrix that is not positive definite gives NaN.
 *
 * @throws `E_RANK` below two axes, `E_SHAPE` unless the matrices are square, `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { cholesky, tensor } from '@deft/tensor';
 * console.log(cholesky(tensor([[4, 2], [2, 5]])).toArray()); // [[2, 0], [1, 2]]
 * ```
 */
export const cholesky: OperationFunction<UnaryFloat> = definePrimitive({
  name: 'cholesky',
  inputs: ['x'],
  doc: {
    group: 'linear algebra',
    summary: 'The lower triangle whose product with its transpose is a positive definite matrix.',
    math: 'cholesky(x) = L, L · Lᵀ = x',
    notes: ['Only the lower triangle of x is read.', 'NaN where the matrix is not positive definite.'],
    see: ['solve', 'triangularSolve', 'eigh'],
  },
  promote: 'float',
  infer: ([x]) => {
    squareMatrices('cholesky', 'x', x);
    return floating('cholesky', x);
  },
  // Murray, Differentiation of the Cholesky decomposition (2016), equations 8 and 10.
  jvp: ([_], [dx], __, l) => {
    const inner = triangularSolve(l, transposed(triangularSolve(l, fromLower(dx))));
    return matmul(l, halved(inner)) as Tensor;
  },
  vjp: (ct, { output: l }) => {
    const p = halved(matmul(transposed(l), ct) as Tensor);
    const symmetric = mul(add(p, transposed(p)), 0.5) as Tensor;
    const inner = triangularSolve(l, symmetric, { transposeA: true });
    return [toLower(triangularSolve(l, transposed(inner), { transposeA: true }))];
  },
  saves: ['output'],
  batch: (inputs, batched, _, size) => cholesky(batchedStacks(inputs, batched, size)[0] as Tensor),
  lower: ([x]) => {
    const { instances, rows: n } = squareMatrices('cholesky', 'x', x);
    const matrix = { dtype: x.dtype, length: n * n, columns: n };
    const arrays = { inputs: [matrix], results: [matrix], scratch: [{ ...matrix, dtype: 'float64' }] } as const;
    const routine = buildRoutine('cholesky', arrays, (r, [given], [result], [l]) => {
      r.loop(0, n, (i) => {
        r.loop(0, i.add(1), (j) => {
          const dot = r.sum(0, j, (k) => l.at(i, k).mul(l.at(j, k)));
          const rest = r.let(given.at(i, j).to('float64').sub(dot));
          r.if(
            j.equal(i),
            () => l.setAt(i, i, rest.apply('sqrt')),
            () => l.setAt(i, j, rest.div(l.at(j, j))),
          );
          result.setAt(i, j, l.at(i, j));
        });
        r.loop(i.add(1), n, (j) => result.setAt(i, j, 0));
      });
    });
    return routineForms(routine, instances, 1);
  },
  reference: ([x]) => {
    const results = hostMatrices(x).map((a) => {
      const n = a.length;
      const l = hostZeros(n, n);
      for (let j = 0; j < n; j++) {
        for (let i = j; i < n; i++) {
          let rest = a[i]?.[j] as number;
          for (let k = 0; k < j; k++) rest -= (l[i]?.[k] as number) * (l[j]?.[k] as number);
          (l[i] as number[])[j] = i === j ? Math.sqrt(rest) : rest / (l[j]?.[j] as number);
        }
      }
      return l;
    });
    return fromHost(results, x.shape, x.dtype);
  },
  samples: [
    { label: 'a matrix', inputs: [nd([2, 2], [4, 2, 2, 5])], grad: 'check' },
    { label: 'three rows', inputs: [nd([3, 3], [4, 1, 2, 1, 5, -1, 2, -1, 6])], grad: 'check' },
    { label: 'the upper triangle is not read', inputs: [nd([2, 2], [4, 9, 2, 5])], grad: 'check' },
    { label: 'a stack', inputs: [nd([2, 2, 2], [4, 2, 2, 5, 9, 3, 3, 2])], grad: 'check' },
    { label: 'one element', inputs: [nd([1, 1], [9])], grad: 'check' },
    { label: 'not positive definite', inputs: [nd([2, 2], [1, 2, 2, 1])], grad: 'skip' },
    { label: 'empty', inputs: [nd([0, 2, 2], [])] },
    { label: 'no rows', inputs: [nd([2, 0, 0], [])] },
    { label: 'nan', inputs: [nd([2, 2], [NaN, 1, 1, 2])], grad: 'skip' },
  ],
  errors: [
    { label: 'a vector', inputs: [{ shape: [2] }], code: 'E_RANK', says: /cholesky: x: expected at least rank 2/ },
    {
      label: 'not square',
      inputs: [{ shape: [2, 3] }],
      code: 'E_SHAPE',
      says: /cholesky: x: expected square matrices, got 2 rows of 3/,
    },
    { label: 'bool', inputs: [{ shape: [1, 1], dtype: 'bool' }], code: 'E_DTYPE', says: /cholesky: expected floating/ },
  ],
});

/** The lower triangle with half of its diagonal. */
function halved(x: Tensor): Tensor {
  const n = x.abstract.shape.at(-1) as number;
  return mul(tril(x), add(mul(eye(n, n, x.dtype), -0.5), 1)) as Tensor;
}
