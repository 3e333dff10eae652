/** `meshgrid`: coordinates of the points of a grid. */
import { nd, type OperationFunction, raise, type Tensor } from '@deft/core';
import { broadcastTo } from './broadcast-to.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { operandList } from './definition/operand.ts';
import { requireRank } from './definition/rules.ts';
import { reshape } from './reshape.ts';

/** Options of `meshgrid`. */
export interface MeshgridOptions {
  /** `xy` (Cartesian, unless told) or `ij` (as matrices are indexed). */
  readonly indexing?: 'xy' | 'ij';
}

type Meshgrid = (tensors: readonly TensorLike[], options?: MeshgridOptions) => readonly Tensor[];

/**
 * The coordinates of every point of a grid that vectors span, one tensor for each vector.
 *
 * @throws `E_RANK` for anything but vectors, `E_ATTRIBUTE` for an unknown indexing.
 *
 * @example
 * ```ts
 * import { meshgrid, tensor } from '@deft/tensor';
 * console.log(meshgrid([tensor([1, 2]), tensor([3, 4])]).map((x) => x.toArray())); // [[[1, 2], [1, 2]], [[3, 3], [4, 4]]]
 * ```
 */
export const meshgrid: OperationFunction<Meshgrid> = defineComposite({
  name: 'meshgrid',
  inputs: ['tensors'],
  variadic: true,
  multipleResults: true,
  doc: {
    group: 'creation',
    summary: 'The coordinates of every point of a grid, one tensor for each axis.',
    notes: [
      'Cartesian indexing (`xy`) has the second vector along the first axis of the results; matrix indexing (`ij`) has the first.',
    ],
    see: ['linspace', 'arange'],
  },
  arguments: (tensors: readonly TensorLike[], options: MeshgridOptions = {}) => {
    const { indexing = 'xy' } = options;
    if (indexing !== 'xy' && indexing !== 'ij')
      raise('E_ATTRIBUTE', { op: 'meshgrid', argument: 'indexing', expected: "'xy' or 'ij'", found: String(indexing) });
    return { inputs: operandList('meshgrid', 'tensors', tensors), attributes: { indexing } };
  },
  compose: (inputs, { indexing }): readonly Tensor[] => {
    const vectors: readonly Tensor[] = inputs;
    for (const [i, vector] of vectors.entries()) requireRank('meshgrid', `tensors[${i}]`, vector.abstract, 1);
    const place = (i: number): number => (indexing === 'xy' && i < 2 && vectors.length > 1 ? 1 - i : i);
    const shape = vectors.map((_, axis) => (vectors[place(axis)] as Tensor).size);
    return vectors.map((vector, i) => {
      const own = shape.map((dim, axis) => (axis === place(i) ? dim : 1));
      return broadcastTo(reshape(vector, own), shape) as Tensor;
    });
  },
  samples: [
    { label: 'two', inputs: [nd([2], [1, 2]), nd([3], [3, 4, 5])], grad: 'check' },
    {
      label: 'matrix indexing',
      inputs: [nd([2], [1, 2]), nd([3], [3, 4, 5])],
      rest: [{ indexing: 'ij' }],
      grad: 'check',
    },
    { label: 'three', inputs: [nd([2], [1, 2]), nd([1], [3]), nd([2], [4, 5])], grad: 'check' },
    { label: 'one', inputs: [nd([2], [1, 2])], grad: 'check' },
    { label: 'empty', inputs: [nd([0], []), nd([2], [1, 2])] },
  ],
  errors: [
    {
      label: 'a matrix',
      inputs: [{ shape: [2, 2] }],
      code: 'E_RANK',
      says: /meshgrid: tensors\[0\]: expected rank 1, got rank 2/,
    },
    {
      label: 'an unknown indexing',
      inputs: [{ shape: [2] }],
      rest: [{ indexing: 'yx' }],
      code: 'E_ATTRIBUTE',
      says: /indexing: expected 'xy' or 'ij', got yx/,
    },
  ],
});
