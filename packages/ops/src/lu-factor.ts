/** `luFactor`: LU decomposition with partial pivoting, packed. */
import { abstractValue, internal, nd, type OperationFunction, type ReplaceAxes, type Tensor } from '@deft/core';
import { buildRoutine, routineForms } from '@deft/kernel';
import { add } from './add.ts';
import { arange } from './arange.ts';
import { argSort } from './arg-sort.ts';
import { concat } from './concat.ts';
import type { TensorLike } from './definition/convert.ts';
import { definePrimitive } from './definition/define.ts';
import { batchedStacks, fromHost, hostMatrices, matricesOf, transposed } from './definition/matrices.ts';
import { floating } from './definition/rules.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './definition/signatures.ts';
import { equal } from './equal.ts';
import { expandDims } from './expand-dims.ts';
import { eye } from './eye.ts';
import { gather } from './gather.ts';
import { logicalAnd } from './logical-and.ts';
import { matmul } from './matmul.ts';
import { slice } from './slice.ts';
import { sub } from './sub.ts';
import { triangularSolve } from './triangular-solve.ts';
import { tril } from './tril.ts';
import { triu } from './triu.ts';
import { where } from './where.ts';
import { zeros } from './zeros.ts';

type LuFactor = <const X extends TensorLike>(
  x: X,
) => readonly [
  lu: Tensor<ShapeOf<X>, FloatOf<DTypeOfOne<X>>>,
  pivots: Tensor<ReplaceAxes<ReplaceAxes<ShapeOf<X>, -1, []>, -1, [number]>, 'int32'>,
  permutation: Tensor<ReplaceAxes<ShapeOf<X>, -1, []>, 'int32'>,
];

/**
 * The decomposition P·x = L·U of the matrices in the last two axes, by elimination with row exchanges. Gives
 * - `lu`, shaped as `x`: U on and above the diagonal, L below it (its diagonal is ones);
 * - `pivots`, `int32[…, min(m, n)]`: row i was exchanged with row `pivots[i]`, one after the other, as in LAPACK but from 0;
 * - `permutation`, `int32[…, m]`: row i of L·U is row `permutation[i]` of `x`.
 *
 * A column without a pivot is left as it is, so a singular matrix has a zero on the diagonal of U.
 *
 * @throws `E_RANK` below two axes, `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { luFactor, tensor } from '@deft/tensor';
 * const [lu, pivots] = luFactor(tensor([[1, 2], [4, 4]]));
 * console.log(lu.toArray(), pivots.toArray()); // [[4, 4], [0.25, 1]] [1, 1]
 * ```
 */
