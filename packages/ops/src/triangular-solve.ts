/** `triangularSolve`: systems of equations with a triangular matrix. */
import {
  type AbstractValue,
  type CheckMatrixProduct,
  type MatrixProduct,
  nd,
  type OperationFunction,
  raise,
  sameShape,
  type Tensor,
} from '@deft/core';
import { buildRoutine, routineForms } from '@deft/kernel';
import type { TensorLike } from './definition/convert.ts';
import { definePrimitive } from './definition/define.ts';
import {
  batchedStacks,
  fromHost,
  hostMatrices,
  type Matrices,
  matricesOf,
  squareMatrices,
  transposed,
} from './definition/matrices.ts';
import { floating } from './definition/rules.ts';
import type { FloatOfAll, ShapeOf } from './definition/signatures.ts';
import { matmul } from './matmul.ts';
import { neg } from './neg.ts';
import { sub } from './sub.ts';
import { tril } from './tril.ts';
import { triu } from './triu.ts';

/** Options of `triangularSolve`. */
export interface TriangularSolveOptions {
  /** Which triangle of `a` is read; the lower one unless told. */
  readonly lower?: boolean;
  /** Solve with the transpose of the triangle. */
  readonly transposeA?: boolean;
  /** Take the diagonal as ones without reading it. */
  readonly unitDiagonal?: boolean;
}

type Attributes = { readonly lower: boolean; readonly transposeA: boolean; readonly unitDiagonal: boolean };
type TriangularSolve = <const A extends TensorLike, const B extends TensorLike>(
  a: A,
  b: B & CheckMatrixProduct<ShapeOf<A>, ShapeOf<B>, 'triangularSolve'>,
  options?: TriangularSolveOptions,
) => Tensor<MatrixProduct<ShapeOf<A>, ShapeOf<B>>, FloatOfAll<A | B>>;

/**
 * The x with T·x = b, where T is a triangle of `a` (or its transpose). Both are stacks of matrices with the same axes before
 * the last two; `a` is `[…, n, n]`, `b` and the result `[…, n, k]`. The other triangle is not read. A zero on the diagonal
 * gives infinities or NaN.
 *
 * @throws `E_RANK` below two axes, `E_SHAPE` unless `a` is square and `b` has as many rows, `E_BROADCAST` where the stacks differ.
 * @example
 * ```ts
 * import { tensor, triangularSolve } from '@deft/tensor';
 * console.log(triangularSolve(tensor([[2, 0], [1, 4]]), tensor([[2], [9]])).toArray()); // [[1], [2]]
 * ```
 */
