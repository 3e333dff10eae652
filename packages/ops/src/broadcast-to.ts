/** `broadcastTo`: repeats axes of size 1 (and missing leading axes) to fill a shape. */
import {
  type CheckBroadcast,
  checkShape,
  type Dim,
  type Filled,
  nd,
  type OperationFunction,
  raise,
  sameShape,
  type Tensor,
  tryBroadcast,
} from '@deft/core';
import { broadcastMap } from '@deft/kernel';
import type { TensorLike } from './definition/convert.ts';
import { definePrimitive } from './definition/define.ts';
import { elementAt, generate } from './definition/reference.ts';
import { withShape } from './definition/rules.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { reshape } from './reshape.ts';
import { sumTo } from './sum-to.ts';

type BroadcastTo = <const X extends TensorLike, const T extends readonly Dim[]>(
  x: X,
  shape: T & CheckBroadcast<ShapeOf<X>, Filled<T>>,
) => Tensor<Filled<T>, DTypeOfOne<X>>;

/**
 * Repeats axes of size 1, and adds leading axes, so that the result has the given shape.
 *
 * @throws `E_BROADCAST` when the shapes do not fit.
 * @example
 * ```ts
 * import { broadcastTo, tensor } from '@deft/tensor';
 * console.log(broadcastTo(tensor([1, 2]), [2, 2]).toArray()); // [[1, 2], [1, 2]]
 * ```
 */
export const broadcastTo: OperationFunction<BroadcastTo> = definePrimitive({
  name: 'broadcastTo',
  inputs: ['x'],
  doc: {
    group: 'shape',
    summary: 'Repeats axes of size 1, and adds leading axes, so that the result has the given shape.',
    see: ['tile', 'expandDims'],
  },
  arguments: (x: TensorLike, shape: readonly number[]) => ({ inputs: [x], attributes: { shape } }),
  infer: ([x], { shape }) => {
    checkShape('broadcastTo', shape);
    const meet = tryBroadcast([x.shape, shape]);
    if (!meet || !sameShape(meet, shape)) {
      raise('E_BROADCAST', { op: 'broadcastTo', says: `cannot broadcast to [${shape.join(', ')}]`, operands: [x] });
    }
    return withShape(x, shape);
  },
  jvp: (_, [dx], { shape }) => broadcastTo(dx, shape),
  vjp: (ct, _saved, _attributes, _needs, [x]) => [sumTo(ct, x.shape)],
  batch: ([x], _, { shape }, size) => {
    const lead = shape.length - (x.rank - 1);
    return broadcastTo(alignLeading(x, lead), [size, ...shape]);
  },
  lower: ([x], { shape }) => ({ form: 'view', map: broadcastMap(x.shape, shape) }),
  complex: 'parts',
  reference: ([x], { shape }) => generate(shape, x.dtype, (point) => elementAt(x, point)),
  samples: [
    { label: 'a row', inputs: [nd([3], [1, 2, 3])], rest: [[2, 3]], grad: 'check' },
    { label: 'a column', inputs: [nd([2, 1], [1, 2])], rest: [[2, 3]], grad: 'check' },
    { label: 'a scalar', inputs: [nd([], [5])], rest: [[2, 2]], grad: 'check' },
    { label: 'to an empty shape', inputs: [nd([1, 2], [1, 2])], rest: [[0, 2]] },
  ],
  errors: [
    {
      label: 'a dim that does not fit',
      inputs: [{ shape: [2] }],
      rest: [[3]],
      code: 'E_BROADCAST',
      says: /broadcastTo: cannot broadcast to \[3\] \(operands float32\[2\]\)/,
    },
  ],
});

/** Puts axes of size 1 behind the batch axis, so that the others line up from the right. */
function alignLeading(x: Tensor, count: number): Tensor {
  const [size, ...rest] = x.shape as number[];
  return reshape(x, [size as number, ...new Array<number>(count).fill(1), ...rest]);
}
