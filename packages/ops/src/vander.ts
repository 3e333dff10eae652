/** `vander`: matrices of powers. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { arange } from './arange.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWhole, operand } from './definition/operand.ts';
import { elementAt, generate } from './definition/reference.ts';
import { numeric, requireRank } from './definition/rules.ts';
import type { ShapeOf } from './definition/signatures.ts';
import { expandDims } from './expand-dims.ts';
import { flip } from './flip.ts';
import { pow } from './pow.ts';

/** Options of `vander`. */
export interface VanderOptions {
  /** How many powers; as many as there are elements unless told. */
  readonly columns?: number;
  /** Whether the powers rise from left to right; they fall unless told. */
  readonly increasing?: boolean;
}

type Vander = <const X extends TensorLike>(x: X, options?: VanderOptions) => Tensor<[...ShapeOf<X>, number]>;

/**
 * The powers of every element along a new last axis, from the highest to 0: of a vector, the matrix of Vandermonde.
 *
 * @throws `E_RANK` for a scalar, `E_ATTRIBUTE` for a bad number of columns, `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { tensor, vander } from '@deft/tensor';
 * console.log(vander(tensor([2, 3]), { columns: 3 }).toArray()); // [[4, 2, 1], [9, 3, 1]]
 * ```
 */
export const vander: OperationFunction<Vander> = defineComposite({
  name: 'vander',
  inputs: ['x'],
  doc: {
    group: 'linear algebra',
    summary: 'The powers of every element along a new last axis, from the highest to 0.',
    math: 'vander(x)[…, i, j] = x[…, i]ⁿ⁻¹⁻ʲ',
    notes: ['Of a tensor with more axes, every vector along the last one is taken for itself.'],
    see: ['pow', 'polyval'],
  },
  arguments: (x: TensorLike, { columns, increasing = false }: VanderOptions = {}) => {
    const input = operand('vander', 'x', x);
    requireRank('vander', 'x', input.abstract, 1, true);
    const count = columns ?? (input.abstract.shape.at(-1) as number);
    checkWhole('vander', 'columns', count, 0);
    return { inputs: [input], attributes: { columns: count, increasing } };
  },
  compose: ([x], { columns, increasing }): Tensor => {
    numeric('vander', x.abstract);
    const rising = arange(0, columns, 1, x.dtype) as Tensor;
    return pow(expandDims(x, -1), increasing ? rising : flip(rising, 0)) as Tensor;
  },
  reference: ([x], { columns, increasing }) =>
    generate([...x.shape, columns], x.dtype, (point) => {
      const column = point.at(-1) as number;
      return elementAt(x, point.slice(0, -1)) ** (increasing ? column : columns - 1 - column);
    }),
  samples: [
    { label: 'a vector', inputs: [nd([3], [2, -0.5, 1.5])], grad: 'check' },
    { label: 'rising', inputs: [nd([3], [2, -0.5, 1.5])], rest: [{ increasing: true }], grad: 'check' },
    { label: 'two columns', inputs: [nd([3], [2, -0.5, 1.5])], rest: [{ columns: 2 }], grad: 'check' },
    { label: 'rows', inputs: [nd([2, 2], [2, 0.5, -3, 1.5])], rest: [{ columns: 3 }], grad: 'check' },
    { label: 'at 0', inputs: [nd([2], [0, 1])], rest: [{ columns: 4 }], grad: [[1, 6]] },
    { label: 'one element', inputs: [nd([1], [3])], rest: [{ columns: 2 }], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [2, -3, 0], 'int32')] },
    { label: 'no columns', inputs: [nd([2], [1, 2])], rest: [{ columns: 0 }] },
    { label: 'empty', inputs: [nd([0], [])] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    { label: 'a scalar', inputs: [{ shape: [] }], code: 'E_RANK', says: /vander: x: expected at least rank 1/ },
    {
      label: 'half a column',
      inputs: [{ shape: [2] }],
      rest: [{ columns: 0.5 }],
      code: 'E_ATTRIBUTE',
      says: /vander: columns: .*got 0.5/,
    },
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /vander: expected numeric input, got bool/,
    },
  ],
});
