/** `unravelIndex`: flat positions as positions along axes. */
import { dtypes, nd, type OperationFunction, raise, type Shape, sizeOf, stridesOf, type Tensor } from '@deft/core';
import { clip } from './clip.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { asIndices } from './definition/gathering.ts';
import { checkWholes } from './definition/operand.ts';
import { elementAt, generate } from './definition/reference.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { floorDiv } from './floor-div.ts';
import { mod } from './mod.ts';

type UnravelIndex = <const X extends TensorLike>(
  indices: X,
  shape: readonly number[],
) => readonly Tensor<ShapeOf<X>, DTypeOfOne<X>>[];

/**
 * The positions along every axis of a shape that flat positions in row-major order stand for, one tensor for each axis. A
 * position outside is moved to the nearest end.
 *
 * @throws `E_DTYPE` unless the positions are integers, `E_ATTRIBUTE` for a bad shape, `E_SHAPE` for one without elements.
 * @example
 * ```ts
 * import { tensor, unravelIndex } from '@deft/tensor';
 * const [rows, columns] = unravelIndex(tensor([4, 1], { dtype: 'int32' }), [2, 3]);
 * console.log(rows.toArray(), columns.toArray()); // [1, 0] [1, 1]
 * ```
 */
export const unravelIndex: OperationFunction<UnravelIndex> = defineComposite({
  name: 'unravelIndex',
  inputs: ['indices'],
  multipleResults: true,
  doc: {
    group: 'indexing',
    summary: 'The positions along every axis of a shape that flat positions stand for.',
    math: 'indices = Σ result[k] · stride[k]',
    notes: ['A position outside is moved to the nearest end.'],
    see: ['gatherND', 'argMax', 'argWhere'],
  },
  arguments: (indices: TensorLike, shape: Shape) => {
    checkWholes('unravelIndex', 'shape', shape, Array.isArray(shape) ? shape.length : 0, 0);
    return { inputs: [asIndices('unravelIndex', indices)], attributes: { shape: [...shape] as number[] } };
  },
  compose: ([indices], { shape }): readonly Tensor[] => {
    const { abstract } = indices;
    const { kind } = dtypes[abstract.dtype];
    if (kind !== 'int' && kind !== 'uint') {
      raise('E_DTYPE', {
        op: 'unravelIndex',
        argument: 'indices',
        expected: 'integers',
        found: abstract.dtype,
        operands: [abstract],
        hint: "cast them: cast(indices, 'int32')",
      });
    }
    const size = sizeOf(shape);
    if (size === 0 && !abstract.shape.includes(0)) {
      raise('E_SHAPE', {
        op: 'unravelIndex',
        says: `there are no positions in shape [${shape.join(', ')}]`,
        operands: [abstract],
      });
    }
    const inside = clip(indices, 0, Math.max(0, size - 1)) as Tensor;
    const strides = stridesOf(shape);
    return shape.map(
      (dim, axis) => mod(floorDiv(inside, Math.max(1, strides[axis] as number)), Math.max(1, dim)) as Tensor,
    );
  },
  nonDifferentiable: 'positions are integers',
  reference: ([indices], { shape }) => {
    const strides = stridesOf(shape);
    const most = Math.max(0, sizeOf(shape) - 1);
    return shape.map((dim, axis) =>
      generate(indices.shape, indices.dtype, (point) => {
        const place = Math.min(Math.max(elementAt(indices, point), 0), most);
        return dim === 0 ? 0 : Math.floor(place / (strides[axis] as number)) % dim;
      }),
    );
  },
  samples: [
    { label: 'a matrix', inputs: [nd([4], [0, 4, 5, 2], 'int32')], rest: [[2, 3]] },
    { label: 'a block', inputs: [nd([2, 2], [23, 0, 7, 12], 'int32')], rest: [[2, 3, 4]] },
    { label: 'a vector', inputs: [nd([2], [1, 3], 'uint32')], rest: [[4]] },
    { label: 'outside', inputs: [nd([2], [-1, 99], 'int32')], rest: [[2, 3]] },
    { label: 'one position', inputs: [nd([], [5], 'int32')], rest: [[2, 1, 3]] },
    { label: 'of a scalar', inputs: [nd([2], [0, 0], 'int32')], rest: [[]] },
    { label: 'none', inputs: [nd([0], [], 'int32')], rest: [[2, 0]] },
  ],
  errors: [
    {
      label: 'broken positions',
      inputs: [{ shape: [2] }],
      rest: [[2, 3]],
      code: 'E_DTYPE',
      says: /unravelIndex: indices: expected integers, got float32/,
    },
    {
      label: 'nowhere',
      inputs: [{ shape: [2], dtype: 'int32' }],
      rest: [[2, 0]],
      code: 'E_SHAPE',
      says: /unravelIndex: there are no positions in shape \[2, 0\]/,
    },
    {
      label: 'a bad shape',
      inputs: [{ shape: [2], dtype: 'int32' }],
      rest: [[2, -1]],
      code: 'E_ATTRIBUTE',
      says: /unravelIndex: shape: expected 2 whole numbers of at least 0, got \[2, -1\]/,
    },
  ],
});