export const triangularSolve: OperationFunction<TriangularSolve> = definePrimitive({
  name: 'triangularSolve',
  inputs: ['a', 'b'],
  doc: {
    group: 'linear algebra',
    summary: 'Solves systems of equations with a triangular matrix.',
    math: 'T · x = b, T the lower (or upper) triangle of a',
    notes: ['The other triangle is not read.'],
    see: ['solve', 'cholesky', 'lu'],
  },
  promote: 'float',
  arguments: (a: TensorLike, b: TensorLike, options: TriangularSolveOptions = {}) => {
    const { lower = true, transposeA = false, unitDiagonal = false } = options;
    return { inputs: [a, b], attributes: { lower, transposeA, unitDiagonal } };
  },
  infer: ([a, b]) => {
    systemsOf(a, b);
    floating('triangularSolve', a);
    return floating('triangularSolve', b);
  },
  jvp: ([a], [da, db], attributes, x) => {
    const change = matmul(triangleOf(da, attributes), x, { transposeA: attributes.transposeA }) as Tensor;
    return triangularSolve(a, sub(db, change), attributes);
  },
  vjp: (ct, { a, output: x }, attributes, [needsA]) => {
    const ctB = triangularSolve(a, ct, { ...attributes, transposeA: !attributes.transposeA });
    if (!needsA) return [null, ctB];
    const outer = attributes.transposeA ? matmul(x, transposed(ctB)) : matmul(ctB, transposed(x));
    return [neg(triangleOf(outer as Tensor, attributes)) as Tensor, ctB];
  },
  saves: ['a', 'output'],
  batch: (inputs, batched, attributes, size) => {
    const [a, b] = batchedStacks(inputs, batched, size) as [Tensor, Tensor];
    return triangularSolve(a, b, attributes);
  },
  lower: ([a, b], { lower, transposeA, unitDiagonal }) => {
    const { instances, rows: n, columns: k } = systemsOf(a, b);
    const [left, right] = [
      { dtype: a.dtype, length: n * n, columns: n },
      { dtype: b.dtype, length: n * k, columns: k },
    ];
    const arrays = { inputs: [left, right], results: [right], scratch: [{ ...right, dtype: 'float64' }] } as const;
    const routine = buildRoutine('triangularSolve', arrays, (r, [t, given], [result], [x]) => {
      const element = (i: Parameters<typeof t.at>[0], j: Parameters<typeof t.at>[0]) =>
        (transposeA ? t.at(j, i) : t.at(i, j)).to('float64');
      const forwards = lower !== transposeA;
      const visit: typeof r.loop = (from, to, body) => (forwards ? r.loop(from, to, body) : r.loopDown(to, from, body));
      visit(0, n, (i) => {
        r.loop(0, k, (c) => x.setAt(i, c, given.at(i, c)));
        r.loop(forwards ? 0 : i.add(1), forwards ? i : n, (j) => {
          const factor = r.let(element(i, j));
          r.loop(0, k, (c) => x.setAt(i, c, x.at(i, c).sub(factor.mul(x.at(j, c)))));
        });
        if (!unitDiagonal) {
          const pivot = r.let(element(i, i));
          r.loop(0, k, (c) => x.setAt(i, c, x.at(i, c).div(pivot)));
        }
        r.loop(0, k, (c) => result.setAt(i, c, x.at(i, c)));
      });
    });
    return routineForms(routine, instances, 1);
  },
  reference: ([a, b], { lower, transposeA, unitDiagonal }) => {
    const rights = hostMatrices(b);
    const results = hostMatrices(a).map((matrix, instance) => {
      const n = matrix.length;
      const x = rights[instance] as number[][];
      const element = (i: number, j: number): number => (transposeA ? matrix[j]?.[i] : matrix[i]?.[j]) as number;
      const order = Array.from({ length: n }, (_, i) => (lower === transposeA ? n - 1 - i : i));
      order.forEach((i, place) => {
        x[i] = (x[i] as number[]).map((given, c) => {
          const solved = order.slice(0, place).sort((p, q) => p - q);
          const rest = solved.reduce((left, j) => left - element(i, j) * (x[j]?.[c] as number), given);
          return unitDiagonal ? rest : rest / element(i, i);
        });
      });
      return x;
    });
    return fromHost(results, b.shape, b.dtype);
  },
  samples: [
    { label: 'lower', inputs: [nd([2, 2], [2, 7, 1, 4]), nd([2, 2], [2, 4, 9, 6])], grad: 'check' },
    {
      label: 'upper',
      inputs: [nd([3, 3], [2, 1, -1, 5, 4, 2, 1, 1, 3]), nd([3, 1], [2, 4, 9])],
      rest: [{ lower: false }],
      grad: 'check',
    },
    {
      label: 'lower, transposed',
      inputs: [nd([3, 3], [2, 1, -1, 5, 4, 2, 1, 1, 3]), nd([3, 2], [2, 4, 9, 1, 2, 3])],
      rest: [{ transposeA: true }],
      grad: 'check',
    },
    {
      label: 'upper, transposed, unit diagonal',
      inputs: [nd([3, 3], [2, 1, -1, 5, 4, 2, 1, 1, 3]), nd([3, 1], [2, 4, 9])],
      rest: [{ lower: false, transposeA: true, unitDiagonal: true }],
      grad: 'check',
    },
    {
      label: 'a stack',
      inputs: [nd([2, 2, 2], [2, 0, 1, 4, 1, 0, 3, 5]), nd([2, 2, 1], [2, 9, 1, 8])],
      grad: 'check',
    },
    { label: 'one element', inputs: [nd([1, 1], [4]), nd([1, 1], [2])], grad: 'check' },
    { label: 'a zero on the diagonal', inputs: [nd([2, 2], [0, 0, 1, 1]), nd([2, 1], [1, 2])], grad: 'skip' },
    { label: 'no systems', inputs: [nd([0, 2, 2], []), nd([0, 2, 3], [])] },
    { label: 'no columns', inputs: [nd([2, 2], [1, 2, 3, 4]), nd([2, 0], [])] },
    { label: 'nan', inputs: [nd([2, 2], [1, 0, NaN, 1]), nd([2, 1], [1, 2])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'not square',
      inputs: [{ shape: [2, 3] }, { shape: [2, 1] }],
      code: 'E_SHAPE',
      says: /triangularSolve: a: expected square matrices, got 2 rows of 3/,
    },
    {
      label: 'rows that do not fit',
      inputs: [{ shape: [2, 2] }, { shape: [3, 1] }],
      code: 'E_SHAPE',
      says: /triangularSolve: b: expected 2 rows, got 3/,
    },
    {
      label: 'stacks that differ',
      inputs: [{ shape: [2, 2, 2] }, { shape: [3, 2, 1] }],
      code: 'E_BROADCAST',
      says: /triangularSolve: the axes before the last two differ/,
    },
    {
      label: 'bool',
      inputs: [
        { shape: [1, 1], dtype: 'bool' },
        { shape: [1, 1], dtype: 'bool' },
      ],
      code: 'E_DTYPE',
      says: /triangularSolve: expected floating/,
    },
  ],
});

/** The systems: `rows` equations, `columns` right sides. */
function systemsOf(a: AbstractValue, b: AbstractValue): Matrices {
  const left = squareMatrices('triangularSolve', 'a', a);
  const right = matricesOf('triangularSolve', 'b', b);
  if (left.rows !== right.rows) {
    raise('E_SHAPE', {
      op: 'triangularSolve',
      argument: 'b',
      expected: `${left.rows} rows`,
      found: String(right.rows),
      operands: [a, b],
    });
  }
  if (!sameShape(left.stack, right.stack)) {
    raise('E_BROADCAST', {
      op: 'triangularSolve',
      says: 'the axes before the last two differ',
      operands: [a, b],
      hint: 'broadcastTo brings one to the stack of the other',
    });
  }
  return right;
}

/** What of `x` the op would read. */
function triangleOf(x: Tensor, { lower, unitDiagonal }: Attributes): Tensor {
  const inset = unitDiagonal ? 1 : 0;
  return lower ? tril(x, -inset) : triu(x, inset);
}