export const luFactor: OperationFunction<LuFactor> = definePrimitive({
  name: 'luFactor',
  inputs: ['x'],
  multipleResults: true,
  doc: {
    group: 'linear algebra',
    summary: 'LU decomposition with row exchanges, packed in one matrix, with pivots and permutation.',
    math: 'x[permutation] = L · U',
    notes: [
      'Row exchanges are constant to derivatives, which exist while all pivots but the last are not 0.',
      'A singular matrix has a zero on the diagonal of U.',
    ],
    see: ['lu', 'solve', 'det'],
  },
  promote: 'float',
  infer: ([x]) => {
    const { stack, rows, columns } = matricesOf('luFactor', 'x', x);
    return [
      floating('luFactor', x),
      abstractValue([...stack, Math.min(rows, columns)], 'int32'),
      abstractValue([...stack, rows], 'int32'),
    ];
  },
  jvp: (_, [dx], __, outputs) => {
    const [lu, pivots, permutation] = outputs as unknown as [Tensor, Tensor, Tensor];
    const { l, u } = factorsOf(lu);
    const left = triangularSolve(l, permuted(dx, permutation), { unitDiagonal: true });
    const below = tril(timesInverse(left, withoutLast(u, lu)), -1);
    return [add(matmul(l, below), triu(sub(left, matmul(below, u)))) as Tensor, pivots, permutation];
  },
  vjpMany: ([ct], saved) => {
    const { 'output[0]': lu, 'output[2]': permutation } = saved as unknown as Record<string, Tensor>;
    if (!lu || !permutation) return internal('luFactor: nothing was saved');
    const { l, u } = factorsOf(lu);
    const given = ct as Tensor;
    const above = triu(given);
    const below = tril(sub(matmul(transposed(l), given), matmul(above, transposed(u))), -1);
    const inner = transposed(triangularSolve(withoutLast(u, lu), transposed(below), { lower: false }));
    const left = triangularSolve(l, add(above, inner), { transposeA: true, unitDiagonal: true });
    return [permuted(left, argSort(permutation) as Tensor)];
  },
  saves: ['output'],
  batch: (inputs, batched, _, size) => luFactor(batchedStacks(inputs, batched, size)[0] as Tensor),
  lower: ([x]) => {
    const { instances, rows: m, columns: n } = matricesOf('luFactor', 'x', x);
    const steps = Math.min(m, n);
    const matrix = { dtype: x.dtype, length: m * n, columns: n };
    const arrays = {
      inputs: [matrix],
      results: [matrix, { dtype: 'int32', length: steps }, { dtype: 'int32', length: m }],
      scratch: [{ ...matrix, dtype: 'float64' }],
    } as const;
    const routine = buildRoutine('luFactor', arrays, (r, [given], [lu, pivots, permutation], [a]) => {
      r.loop(0, m * n, (i) => a.set(i, given.at(i)));
      r.loop(0, m, (i) => permutation.set(i, i));
      r.loop(0, steps, (k) => {
        const pivot = r.let(k);
        const largest = r.let(a.at(k, k).apply('abs'));
        r.loop(k.add(1), m, (i) => {
          const size = r.let(a.at(i, k).apply('abs'));
          r.if(size.greater(largest), () => {
            largest.set(size);
            pivot.set(i);
          });
        });
        pivots.set(k, pivot);
        r.if(pivot.notEqual(k), () => {
          r.loop(0, n, (j) => {
            const upper = r.let(a.at(k, j));
            a.setAt(k, j, a.at(pivot, j));
            a.setAt(pivot, j, upper);
          });
          const row = r.let(permutation.at(k));
          permutation.set(k, permutation.at(pivot));
          permutation.set(pivot, row);
        });
        r.if(largest.notEqual(0), () => {
          r.loop(k.add(1), m, (i) => {
            const factor = r.let(a.at(i, k).div(a.at(k, k)));
            a.setAt(i, k, factor);
            r.loop(k.add(1), n, (j) => a.setAt(i, j, a.at(i, j).sub(factor.mul(a.at(k, j)))));
          });
        });
      });
      r.loop(0, m * n, (i) => lu.set(i, a.at(i)));
    });
    return routineForms(routine, instances, 3);
  },
  reference: ([x]) => {
    const [m, n] = x.shape.slice(-2) as [number, number];
    const stack = x.shape.slice(0, -2);
    const steps = Math.min(m, n);
    const results = hostMatrices(x).map((a) => {
      const permutation = a.map((_, i) => i);
      const pivots: number[] = [];
      for (let k = 0; k < steps; k++) {
        let pivot = k;
        for (let i = k + 1; i < m; i++) {
          if (Math.abs(a[i]?.[k] as number) > Math.abs(a[pivot]?.[k] as number)) pivot = i;
        }
        pivots.push(pivot);
        [a[k], a[pivot]] = [a[pivot] as number[], a[k] as number[]];
        [permutation[k], permutation[pivot]] = [permutation[pivot] as number, permutation[k] as number];
        const upper = a[k] as number[];
        if (upper[k] === 0) continue;
        for (const row of a.slice(k + 1)) {
          row[k] = (row[k] as number) / (upper[k] as number);
          for (let j = k + 1; j < n; j++) row[j] = (row[j] as number) - (row[k] as number) * (upper[j] as number);
        }
      }
      return { a, pivots, permutation };
    });
    return [
      fromHost(
        results.map(({ a }) => a),
        x.shape,
        x.dtype,
      ),
      fromHost(
        results.map(({ pivots }) => pivots),
        [...stack, steps],
        'int32',
      ),
      fromHost(
        results.map(({ permutation }) => permutation),
        [...stack, m],
        'int32',
      ),
    ];
  },
  samples: [
    { label: 'rows exchanged', inputs: [nd([2, 2], [1, 2, 4, 5])], grad: 'check' },
    { label: 'three rows', inputs: [nd([3, 3], [1, 2, -1, 4, 3, 1, 2, 8, 5])], grad: 'check' },
    { label: 'tall', inputs: [nd([3, 2], [1, 2, 4, 3, 2, 8])], grad: 'check' },
    { label: 'wide', inputs: [nd([2, 3], [1, 2, 3, 4, 3, 8])], grad: 'check' },
    { label: 'a stack', inputs: [nd([2, 2, 2], [1, 2, 3, 5, 6, 1, 2, 3])], grad: 'check' },
    { label: 'one element', inputs: [nd([1, 1], [4])], grad: 'check' },
    { label: 'the last pivot is 0', inputs: [nd([2, 2], [1, 2, 2, 4])], grad: 'check' },
    { label: 'wide, the last pivot is 0', inputs: [nd([2, 3], [1, 2, 3, 2, 4, 1])], grad: 'check' },
    { label: 'singular', inputs: [nd([2, 2], [0, 2, 0, 3])], grad: 'skip' },
    { label: 'integers', inputs: [nd([2, 2], [1, 2, 4, 4], 'int32')] },
    { label: 'empty', inputs: [nd([0, 2, 2], [])] },
    { label: 'no columns', inputs: [nd([2, 0], [])] },
    { label: 'nan', inputs: [nd([2, 2], [1, NaN, 2, 3])], grad: 'skip' },
  ],
  errors: [
    { label: 'a vector', inputs: [{ shape: [2] }], code: 'E_RANK', says: /luFactor: x: expected at least rank 2/ },
    { label: 'bool', inputs: [{ shape: [1, 1], dtype: 'bool' }], code: 'E_DTYPE', says: /luFactor: expected floating/ },
  ],
});

