/** `householderQr`: an orthogonal matrix times a triangle, by reflections. */
import { abstractValue, internal, nd, type OperationFunction, type ReplaceAxes, raise, type Tensor } from '@deft/core';
import { buildRoutine, routineForms } from '@deft/kernel';
import { add } from './add.ts';
import { concat } from './concat.ts';
import type { TensorLike } from './definition/convert.ts';
import { definePrimitive } from './definition/define.ts';
import {
  batchedStacks,
  fromHost,
  type HostMatrix,
  hostMatrices,
  hostZeros,
  matricesOf,
  transposed,
} from './definition/matrices.ts';
import { floating } from './definition/rules.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './definition/signatures.ts';
import { matmul } from './matmul.ts';
import { slice } from './slice.ts';
import { sub } from './sub.ts';
import { triangularSolve } from './triangular-solve.ts';
import { tril } from './tril.ts';
import { zeros } from './zeros.ts';

type HouseholderQr = <const X extends TensorLike>(
  x: X,
  complete?: boolean,
) => readonly [
  q: Tensor<ReplaceAxes<ShapeOf<X>, -1, [number]>, FloatOf<DTypeOfOne<X>>>,
  r: Tensor<ReplaceAxes<ShapeOf<X>, -2, [number]>, FloatOf<DTypeOfOne<X>>>,
];

/**
 * The decomposition x = Q·R of the matrices `[…, m, n]` in the last two axes by Householder reflections, with the signs of
 * LAPACK: Q `[…, m, k]` has orthonormal columns, R `[…, k, n]` is 0 below its diagonal; k is min(m, n), or m if `complete`.
 *
 * @throws `E_RANK` below two axes, `E_DTYPE` for bool, `E_GRAD` for a derivative of a complete Q with more columns than x.
 * @example
 * ```ts
 * import { householderQr, tensor } from '@deft/tensor';
 * const [q, r] = householderQr(tensor([[3, 1], [4, 2]]));
 * console.log(q.shape, r.shape); // [2, 2] [2, 2]
 * ```
 */
