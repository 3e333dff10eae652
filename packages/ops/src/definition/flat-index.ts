/** Positions in several axes at once as positions in one flat axis. */
import { type AbstractValue, isFloating, raise, stridesOf, type Tensor } from '@deft/core';
import { add } from '../add.ts';
import { cast } from '../cast.ts';
import { clip } from '../clip.ts';
import { mul } from '../mul.ts';
import { reshape } from '../reshape.ts';
import { slice } from '../slice.ts';

/**
 * What `gatherND` and its kin look up: the last axis of `indices` holds positions in the first axes of a tensor of shape
 * `shape`. Gives the flat position in those axes taken as one, every position moved into its axis first.
 */
export function flatIndices(op: string, indices: Tensor, shape: readonly number[]): Tensor {
  const { abstract } = indices;
  if (isFloating(abstract.dtype) || abstract.dtype === 'bool') {
    raise('E_DTYPE', { op, argument: 'indices', expected: 'integers', found: abstract.dtype, operands: [abstract] });
  }
  const depth = indexedAxes(op, abstract, shape);
  const strides = stridesOf(shape.slice(0, depth));
  const whole = indices.dtype === 'int32' ? indices : cast(indices, 'int32');
  const outer = abstract.shape.slice(0, -1);
  const column = (axis: number): Tensor => {
    const begin = abstract.shape.map((_, a) => (a === outer.length ? axis : 0));
    const inside = clip(slice(whole, begin, [...outer, 1]), 0, Math.max(0, (shape[axis] as number) - 1));
    return mul(reshape(inside, outer), strides[axis] as number) as Tensor;
  };
  return strides.map((_, axis) => column(axis)).reduce((total, x) => add(total, x));
}

/** How many axes the indices name. Throws `E_SHAPE` unless that is from 1 to the rank of the tensor. */
export function indexedAxes(op: string, indices: AbstractValue, shape: readonly number[]): number {
  const depth = indices.shape.at(-1) ?? 0;
  if (depth >= 1 && depth <= shape.length) return depth;
  return raise('E_SHAPE', {
    op,
    argument: 'indices',
    expected: `a last axis of 1 to ${shape.length} positions`,
    found: indices.text,
  });
}

/** The tensor with its first axes taken as one. */
export function flattenFirst(x: Tensor, axes: number): Tensor {
  const { shape } = x.abstract;
  return reshape(x, [shape.slice(0, axes).reduce((size, dim) => size * dim, 1), ...shape.slice(axes)]);
}
