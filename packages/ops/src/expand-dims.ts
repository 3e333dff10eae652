/** `expandDims`: a new axis of size 1. */
import { type CheckNewAxis, type InsertAxis, nd, normalizeAxis, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { operand } from './definition/operand.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { reshape } from './reshape.ts';

type ExpandDims = <const X extends TensorLike, const A extends number>(
  x: X,
  axis: A & CheckNewAxis<ShapeOf<X>, A>,
) => Tensor<InsertAxis<ShapeOf<X>, A, 1>, DTypeOfOne<X>>;

/**
 * Adds an axis of size 1, so that it is axis `axis` of the result.
 *
 * @throws `E_AXIS` when the result has no such axis.
 * @example
 * ```ts
 * import { expandDims, tensor } from '@deft/tensor';
 * console.log(expandDims(tensor([1, 2]), -1).toArray()); // [[1], [2]]
 * ```
 */
export const expandDims: OperationFunction<ExpandDims> = defineComposite({
  name: 'expandDims',
  inputs: ['x'],
  doc: {
    group: 'shape',
    summary: 'A new axis of size 1.',
    notes: ['`axis` is an axis of the result: −1 puts the new axis last.'],
    see: ['squeeze', 'reshape'],
  },
  arguments: (x: TensorLike, axis: number) => {
    const input = operand('expandDims', 'x', x);
    return { inputs: [input], attributes: { axis: normalizeAxis('expandDims', axis, input.rank + 1) } };
  },
  compose: ([x], { axis }): Tensor => {
    const shape = x.abstract.shape;
    return reshape(x, [...shape.slice(0, axis), 1, ...shape.slice(axis)]);
  },
  samples: [
    { label: 'in front', inputs: [nd([2], [1, 2])], rest: [0], grad: 'check' },
    { label: 'at the end', inputs: [nd([2], [1, 2])], rest: [-1], grad: 'check' },
    { label: 'between', inputs: [nd([2, 2], [1, 2, 3, 4])], rest: [1], grad: 'check' },
    { label: 'a scalar', inputs: [nd([], [5])], rest: [0], grad: 'check' },
    { label: 'empty', inputs: [nd([0], [])], rest: [1] },
  ],
  errors: [
    {
      label: 'out of range',
      inputs: [{ shape: [2] }],
      rest: [2],
      code: 'E_AXIS',
      says: /expandDims: axis: .*from -2 to 1, got 2/,
    },
    { label: 'half an axis', inputs: [{ shape: [2] }], rest: [0.5], code: 'E_AXIS', says: /whole number.*got 0.5/ },
  ],
});
