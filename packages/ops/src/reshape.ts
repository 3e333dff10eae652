/** `reshape`: the same elements in another shape. */
import { type Dim, type Filled, nd, type OperationFunction, raise, sizeOf, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { definePrimitive } from './definition/define.ts';
import { withShape } from './definition/rules.ts';
import type { DTypeOfOne } from './definition/signatures.ts';

type Reshape = <const X extends TensorLike, const T extends readonly Dim[]>(
  x: X,
  shape: T,
) => Tensor<Filled<T>, DTypeOfOne<X>>;

/**
 * The same elements, in row-major order, in another shape. One dim may be −1: it is what is left.
 *
 * @throws `E_RESHAPE` when the number of elements differs, `E_DIM` for bad dims.
 * @example
 * ```ts
 * import { reshape, tensor } from '@deft/tensor';
 * console.log(reshape(tensor([1, 2, 3, 4]), [2, -1]).toArray()); // [[1, 2], [3, 4]]
 * ```
 */
export const reshape: OperationFunction<Reshape> = definePrimitive({
  name: 'reshape',
  inputs: ['x'],
  doc: {
    group: 'shape',
    summary: 'The same elements, in row-major order, in another shape.',
    notes: ['One dim may be −1: it is what the number of elements leaves.'],
    see: ['flatten', 'squeeze', 'expandDims'],
  },
  arguments: (x: TensorLike, shape: readonly number[]) => ({ inputs: [x], attributes: { shape } }),
  infer: ([x], { shape }) => withShape(x, completeShape(x.shape, shape, x.text)),
  jvp: (_, [dx], { shape }) => reshape(dx, shape),
  vjp: (ct, _saved, _attributes, _needs, [x]) => [reshape(ct, x.shape)],
  batch: ([x], _, { shape }, size) => reshape(x, [size, ...completeShape(x.shape.slice(1), shape)]),
  lower: () => ({ form: 'reshape' }),
  complex: 'parts',
  reference: ([x], { shape }) => ({ ...x, shape: completeShape(x.shape, shape) }),
  samples: [
    { label: 'matrix to vector', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], rest: [[6]], grad: 'check' },
    {
      label: 'split an axis',
      inputs: [
        nd(
          [2, 6],
          Array.from({ length: 12 }, (_, i) => i),
        ),
      ],
      rest: [[2, 3, 2]],
      grad: 'check',
    },
    { label: 'a dim left open', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], rest: [[-1, 2]], grad: 'check' },
    { label: 'scalar to vector', inputs: [nd([], [7])], rest: [[1]], grad: 'check' },
    { label: 'empty', inputs: [nd([0, 3], [])], rest: [[3, 0]] },
    { label: 'bool', inputs: [nd([2, 2], [1, 0, 0, 1], 'bool')], rest: [[4]] },
  ],
  errors: [
    {
      label: 'another size',
      inputs: [{ shape: [2, 3] }],
      rest: [[4]],
      code: 'E_RESHAPE',
      says: /reshape: float32\[2, 3\] has 6 elements, the new shape \[4\] holds 4/,
    },
    { label: 'two open dims', inputs: [{ shape: [4] }], rest: [[-1, -1]], code: 'E_DIM', says: /at most one -1/ },
    { label: 'a broken dim', inputs: [{ shape: [4] }], rest: [[2.5, 2]], code: 'E_DIM', says: /whole numbers/ },
  ],
});

/** The wanted shape with a −1 replaced by what `from` leaves for it. Throws `E_RESHAPE` where the sizes differ. */
function completeShape(from: readonly number[], wanted: readonly number[], text = `[${from.join(', ')}]`): number[] {
  const open = wanted.filter((dim) => dim === -1).length;
  if (open > 1 || wanted.some((dim) => !Number.isInteger(dim) || dim < -1)) {
    raise('E_DIM', {
      op: 'reshape',
      argument: 'shape',
      expected: 'whole numbers of at least 0, at most one -1',
      found: `[${wanted.join(', ')}]`,
    });
  }
  const size = sizeOf(from);
  const known = sizeOf(wanted.filter((dim) => dim !== -1));
  const shape = wanted.map((dim) => (dim === -1 ? (known === 0 ? 0 : size / known) : dim));
  if (sizeOf(shape) !== size || shape.some((dim) => !Number.isInteger(dim))) {
    raise('E_RESHAPE', {
      op: 'reshape',
      says: `${text} has ${size} elements, the new shape [${wanted.join(', ')}] holds ${known}`,
    });
  }
  return shape;
}
