/** What `scatterMax` and `scatterMin` share: types, rules and the plain reference. */
import {
  type AbstractValue,
  type DType,
  type NdArray,
  raise,
  type Shape,
  sameShape,
  shapeText,
  stridesOf,
  type Tensor,
} from '@deft/core';
import type { Form } from '@deft/kernel';
import { cast } from '../cast.ts';
import { div } from '../div.ts';
import { equal } from '../equal.ts';
import { type GatherOptions, gather } from '../gather.ts';
import { scatterAdd } from '../scatter-add.ts';
import { where } from '../where.ts';
import type { TensorLike } from './convert.ts';
import type { Call } from './define.ts';
import {
  asIndices,
  checkIndices,
  clampIndex,
  type GatherAttributes,
  gatheredShape,
  indexMapOf,
  offsetOf,
  resolveAxis,
  splitPoint,
} from './gathering.ts';
import { operand } from './operand.ts';
import { elementAt, forEachPoint } from './reference.ts';
import { numeric } from './rules.ts';

/** Slices combined with those of an operand at positions along an axis. */
export interface ScatterExtreme {
  <S extends Shape, D extends DType>(
    x: Tensor<S, D>,
    updates: Tensor<Shape, D>,
    indices: TensorLike,
    options?: GatherOptions,
  ): Tensor<S, D>;
  (x: TensorLike, updates: TensorLike, indices: TensorLike, options?: GatherOptions): Tensor;
}

/** The `arguments` of such an op. */
export function scatterArguments(
  op: string,
): (x: TensorLike, updates: TensorLike, indices: TensorLike, options?: GatherOptions) => Call<GatherAttributes> {
  return (x, updates, indices, options = {}) => {
    const input = operand(op, 'x', x);
    const { batchDims = 0, axis = batchDims } = options;
    return {
      inputs: [input, updates, asIndices(op, indices)],
      attributes: resolveAxis(op, axis, batchDims, input.rank),
    };
  };
}

/** Shape and dtype are those of `x`. Throws `E_SHAPE`, `E_DTYPE`. */
export function inferScatter(
  op: string,
  [x, updates, indices]: readonly [AbstractValue, AbstractValue, AbstractValue],
  attributes: GatherAttributes,
): AbstractValue {
  numeric(op, x);
  checkIndices(op, x, indices, attributes);
  const expected = gatheredShape(x.shape, indices.shape, attributes);
  if (!sameShape(updates.shape, expected) || updates.dtype !== x.dtype) {
    raise('E_SHAPE', {
      op,
      argument: 'updates',
      expected: `${x.dtype}${shapeText(expected)}`,
      found: updates.text,
      operands: [x, updates, indices],
    });
  }
  return x;
}

/** The lowering. */
export const lowerScatter = (
  combine: 'max' | 'min',
  [x, updates, indices]: readonly [AbstractValue, AbstractValue, AbstractValue],
  attributes: GatherAttributes,
): Form => ({
  form: 'scatter',
  combine,
  offset: offsetOf(x.shape, indices.shape.length, attributes),
  maps: [indexMapOf(updates.shape, indices.shape, attributes)],
});

/** The reference: one update after the other. */
export function scatterReference(
  [x, updates, indices]: readonly [NdArray, NdArray, NdArray],
  attributes: GatherAttributes,
  combine: (a: number, b: number) => number,
): NdArray {
  const data = x.data.slice();
  const strides = stridesOf(x.shape);
  forEachPoint(updates.shape, (point, position) => {
    const { indexPoint, sourcePoint } = splitPoint(point, indices.shape.length, attributes);
    const target = sourcePoint(clampIndex(elementAt(indices, indexPoint), x.shape[attributes.axis] as number));
    const at = target.reduce((sum, i, axis) => sum + i * (strides[axis] as number), 0);
    data[at] = combine(data[at] as number, updates.data[position] as number);
  });
  return { ...x, data };
}

/** Which elements of `x` and of the updates are the results, and how many for each result. */
function winners(
  x: Tensor,
  updates: Tensor,
  indices: Tensor,
  output: Tensor,
  attributes: GatherAttributes,
): { readonly own: Tensor; readonly others: Tensor; readonly count: Tensor } {
  const own = equal(x, output) as Tensor;
  const others = equal(updates, gather(output, indices, attributes)) as Tensor;
  return { own, others, count: scatterAdd(cast(own, x.dtype), cast(others, x.dtype), indices, attributes) };
}

/** The derivative of the result: elements that are equally extreme count in equal shares. */
export function scatterTangent(
  [x, updates, indices]: readonly [Tensor, Tensor, Tensor],
  [dx, dUpdates]: readonly [Tensor, Tensor, Tensor],
  attributes: GatherAttributes,
  output: Tensor,
): Tensor {
  const { own, others, count } = winners(x, updates, indices, output, attributes);
  const total = scatterAdd(where(own, dx, 0) as Tensor, where(others, dUpdates, 0) as Tensor, indices, attributes);
  return div(total, count) as Tensor;
}

/** Its adjoint. */
export function scatterCotangents(
  ct: Tensor,
  [x, updates, indices]: readonly [Tensor, Tensor, Tensor],
  output: Tensor,
  attributes: GatherAttributes,
): readonly (Tensor | null)[] {
  const { own, others, count } = winners(x, updates, indices, output, attributes);
  const shares = div(ct, count) as Tensor;
  return [where(own, shares, 0) as Tensor, where(others, gather(shares, indices, attributes), 0) as Tensor, null];
}
