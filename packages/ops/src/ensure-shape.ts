/** `ensureShape`: the tensor, if it has the shape it should. */
import { nd, type OperationFunction, raise, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import type { DTypeOfOne } from './definition/signatures.ts';

type EnsureShape = <const X extends TensorLike, const T extends readonly (number | null)[]>(
  x: X,
  shape: T,
) => Tensor<Ensured<T>, DTypeOfOne<X>>;

type Ensured<T extends readonly (number | null)[]> = {
  -readonly [K in keyof T]: T[K] extends number ? T[K] : number;
};

/**
 * The tensor as it is, if it has the given shape; `null` stands for any size.
 *
 * @throws `E_SHAPE` when it has another shape.
 *
 * @example
 * ```ts
 * import { ensureShape, tensor } from '@deft/tensor';
 * console.log(ensureShape(tensor([1, 2]), [null]).toArray()); // [1, 2]
 * ```
 */
export const ensureShape: OperationFunction<EnsureShape> = defineComposite({
  name: 'ensureShape',
  inputs: ['x'],
  doc: {
    group: 'shape',
    summary: 'The tensor as it is, if it has the given shape.',
    notes: ['`null` stands for any size.'],
    see: ['reshape'],
  },
  arguments: (x: TensorLike, shape: readonly (number | null)[]) => ({ inputs: [x], attributes: { shape } }),
  compose: ([x], { shape }): Tensor => {
    const own = x.abstract.shape;
    if (own.length === shape.length && own.every((dim, axis) => shape[axis] === null || shape[axis] === dim)) return x;
    return raise('E_SHAPE', {
      op: 'ensureShape',
      argument: 'x',
      expected: `shape [${shape.map((dim) => dim ?? 'any').join(', ')}]`,
      found: x.abstract.text,
    });
  },
  samples: [
    { label: 'a matrix', inputs: [nd([1, 2], [1, 2])], rest: [[1, 2]], grad: 'check' },
    { label: 'any size', inputs: [nd([1, 2], [1, 2])], rest: [[1, null]], grad: 'check' },
    { label: 'a scalar', inputs: [nd([], [3])], rest: [[]], grad: 'check' },
    { label: 'empty', inputs: [nd([0], [])], rest: [[null]] },
  ],
  errors: [
    {
      label: 'another shape',
      inputs: [{ shape: [2, 3] }],
      rest: [[2, null, 1]],
      code: 'E_SHAPE',
      says: /ensureShape: x: expected shape \[2, any, 1\], got float32\[2, 3\]/,
    },
  ],
});
