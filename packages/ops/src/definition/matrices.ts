/** What the ops on matrices in the last two axes share: rank checks, and host matrices for references. */
import { type AbstractValue, type NdArray, raise, referenceArray, sizeOf, type Tensor } from '@deft/core';
import { add } from '../add.ts';
import { swapAxes } from '../swap-axes.ts';
import { tril } from '../tril.ts';
import { withBatchAxis } from './batching.ts';
import { requireRank } from './rules.ts';

/** A stack of matrices. */
export interface Matrices {
  /** The axes before the last two. */
  readonly stack: readonly number[];
  /** Number of matrices. */
  readonly instances: number;
  readonly rows: number;
  readonly columns: number;
}

/** The matrices in the last two axes. Throws `E_RANK` below two axes. */
export function matricesOf(op: string, argument: string, value: AbstractValue): Matrices {
  requireRank(op, argument, value, 2, true);
  const stack = value.shape.slice(0, -2);
  return {
    stack,
    instances: sizeOf(stack),
    rows: value.shape.at(-2) as number,
    columns: value.shape.at(-1) as number,
  };
}

/** The square matrices in the last two axes; throws `E_SHAPE` where they are not square. */
export function squareMatrices(op: string, argument: string, value: AbstractValue): Matrices {
  const matrices = matricesOf(op, argument, value);
  if (matrices.rows !== matrices.columns) {
    raise('E_SHAPE', {
      op,
      argument,
      expected: 'square matrices',
      found: `${matrices.rows} rows of ${matrices.columns}`,
      operands: [value],
    });
  }
  return matrices;
}

/** The matrices with rows and columns exchanged. */
export const transposed = (x: Tensor): Tensor => swapAxes(x, -1, -2) as Tensor;

/** The symmetric matrices whose lower triangles are those of `x`. */
export const fromLower = (x: Tensor): Tensor => add(tril(x), transposed(tril(x, -1))) as Tensor;

/** The adjoint of `fromLower`. */
export const toLower = (x: Tensor): Tensor => add(tril(x), tril(transposed(x), -1)) as Tensor;

/** A batch rule of ops on stacks of matrices: the batch is one more axis of every stack. */
export function batchedStacks(inputs: readonly Tensor[], batched: readonly boolean[], size: number): Tensor[] {
  return inputs.map((input, i) => withBatchAxis(input, batched[i] === true, size));
}

/** A host matrix: rows of numbers. */
export type HostMatrix = number[][];

/** Every matrix of an array, as rows of numbers. */
export function hostMatrices({ shape, data }: NdArray): HostMatrix[] {
  const [rows, columns] = shape.slice(-2) as [number, number];
  return Array.from({ length: sizeOf(shape.slice(0, -2)) }, (_, b) =>
    Array.from({ length: rows }, (__, i) =>
      Array.from({ length: columns }, (___, j) => data[(b * rows + i) * columns + j] as number),
    ),
  );
}

/** Host matrices (or vectors) back in one array of that shape. */
export function fromHost(
  parts: readonly (HostMatrix | readonly number[])[],
  shape: readonly number[],
  dtype: NdArray['dtype'],
): NdArray {
  const data = referenceArray(dtype, sizeOf(shape));
  data.set(parts.flat(2) as number[]);
  return { shape: [...shape], dtype, data };
}

/** A host matrix of zeros. */
export const hostZeros = (rows: number, columns: number): HostMatrix =>
  Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
