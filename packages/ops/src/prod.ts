/** `prod`: the product over axes. */
import { abstractValue, isInteger, nd, type OperationFunction, reducedShape, type Tensor } from '@deft/core';
import { add } from './add.ts';
import { concat } from './concat.ts';
import { definePrimitive } from './definition/define.ts';
import { countOver, type Reduction, reduceArguments, reduceReference } from './definition/reduction.ts';
import { numeric } from './definition/rules.ts';
import { wrappingProduct } from './definition/whole-numbers.ts';
import { fill } from './fill.ts';
import { mul } from './mul.ts';
import { reshape } from './reshape.ts';
import { slice } from './slice.ts';
import { transpose } from './transpose.ts';

/**
 * The product over axes (all of them unless told).
 *
 * @throws `E_AXIS` when an axis is out of range or given twice.
 * @example
 * ```ts
 * import { prod, tensor } from '@deft/tensor';
 * console.log(prod(tensor([[1, 2], [3, 4]]), { axis: 1 }).toArray()); // [2, 12]
 * ```
 */
export const prod: OperationFunction<Reduction> = definePrimitive({
  name: 'prod',
  inputs: ['x'],
  doc: {
    group: 'reduction',
    summary: 'The product of the elements over axes (all of them unless told).',
    notes: [
      'The product of nothing is 1. Integers wrap.',
      'Derivatives never divide, so they hold where elements are 0.',
    ],
    see: ['sum'],
  },
  arguments: reduceArguments('prod', 'grows'),
  infer: ([x], { axes, keepDims }) => {
    const { dtype } = numeric('prod', x);
    return abstractValue(reducedShape(x.shape, axes, keepDims), dtype);
  },
  jvp: ([x], [dx], { axes, keepDims }) =>
    reshape(
      productTangent(toRows(x, axes), toRows(dx, axes)),
      reducedShape(x.abstract.shape, axes, keepDims),
    ) as Tensor,
  vjp: (ct, { x }, { axes }) => {
    const rows = toRows(x, axes);
    return [fromRows(cofactors(rows, reshape(ct, [rows.shape[0] as number, 1]) as Tensor), x.abstract.shape, axes)];
  },
  saves: ['x'],
  batch: ([x], _, { axes, keepDims }) => prod(x, { axis: axes.map((axis) => axis + 1), keepDims }) as Tensor,
  lower: (_, { axes }) => ({ form: 'reduce', combine: 'prod', axes }),
  reference: ([x], { axes, keepDims }) => {
    const multiply = isInteger(x.dtype) ? wrappingProduct(x.dtype) : (a: number, b: number) => a * b;
    return reduceReference(x, axes, keepDims, (values) => values.reduce((a, b) => multiply(a, b), 1));
  },
  samples: [
    { label: 'all axes', inputs: [nd([2, 3], [1, 2, 3, 0.5, -1.5, 2])], grad: 'check' },
    { label: 'first axis', inputs: [nd([3, 2], [1, 2, 3, 4, 5, 6])], rest: [{ axis: 0 }], grad: 'check' },
    {
      label: 'last axis, kept',
      inputs: [nd([2, 5], [1, 2, 3, 4, 0.5, -5, 0.6, 1, 2, 1])],
      rest: [{ axis: -1, keepDims: true }],
      grad: 'check',
    },
    {
      label: 'two axes of three',
      inputs: [nd([2, 2, 2], [1, 2, 3, 4, 0.5, 0.6, 0.7, 1])],
      rest: [{ axis: [0, 2] }],
      grad: 'check',
    },
    { label: 'one zero, two zeros', inputs: [nd([2, 3], [2, 0, 3, 0, 0, 5])], rest: [{ axis: 1 }], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [3])], grad: 'check' },
    { label: 'over an empty axis', inputs: [nd([2, 0], [])], rest: [{ axis: 1 }] },
    { label: 'integers wrap', inputs: [nd([3], [65537, 65537, -3], 'int32')] },
    { label: 'nan and infinities', inputs: [nd([2, 2], [1, NaN, Infinity, 0])], rest: [{ axis: 1 }], grad: 'skip' },
  ],
  errors: [
    {
      label: 'axis out of range',
      inputs: [{ shape: [2, 3] }],
      rest: [{ axis: 2 }],
      code: 'E_AXIS',
      says: /prod: axis: .*from -2 to 1, got 2/,
    },
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /prod: expected numeric input, got bool/,
    },
  ],
});

/** The axes with the reduced ones last. */
function order(rank: number, axes: readonly number[]): number[] {
  const kept = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !axes.includes(axis));
  return [...kept, ...axes];
}

/** The operand as a matrix whose rows are multiplied up. */
function toRows(x: Tensor, axes: readonly number[]): Tensor {
  const count = countOver(x.abstract.shape, axes);
  const rows = reducedShape(x.abstract.shape, axes).reduce((a, b) => a * b, 1);
  return reshape(transpose(x, order(x.rank, axes)), [rows, count]);
}

function fromRows(rows: Tensor, shape: readonly number[], axes: readonly number[]): Tensor {
  const axisOrder = order(shape.length, axes);
  const moved = reshape(
    rows,
    axisOrder.map((axis) => shape[axis] as number),
  );
  return transpose(
    moved,
    axisOrder.map((_, axis) => axisOrder.indexOf(axis)),
  );
}

const columns = (x: Tensor, from: number, count: number): Tensor => slice(x, [0, from], [-1, count]);

/** One level of the tree of products: the halves to be multiplied, and the odd column that goes on as it is. */
function halves(x: Tensor): { left: Tensor; right: Tensor; rest: readonly Tensor[] } {
  const count = x.abstract.shape[1] as number;
  const half = Math.floor(count / 2);
  const rest = count % 2 === 1 ? [columns(x, 2 * half, 1)] : [];
  return { left: columns(x, 0, half), right: columns(x, half, half), rest };
}

const joined = (parts: readonly Tensor[]): Tensor => (parts.length === 1 ? (parts[0] as Tensor) : concat(parts, 1));

/** For every element the product of the others in its row, times the row's cotangent. */
function cofactors(x: Tensor, ct: Tensor): Tensor {
  const count = x.abstract.shape[1] as number;
  if (count === 0) return x;
  if (count === 1) return ct;
  const { left, right, rest } = halves(x);
  const above = cofactors(joined([mul(left, right), ...rest]), ct);
  const half = left.abstract.shape[1] as number;
  const pairs = columns(above, 0, half);
  return joined([mul(pairs, right), mul(pairs, left), ...(rest.length === 1 ? [columns(above, half, 1)] : [])]);
}

/** The derivative of the products of rows along `dx`. */
function productTangent(x: Tensor, dx: Tensor): Tensor {
  const [rows, count] = x.abstract.shape as readonly [number, number];
  if (count === 0) return fill([rows, 1], 0, x.dtype);
  if (count === 1) return dx;
  const { left, right, rest } = halves(x);
  const tangents = halves(dx);
  return productTangent(
    joined([mul(left, right), ...rest]),
    joined([add(mul(tangents.left, right), mul(left, tangents.right)), ...tangents.rest]),
  );
}
