/** `matmul`: the matrix product. */
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
import type { Turned } from './definition/product-types.ts';
import type { DTypeOf, ShapeOf } from './definition/signatures.ts';
import { dotGeneral } from './dot-general.ts';

/** Options of `matmul`. */
export interface MatmulOptions<TransposeA extends boolean = boolean, TransposeB extends boolean = boolean> {
  /** Swap the last two axes of `a` first. */
  readonly transposeA?: TransposeA;
  /** Swap the last two axes of `b` first. */
  readonly transposeB?: TransposeB;
}

type Matmul = <
  const A extends TensorLike,
  const B extends TensorLike,
  const TransposeA extends boolean = false,
  const TransposeB extends boolean = false,
>(
  a: A,
  b: B & CheckMatrixProduct<Turned<ShapeOf<A>, TransposeA>, Turned<ShapeOf<B>, TransposeB>>,
  options?: MatmulOptions<TransposeA, TransposeB>,
) => Tensor<MatrixProduct<Turned<ShapeOf<A>, TransposeA>, Turned<ShapeOf<B>, TransposeB>>, DTypeOf<A, B>>;

/**
 * The product of two matrices, or of stacks of matrices in the last two axes, whose other axes broadcast. A vector on the
 * left is a row, on the right a column, and its axis is not in the result.
 *
 * @throws `E_MATMUL_INNER` when the inner dims differ, `E_BROADCAST` when the others do not broadcast, `E_RANK` for scalars.
 * @example
 * ```ts
 * import { matmul, tensor } from '@deft/tensor';
 * const a = tensor([[1, 2], [3, 4]]);
 * console.log(matmul(a, tensor([1, 10])).toArray()); // [21, 43]
 * ```
 */