export const householderQr: OperationFunction<HouseholderQr> = definePrimitive({
  name: 'householderQr',
  inputs: ['x'],
  multipleResults: true,
  doc: {
    group: 'linear algebra',
    summary: 'A matrix as one with orthonormal columns times an upper triangle.',
    math: 'x = Q · R, Qᵀ · Q = I',
    notes: [
      'Signs are those of LAPACK: a diagonal element of R has the sign opposite to the one it is made of.',
      'The columns that complete Q are not determined by x, so they have no derivative.',
    ],
    see: ['qr', 'gramSchmidt', 'lstsq'],
  },
  promote: 'float',
  arguments: (x: TensorLike, complete = false) => ({ inputs: [x], attributes: { complete: complete === true } }),
  infer: ([x], { complete }) => {
    const { stack, rows, columns } = matricesOf('householderQr', 'x', x);
    const { dtype } = floating('householderQr', x);
    const inner = complete ? rows : Math.min(rows, columns);
    return [abstractValue([...stack, rows, inner], dtype), abstractValue([...stack, inner, columns], dtype)];
  },
  // Walter and Lehmann, Algorithmic differentiation of linear algebra functions (2010), on the first min(m, n) columns.
  jvp: (_, [dx], __, outputs) => {
    const [q, r] = outputs as unknown as [Tensor, Tensor];
    checkDetermined(q, r);
    const change = timesInverse(leading(dx, q), leading(r, q));
    const inner = matmul(transposed(q), change) as Tensor;
    const below = tril(inner, -1);
    const turn = sub(below, transposed(below)) as Tensor;
    const dq = add(matmul(q, sub(turn, inner)), change) as Tensor;
    return [dq, sub(matmul(transposed(q), dx), matmul(turn, r)) as Tensor];
  },
  vjpMany: ([ctQ, ctR], saved) => {
    const { 'output[0]': q, 'output[1]': r } = saved as unknown as Record<string, Tensor>;
    if (!q || !r || !ctQ || !ctR) return internal('householderQr: nothing was saved');
    checkDetermined(q, r);
    const projected = matmul(transposed(q), ctQ) as Tensor;
    const ctTurn = sub(projected, matmul(ctR, transposed(r))) as Tensor;
    const ctInner = sub(tril(sub(ctTurn, transposed(ctTurn)) as Tensor, -1), projected) as Tensor;
    const ctChange = add(ctQ, matmul(q, ctInner)) as Tensor;
    const first = transposed(triangularSolve(leading(r, q), transposed(ctChange), { lower: false }));
    const { stack, rows, columns } = matricesOf('householderQr', 'x', r.abstract);
    const rest = columns - rows;
    const padded =
      rest > 0 ? concat([first, zeros([...stack, q.abstract.shape.at(-2) as number, rest], q.dtype)], -1) : first;
    return [add(matmul(q, ctR), padded) as Tensor];
  },
  saves: ['output'],
  batch: (inputs, batched, { complete }, size) =>
    householderQr(batchedStacks(inputs, batched, size)[0] as Tensor, complete),
  lower: ([x], { complete }) => {
    const { instances, rows: m, columns: n } = matricesOf('householderQr', 'x', x);
    const steps = Math.min(m, n);
    const inner = complete ? m : steps;
    const dtype = x.dtype;
    const arrays = {
      inputs: [{ dtype, length: m * n, columns: n }],
      results: [
        { dtype, length: m * inner, columns: inner },
        { dtype, length: inner * n, columns: n },
      ],
      scratch: [
        { dtype: 'float64', length: m * n, columns: n },
        { dtype: 'float64', length: m * inner, columns: inner },
        { dtype: 'float64', length: steps },
      ],
    } as const;
    const routine = buildRoutine('householderQr', arrays, (w, [given], [q, r], [a, wide, tau]) => {
      w.loop(0, m * n, (i) => a.set(i, given.at(i)));
      // Reflection k is I − τ·v·vᵀ; v is 1 at k and lies below the diagonal of column k otherwise.
      w.loop(0, steps, (k) => {
        tau.set(k, 0);
        const below = w.sum(k.add(1), m, (i) => a.at(i, k).mul(a.at(i, k)));
        w.if(below.notEqual(0), () => {
          const head = w.let(a.at(k, k));
          const length = head.mul(head).add(below).apply('sqrt');
          const beta = w.let(head.greater(0).select(length.apply('neg'), length));
          tau.set(k, beta.sub(head).div(beta));
          w.loop(k.add(1), m, (i) => a.setAt(i, k, a.at(i, k).div(head.sub(beta))));
          a.setAt(k, k, beta);
          w.loop(k.add(1), n, (j) => {
            const dot = w.sum(k.add(1), m, (i) => a.at(i, k).mul(a.at(i, j)), a.at(k, j));
            dot.set(dot.mul(tau.at(k)));
            a.setAt(k, j, a.at(k, j).sub(dot));
            w.loop(k.add(1), m, (i) => a.setAt(i, j, a.at(i, j).sub(dot.mul(a.at(i, k)))));
          });
        });
      });
      w.loop(0, inner, (i) => {
        w.loop(0, n, (j) => {
          r.setAt(i, j, 0);
          w.if(
            j.less(i),
            () => {},
            () => r.setAt(i, j, a.at(i, j)),
          );
        });
      });
      w.loop(0, m, (i) => w.loop(0, inner, (j) => wide.setAt(i, j, i.equal(j).to('float64'))));
      w.loopDown(steps, 0, (k) => {
        w.loop(k, inner, (j) => {
          const dot = w.sum(k.add(1), m, (i) => a.at(i, k).mul(wide.at(i, j)), wide.at(k, j));
          dot.set(dot.mul(tau.at(k)));
          wide.setAt(k, j, wide.at(k, j).sub(dot));
          w.loop(k.add(1), m, (i) => wide.setAt(i, j, wide.at(i, j).sub(dot.mul(a.at(i, k)))));
        });
      });
      w.loop(0, m * inner, (i) => q.set(i, wide.at(i)));
    });
    return routineForms(routine, instances, 2);
  },
  reference: ([x], { complete }) => {
    const [m, n] = x.shape.slice(-2) as [number, number];
    const inner = complete ? m : Math.min(m, n);
    const results = hostMatrices(x).map((a) => reflected(a, m, n, inner));
    const stack = x.shape.slice(0, -2);
    return [
      fromHost(
        results.map(({ q }) => q),
        [...stack, m, inner],
        x.dtype,
      ),
      fromHost(
        results.map(({ r }) => r),
        [...stack, inner, n],
        x.dtype,
      ),
    ];
  },
  samples: [
    { label: 'a matrix', inputs: [nd([2, 2], [3, 1, 4, 2])], grad: 'check' },
    { label: 'three rows', inputs: [nd([3, 3], [1, 2, -1, 4, 3, 1, 2, 8, 5])], grad: 'check' },
    { label: 'tall', inputs: [nd([3, 2], [1, 2, 4, 3, 2, 8])], grad: 'check' },
    { label: 'wide', inputs: [nd([2, 3], [1, 2, 3, 4, 3, 8])], grad: 'check' },
    { label: 'complete', inputs: [nd([3, 2], [1, 2, 4, 3, 2, 8])], rest: [true], grad: 'skip' },
    { label: 'complete, square', inputs: [nd([2, 2], [3, 1, 4, 2])], rest: [true], grad: 'check' },
    { label: 'a stack', inputs: [nd([2, 2, 2], [1, 2, 3, 5, 6, 1, 2, 3])], grad: 'check' },
    { label: 'one column', inputs: [nd([3, 1], [3, 0, 4])], grad: 'check' },
    { label: 'a triangle already', inputs: [nd([2, 2], [-2, 1, 0, 3])], grad: 'skip' },
    { label: 'empty', inputs: [nd([0, 2, 2], [])] },
    { label: 'no rows', inputs: [nd([0, 2], [])] },
  ],
  errors: [
    { label: 'a vector', inputs: [{ shape: [2] }], code: 'E_RANK', says: /householderQr: x: expected at least rank 2/ },
    {
      label: 'bool',
      inputs: [{ shape: [1, 1], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /householderQr: expected floating/,
    },
  ],
});

/** Throws where Q has columns that x does not determine. */
function checkDetermined(q: Tensor, r: Tensor): void {
  const [inner, columns] = r.abstract.shape.slice(-2) as [number, number];
  if (inner <= columns) return;
  raise('E_GRAD', {
    op: 'householderQr',
    says: 'the columns that complete Q are not determined by x, so they have no derivative',
    operands: [q.abstract],
    hint: 'leave `complete` out',
  });
}

/** As many first columns of `x` as `q` has. */
function leading(x: Tensor, q: Tensor): Tensor {
  const { shape } = x.abstract;
  const count = q.abstract.shape.at(-1) as number;
  if (shape.at(-1) === count) return x;
  return slice(
    x,
    shape.map(() => 0),
    [...shape.slice(0, -1), count],
  ) as Tensor;
}

/** x · r⁻¹ for an upper triangle. */
const timesInverse = (x: Tensor, r: Tensor): Tensor =>
  transposed(triangularSolve(r, transposed(x), { lower: false, transposeA: true }));

/** Q and R, one reflection after the other. */
function reflected(a: HostMatrix, m: number, n: number, inner: number): { q: HostMatrix; r: HostMatrix } {
  const r = a;
  // Row i of `columns` is column i of Q.
  const columns = hostZeros(m, m).map((row, i) => row.map((_, j) => Number(i === j)));
  const reflections: { readonly v: number[]; readonly tau: number }[] = [];
  for (let k = 0; k < Math.min(m, n); k++) {
    const column = r.map((row) => row[k] as number);
    const below = column.slice(k + 1).reduce((sum, value) => sum + value * value, 0);
    if (below === 0) continue;
    const head = column[k] as number;
    const beta = (head > 0 ? -1 : 1) * Math.sqrt(head * head + below);
    const v = column.map((value, i) => (i < k ? 0 : i === k ? 1 : value / (head - beta)));
    const tau = (beta - head) / beta;
    reflections.push({ v, tau });
    for (let j = 0; j < n; j++) {
      const dot = tau * r.reduce((sum, row, i) => sum + (v[i] as number) * (row[j] as number), 0);
      r.forEach((row, i) => {
        row[j] = (row[j] as number) - dot * (v[i] as number);
      });
    }
  }
  for (const { v, tau } of reflections.reverse()) {
    columns.forEach((column, j) => {
      const dot = tau * column.reduce((sum, value, i) => sum + value * (v[i] as number), 0);
      columns[j] = column.map((value, i) => value - dot * (v[i] as number));
    });
  }
  return {
    q: hostZeros(m, inner).map((row, i) => row.map((_, j) => columns[j]?.[i] as number)),
    r: r.slice(0, inner).map((row, i) => row.map((value, j) => (j < i ? 0 : value))),
  };
}