/** Square factors: L of the rows and U of the columns, filled up with the unit matrix. */
function factorsOf(lu: Tensor): { readonly l: Tensor; readonly u: Tensor } {
  const { stack, rows, columns } = matricesOf('luFactor', 'x', lu.abstract);
  const { dtype } = lu;
  const start = lu.abstract.shape.map(() => 0);
  const leftColumns = Math.min(rows, columns);
  const block = (size: readonly number[]): Tensor => slice(lu, start, [...stack, ...size]) as Tensor;
  const below = tril(block([rows, leftColumns]), -1);
  const left = rows > columns ? concat([below, zeros([...stack, rows, rows - columns], dtype)], -1) : below;
  const above = triu(block([leftColumns, columns]));
  const missing = columns - leftColumns;
  const rest = triu(eye(columns, columns, dtype) as Tensor);
  const bottom = slice(rest, [leftColumns, 0], [missing, columns]);
  const u =
    missing === 0 ? above : concat([above, add(zeros([...stack, missing, columns], dtype), bottom) as Tensor], -2);
  return { l: add(left as Tensor, eye(rows, rows, dtype)) as Tensor, u: u as Tensor };
}

/**
 * U with 1 as its last pivot, unless there are rows below that: no element of L is made with it, so a derivative has no use for its
 * inverse, and exists where it is 0.
 */
function withoutLast(u: Tensor, lu: Tensor): Tensor {
  const { rows, columns } = matricesOf('luFactor', 'x', lu.abstract);
  if (rows > columns || rows === 0) return u;
  const isLast = equal(arange(0, columns, 1, 'int32'), rows - 1);
  return where(logicalAnd(isLast, expandDims(isLast, -1)), 1, u) as Tensor;
}

/** x · u⁻¹ for an upper triangle. */
const timesInverse = (x: Tensor, u: Tensor): Tensor =>
  transposed(triangularSolve(u, transposed(x), { lower: false, transposeA: true }));

/** The rows of each matrix in another order. */
function permuted(x: Tensor, permutation: Tensor): Tensor {
  const axis = x.rank - 2;
  return gather(x, permutation, { axis, batchDims: axis });
}