export const matmul: OperationFunction<Matmul> = defineComposite({
  name: 'matmul',
  inputs: ['a', 'b'],
  doc: {
    group: 'linear algebra',
    summary: 'The product of matrices, or of stacks of them.',
    math: 'matmul(a, b)[…, m, n] = Σₖ a[…, m, k] · b[…, k, n]',
    notes: [
      'Axes before the last two broadcast.',
      'A vector on the left is a row, on the right a column; its axis is not in the result.',
    ],
    see: ['dotGeneral', 'dot', 'outer'],
  },
  promote: 'all',
  arguments: (a: TensorLike, b: TensorLike, options: MatmulOptions = {}) => ({
    inputs: [a, b],
    attributes: { transposeA: options.transposeA === true, transposeB: options.transposeB === true },
  }),
  compose: ([a, b], { transposeA, transposeB }): Tensor => {
    const operands = [a.abstract, b.abstract];
    const [left, right] = [a.abstract.shape, b.abstract.shape];
    for (const [argument, shape] of [
      ['a', left],
      ['b', right],
    ] as const) {
      if (shape.length > 0) continue;
      raise('E_RANK', {
        op: 'matmul',
        argument,
        expected: 'at least rank 1',
        found: 'rank 0',
        operands,
        hint: 'to scale a tensor write mul(a, b)',
      });
    }
    const innerLeft = left.length === 1 ? 0 : left.length - (transposeA ? 2 : 1);
    const innerRight = right.length === 1 ? 0 : right.length - (transposeB ? 1 : 2);
    const [k, l] = [left[innerLeft] as number, right[innerRight] as number];
    if (k !== l) {
      raise('E_MATMUL_INNER', {
        op: 'matmul',
        says: `inner dimensions differ in ${a.abstract.text} @ ${b.abstract.text} (${k} vs ${l})`,
      });
    }
    // One stack and one matrix: the stack's axes are simply more rows.
    if (right.length <= 2 || left.length === 1) return dotGeneral(a, b, { contract: [[innerLeft], [innerRight]] });
    const stack = tryBroadcast([left.slice(0, -2), right.slice(0, -2)]);
    if (!stack) raise('E_BROADCAST', { op: 'matmul', says: 'the axes before the last two do not broadcast', operands });
    const axes = stack.map((_, axis) => axis);
    return dotGeneral(broadcastTo(a, [...stack, ...left.slice(-2)]), broadcastTo(b, [...stack, ...right.slice(-2)]), {
      batch: [axes, axes],
      contract: [[axes.length + (transposeA ? 0 : 1)], [axes.length + (transposeB ? 1 : 0)]],
    });
  },
  samples: [
    { label: 'matrices', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6]), nd([3, 2], [1, 0, 2, 1, 0, 3])], grad: 'check' },
    {
      label: 'both transposed',
      inputs: [nd([3, 2], [1, 2, 3, 4, 5, 6]), nd([2, 3], [1, 0, 2, 1, 0, 3])],
      rest: [{ transposeA: true, transposeB: true }],
      grad: 'check',
    },
    { label: 'matrix and vector', inputs: [nd([2, 2], [1, 2, 3, 4]), nd([2], [1, 10])], grad: 'check' },
    { label: 'vector and matrix', inputs: [nd([2], [1, 10]), nd([2, 3], [1, 2, 3, 4, 5, 6])], grad: 'check' },
    { label: 'vectors', inputs: [nd([3], [1, 2, 3]), nd([3], [4, 5, 6])], grad: 'check' },
    { label: 'a stack and a matrix', inputs: [nd([2, 1, 2], [1, 2, 3, 4]), nd([2, 2], [1, 2, 3, 4])], grad: 'check' },
    { label: 'a matrix and a stack', inputs: [nd([1, 2], [1, 2]), nd([2, 2, 1], [1, 2, 3, 4])], grad: 'check' },
    {
      label: 'stacks that broadcast',
      inputs: [nd([2, 1, 1, 2], [1, 2, 3, 4]), nd([3, 2, 1], [1, 2, 3, 4, 5, 6])],
      grad: 'check',
    },
    {
      label: 'a stack, transposed',
      inputs: [nd([2, 2, 1], [1, 2, 3, 4]), nd([2, 2, 1], [5, 6, 7, 8])],
      rest: [{ transposeA: true }],
      grad: 'check',
    },
    { label: 'an empty sum', inputs: [nd([2, 0], []), nd([0, 2], [])] },
    { label: 'no rows', inputs: [nd([0, 2], []), nd([2, 2], [1, 2, 3, 4])] },
    { label: 'integers', inputs: [nd([1, 2], [3, -4], 'int32'), nd([2, 1], [5, 6], 'int32')] },
    { label: 'nan', inputs: [nd([1, 2], [NaN, 1]), nd([2, 1], [0, 1])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'inner dims differ',
      inputs: [{ shape: [2, 3] }, { shape: [4, 5] }],
      code: 'E_MATMUL_INNER',
      says: /^matmul: inner dimensions differ in float32\[2, 3\] @ float32\[4, 5\] \(3 vs 4\) \[E_MATMUL_INNER\]/,
    },
    {
      label: 'inner dims of transposed operands differ',
      inputs: [{ shape: [3, 2] }, { shape: [2, 5] }],
      rest: [{ transposeA: true }],
      code: 'E_MATMUL_INNER',
      says: /\(3 vs 2\)/,
    },
    {
      label: 'stacks that do not broadcast',
      inputs: [{ shape: [2, 1, 3] }, { shape: [3, 3, 1] }],
      code: 'E_BROADCAST',
      says: /matmul: the axes before the last two do not broadcast/,
    },
    {
      label: 'a scalar',
      inputs: [{ shape: [] }, { shape: [2, 2] }],
      code: 'E_RANK',
      says: /matmul: a: expected at least rank 1, got rank 0/,
    },
    {
      label: 'bool',
      inputs: [
        { shape: [1, 1], dtype: 'bool' },
        { shape: [1, 1], dtype: 'bool' },
      ],
      code: 'E_DTYPE',
      says: /numeric input, got bool/,
    },
  ],
});
