/**
 * What `gather` and its adjoint share: where an index stands in the result's axes, and the flat offset it stands for.
 *
 * With `batch` shared leading axes, the gathered axes are those of the source with `axis` replaced by the other axes of the
 * indices.
 */
import { type AbstractValue, isFloating, normalizeAxis, raise, stridesOf, Tensor } from '@deft/core';
import type { Expression, IndexMap, Space } from '@deft/kernel';
import { constantTensor, type TensorLike } from './convert.ts';
import { affine } from './index-map.ts';
import { arrayFromNested } from './nested.ts';
import { checkWhole } from './operand.ts';
import { binary, constant } from './scalar.ts';

/** Attributes of ops that look up positions along an axis. */
export type GatherAttributes = { readonly axis: number; readonly batchDims: number };

/** Shape of what is gathered. */
export function gatheredShape(
  source: readonly number[],
  indices: readonly number[],
  { axis, batchDims }: GatherAttributes,
): number[] {
  return [...source.slice(0, axis), ...indices.slice(batchDims), ...source.slice(axis + 1)];
}

/** Throws the errors that a source and indices can give. */
export function checkIndices(
  op: string,
  source: AbstractValue,
  indices: AbstractValue,
  { axis, batchDims }: GatherAttributes,
): void {
  const operands = [source, indices];
  // Calls have resolved them; graphs from elsewhere have not.
  const isWhole = [axis, batchDims].every((each) => Number.isInteger(each) && each >= 0);
  if (!isWhole || axis < batchDims || axis >= source.shape.length || batchDims > indices.shape.length)
    raise('E_AXIS', { op, says: `there is no axis ${axis} behind ${batchDims} shared ones`, operands });
  if (isFloating(indices.dtype) || indices.dtype === 'bool') {
    raise('E_DTYPE', {
      op,
      argument: 'indices',
      expected: 'int32 or uint32',
      found: indices.dtype,
      operands,
      hint: "cast them: cast(indices, 'int32')",
    });
  }
  for (let i = 0; i < batchDims; i++) {
    if (source.shape[i] === indices.shape[i]) continue;
    raise('E_SHAPE', { op, says: `the first ${batchDims} axes are shared but differ`, operands });
  }
  if (source.shape[axis] === 0 && !indices.shape.includes(0)) {
    raise('E_SHAPE', { op, says: `axis ${axis} is empty, so no index is in it`, operands });
  }
}

/** Puts a point of the gathered space apart: the point of the indices, and that of the source with a given index. */
export function splitPoint(
  point: readonly number[],
  indexRank: number,
  { axis, batchDims }: GatherAttributes,
): { indexPoint: readonly number[]; sourcePoint: (index: number) => readonly number[] } {
  const own = indexRank - batchDims;
  return {
    indexPoint: [...point.slice(0, batchDims), ...point.slice(axis, axis + own)],
    sourcePoint: (index) => [...point.slice(0, axis), index, ...point.slice(axis + own)],
  };
}

/** An index moved into the axis. */
export const clampIndex = (index: number, dim: number): number => Math.min(Math.max(index, 0), dim - 1);

/** How the points of the gathered space (of rank `rank`) read the indices. */
export function indexMapOf(
  shape: readonly number[],
  indices: readonly number[],
  { axis, batchDims }: GatherAttributes,
): IndexMap {
  return {
    shape,
    axes: indices.map((_, i) => affine(shape.length, [[i < batchDims ? i : axis + i - batchDims, 1]])),
    fill: 0,
  };
}

/** The flat offset in the source of a point of the gathered space. */
export function offsetOf(
  source: readonly number[],
  indexRank: number,
  { axis, batchDims }: GatherAttributes,
): (others: readonly Expression[], space: Space) => Expression {
  const strides = stridesOf(source);
  const own = indexRank - batchDims;
  return ([index], space) => {
    const given = index as Expression;
    const last = (source[axis] as number) - 1;
    // A uint32 above 2^31 would turn negative: it is brought into range before it is read as int32.
    const low = given.dtype === 'int32' ? binary('max', given, 0) : given;
    const clamped = binary('min', low, Math.max(0, last));
    const asInt: Expression = clamped.dtype === 'int32' ? clamped : { kind: 'cast', dtype: 'int32', x: clamped };
    let offset = binary('mul', asInt, strides[axis] as number);
    source.forEach((dim, i) => {
      if (i === axis || dim === 1) return;
      const at = space.index(i < axis ? i : i - 1 + own);
      offset = binary('add', offset, binary('mul', at, constant('int32', strides[i] as number)));
    });
    return offset;
  };
}

/** The attributes with the axis counted from the front. Throws `E_AXIS`, `E_ATTRIBUTE`. */
export function resolveAxis(op: string, axis: number, batchDims: number, rank: number): GatherAttributes {
  checkWhole(op, 'batchDims', batchDims, 0);
  const resolved = normalizeAxis(op, axis, rank);
  if (resolved < batchDims)
    raise('E_AXIS', {
      op,
      argument: 'axis',
      expected: `an axis behind the ${batchDims} shared ones`,
      found: String(axis),
    });
  return { axis: resolved, batchDims };
}

/** Indices as a tensor; plain whole numbers become int32. */
export function asIndices(op: string, indices: TensorLike): Tensor {
  if (indices instanceof Tensor) return indices;
  const array = arrayFromNested(op, 'indices', indices, 'float64');
  const whole = array.data.every((value) => Number.isInteger(value));
  return constantTensor(whole ? { ...array, dtype: 'int32', data: Int32Array.from(array.data) } : array);
}
