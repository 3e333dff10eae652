/** `glu`: the gated linear unit. */
import {
  type CheckAxes,
  nd,
  normalizeAxis,
  type OperationFunction,
  type ReplaceAxes,
  raise,
  type Tensor,
} from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { operand } from './definition/operand.ts';
import { floating } from './definition/rules.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './definition/signatures.ts';
import { mul } from './mul.ts';
import { sigmoid } from './sigmoid.ts';
import { split } from './split.ts';

type Glu = <const X extends TensorLike, const A extends number = -1>(
  x: X,
  axis?: A & CheckAxes<ShapeOf<X>, A>,
) => Tensor<ReplaceAxes<ShapeOf<X>, A, [number]>, FloatOf<DTypeOfOne<X>>>;

/**
 * The gated linear unit: the first half of an axis (the last unless told) times the logistic function of the second half.
 * Integers are taken as float32.
 *
 * @throws `E_AXIS` when the axis is out of range, `E_SHAPE` when it cannot be halved.
 *
 * @example
 * ```ts
 * import { glu, tensor } from '@deft/tensor';
 * console.log(glu(tensor([1, 2, 0, 0])).toArray()); // [0.5, 1]
 * ```
 */
export const glu: OperationFunction<Glu> = defineComposite({
  name: 'glu',
  inputs: ['x'],
  doc: {
    group: 'activation',
    summary: 'The first half of an axis times the logistic function of the second half.',
    math: 'glu([a, b]) = a · sigmoid(b)',
    see: ['sigmoid', 'silu'],
  },
  promote: 'float',
  arguments: (x: TensorLike, axis = -1) => {
    const input = operand('glu', 'x', x);
    return { inputs: [input], attributes: { axis: normalizeAxis('glu', axis, input.rank) } };
  },
  compose: ([x], { axis }): Tensor => {
    floating('glu', x.abstract);
    if ((x.abstract.shape[axis] as number) % 2 !== 0)
      raise('E_SHAPE', { op: 'glu', says: `axis ${axis} cannot be halved`, operands: [x.abstract] });
    const [value, gate] = split(x, 2, axis) as readonly [Tensor, Tensor];
    return mul(value, sigmoid(gate)) as Tensor;
  },
  samples: [
    { label: 'a vector', inputs: [nd([4], [1, -2, 0.5, -1])], grad: 'check' },
    { label: 'first axis', inputs: [nd([2, 2], [1, 2, -1, 3])], rest: [0], grad: 'check' },
    { label: 'integers', inputs: [nd([2], [1, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0, 2], [])] },
    { label: 'nan and infinities', inputs: [nd([4], [NaN, 1, Infinity, Infinity])], grad: 'skip' },
  ],
  errors: [
    { label: 'an odd size', inputs: [{ shape: [3] }], code: 'E_SHAPE', says: /glu: axis 0 cannot be halved/ },
    { label: 'out of range', inputs: [{ shape: [2] }], rest: [1], code: 'E_AXIS', says: /glu: axis: .*got 1/ },
  ],
});
