/** `slice`: a block of a tensor. */
import { nd, type OperationFunction, raise, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { definePrimitive } from './definition/define.ts';
import { axiswiseMap } from './definition/index-map.ts';
import type { Sliced } from './definition/joining-types.ts';
import { checkWholes, operand } from './definition/operand.ts';
import { elementAt, generate } from './definition/reference.ts';
import { withShape } from './definition/rules.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { pad } from './pad.ts';

type Slice = <const X extends TensorLike, const Size extends readonly number[]>(
  x: X,
  begin: readonly number[],
  size: Size,
) => Tensor<Sliced<ShapeOf<X>, Size>, DTypeOfOne<X>>;

/**
 * The block of `x` that starts at `begin` and has `size` elements along each axis; −1 takes all that are left. Axes beyond
 * the length of `begin` and `size` are taken whole.
 *
 * @throws `E_ATTRIBUTE` for entries that are no whole numbers, `E_SHAPE` when the block reaches outside.
 * @example
 * ```ts
 * import { slice, tensor } from '@deft/tensor';
 * console.log(slice(tensor([[1, 2, 3], [4, 5, 6]]), [0, 1], [2, -1]).toArray()); // [[2, 3], [5, 6]]
 * ```
 */
export const slice: OperationFunction<Slice> = definePrimitive({
  name: 'slice',
  inputs: ['x'],
  doc: {
    group: 'shape',
    summary: 'The block that starts at `begin` and has `size` elements along each axis.',
    notes: ['A size of −1 takes all elements that are left.', 'Axes that are not named are taken whole.'],
    see: ['stridedSlice', 'gather', 'split', 'pad'],
  },
  arguments: (x: TensorLike, begin: readonly number[], size: readonly number[]) => {
    const input = operand('slice', 'x', x);
    const shape = input.abstract.shape;
    const named = Array.isArray(begin) ? begin.length : 0;
    if (named > shape.length) {
      raise('E_RANK', {
        op: 'slice',
        argument: 'begin',
        expected: `at most ${shape.length} entries`,
        found: String(named),
        operands: [input.abstract],
      });
    }
    checkWholes('slice', 'begin', begin, named, 0);
    checkWholes('slice', 'size', size, named, -1);
    const from = shape.map((_, axis) => begin[axis] ?? 0);
    const count = shape.map((dim, axis) =>
      axis < named && size[axis] !== -1 ? (size[axis] as number) : dim - (from[axis] as number),
    );
    shape.forEach((dim, axis) => {
      const [start, length] = [from[axis] as number, count[axis] as number];
      if (length >= 0 && start + length <= dim) return;
      raise('E_SHAPE', {
        op: 'slice',
        says: `axis ${axis} has ${dim} elements, the slice takes ${length < 0 ? `those from ${start} on` : `${length} from ${start} on`}`,
        operands: [input.abstract],
      });
    });
    return { inputs: [input], attributes: { begin: from as readonly number[], size: count as readonly number[] } };
  },
  infer: ([x], { size }) => withShape(x, size),
  jvp: (_, [dx], { begin, size }) => slice(dx, begin, size),
  vjp: (ct, _, { begin, size }, _needs, [x]) => [
    pad(
      ct,
      x.shape.map((dim, axis): readonly [number, number] => {
        const before = begin[axis] as number;
        return [before, dim - before - (size[axis] as number)];
      }),
    ),
  ],
  batch: ([x], _, { begin, size }, count) => slice(x, [0, ...begin], [count, ...size]),
  lower: (_, { begin }, output) => ({
    form: 'view',
    map: axiswiseMap(output.shape, (axis) => ({ offset: begin[axis] as number, scale: 1 })),
  }),
  complex: 'parts',
  reference: ([x], { begin, size }) =>
    generate(size, x.dtype, (point) =>
      elementAt(
        x,
        point.map((i, axis) => i + (begin[axis] as number)),
      ),
    ),
  samples: [
    {
      label: 'a block',
      inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])],
      rest: [
        [0, 1],
        [2, 2],
      ],
      grad: 'check',
    },
    {
      label: 'all that is left',
      inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])],
      rest: [
        [1, 1],
        [-1, -1],
      ],
      grad: 'check',
    },
    { label: 'the first axis only', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], rest: [[1], [1]], grad: 'check' },
    { label: 'everything', inputs: [nd([3], [1, 2, 3])], rest: [[0], [3]], grad: 'check' },
    { label: 'a scalar', inputs: [nd([], [3])], rest: [[], []], grad: 'check' },
    { label: 'nothing', inputs: [nd([3], [1, 2, 3])], rest: [[3], [0]] },
    {
      label: 'of an empty tensor',
      inputs: [nd([0, 2], [])],
      rest: [
        [0, 1],
        [0, 1],
      ],
    },
    {
      label: 'bool',
      inputs: [nd([1, 3], [1, 0, 1], 'bool')],
      rest: [
        [0, 1],
        [1, 2],
      ],
    },
  ],
  errors: [
    {
      label: 'too long',
      inputs: [{ shape: [3] }],
      rest: [[1], [3]],
      code: 'E_SHAPE',
      says: /slice: axis 0 has 3 elements, the slice takes 3 from 1 on/,
    },
    {
      label: 'beyond the end',
      inputs: [{ shape: [3] }],
      rest: [[4], [-1]],
      code: 'E_SHAPE',
      says: /takes those from 4 on/,
    },
    {
      label: 'a negative start',
      inputs: [{ shape: [3] }],
      rest: [[-1], [1]],
      code: 'E_ATTRIBUTE',
      says: /slice: begin: .*at least 0, got \[-1\]/,
    },
    { label: 'half a start', inputs: [{ shape: [3] }], rest: [[0.5], [1]], code: 'E_ATTRIBUTE', says: /got \[0.5\]/ },
    {
      label: 'too many axes',
      inputs: [{ shape: [3] }],
      rest: [
        [0, 0],
        [1, 1],
      ],
      code: 'E_RANK',
      says: /begin: expected at most 1 entries, got 2/,
    },
    {
      label: 'begin and size of different lengths',
      inputs: [{ shape: [3] }],
      rest: [[0], [1, 1]],
      code: 'E_ATTRIBUTE',
      says: /size: expected 1 whole numbers/,
    },
  ],
});
