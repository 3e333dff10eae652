/**
 * What the scatters along an axis share, whatever they do with slices that meet: arguments, shape rule, lowering and plain
 * reference. Imports no op, because `gather`, their adjoint, and they need each other.
 */
import { type AbstractValue, type NdArray, raise, sameShape, shapeText, stridesOf } from '@deft/core';
import type { Form } from '@deft/kernel';
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

/** The operand, the updates and the indices. */
type Operands<T> = readonly [x: T, updates: T, indices: T];

/** The call of a scatter: the axis is the first after the shared ones unless told. */
export function scatterCall(
  op: string,
  [x, updates, indices]: Operands<TensorLike>,
  { batchDims = 0, axis = batchDims }: Partial<GatherAttributes>,
): Call<GatherAttributes> {
  const input = operand(op, 'x', x);
  return {
    inputs: [input, updates, asIndices(op, indices)],
    attributes: resolveAxis(op, axis, batchDims, input.rank),
  };
}

/** Shape and dtype are those of `x`. Throws `E_SHAPE`, `E_DTYPE`. */
export function inferScatter(
  op: string,
  [x, updates, indices]: Operands<AbstractValue>,
  attributes: GatherAttributes,
): AbstractValue {
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

/** The lowering: `combine` says what becomes of slices that meet. */
export const lowerScatter = (
  combine: (Form & { readonly form: 'scatter' })['combine'],
  [x, updates, indices]: Operands<AbstractValue>,
  attributes: GatherAttributes,
): Form => ({
  form: 'scatter',
  combine,
  offset: offsetOf(x.shape, indices.shape.length, attributes),
  maps: [indexMapOf(updates.shape, indices.shape, attributes)],
});

/** The reference: one update after the other. */
export function scatterReference(
  [x, updates, indices]: Operands<NdArray>,
  attributes: GatherAttributes,
  combine: (old: number, update: number) => number,
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
