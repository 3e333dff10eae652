/** `diagonal`: a diagonal of the planes of two axes. */
import {
  type CheckAxes,
  type InsertAxis,
  nd,
  normalizeAxis,
  type OperationFunction,
  type ReplaceAxes,
  raise,
  type Tensor,
} from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWhole, operand } from './definition/operand.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { diagPart } from './diag-part.ts';
import { transpose } from './transpose.ts';

type Diagonal = <const X extends TensorLike, const I extends number = 0, const J extends number = 1>(
  x: X,
  k?: number,
  axis1?: I & CheckAxes<ShapeOf<X>, I>,
  axis2?: J & CheckAxes<ShapeOf<X>, J>,
) => Tensor<InsertAxis<ReplaceAxes<ShapeOf<X>, I | J, []>, -1, number>, DTypeOfOne<X>>;

/**
 * The elements on a diagonal of the planes of two axes (the first two unless told), along a new last axis.
 *
 * @throws `E_AXIS` for axes that are not there or the same, `E_ATTRIBUTE` for a diagonal that is no whole number.
 *
 * @example
 * ```ts
 * import { diagonal, tensor } from '@deft/tensor';
 * console.log(diagonal(tensor([[1, 2], [3, 4]])).toArray()); // [1, 4]
 * ```
 */
export const diagonal: OperationFunction<Diagonal> = defineComposite({
  name: 'diagonal',
  inputs: ['x'],
  doc: {
    group: 'shape',
    summary: 'The elements on a diagonal of the planes of two axes, along a new last axis.',
    see: ['diagPart', 'trace'],
  },
  arguments: (x: TensorLike, k = 0, axis1 = 0, axis2 = 1) => {
    const input = operand('diagonal', 'x', x);
    checkWhole('diagonal', 'k', k);
    const [first, second] = [
      normalizeAxis('diagonal', axis1, input.rank, 'axis1'),
      normalizeAxis('diagonal', axis2, input.rank, 'axis2'),
    ];
    if (first === second)
      raise('E_AXIS', { op: 'diagonal', argument: 'axis2', expected: 'another axis than axis1', found: String(axis2) });
    return { inputs: [input], attributes: { k, first, second } };
  },
  compose: ([x], { k, first, second }): Tensor => {
    const others = x.abstract.shape.map((_, axis) => axis).filter((axis) => axis !== first && axis !== second);
    return diagPart(transpose(x, [...others, first, second]) as Tensor, k);
  },
  samples: [
    { label: 'a matrix', inputs: [nd([2, 2], [1, 2, 3, 4])], grad: 'check' },
    { label: 'other axes', inputs: [nd([2, 1, 2], [1, 2, 3, 4])], rest: [0, 0, 2], grad: 'check' },
    { label: 'turned', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], rest: [-1, 1, 0], grad: 'check' },
    { label: 'empty', inputs: [nd([0, 2], [])] },
  ],
  errors: [
    {
      label: 'one axis twice',
      inputs: [{ shape: [2, 2] }],
      rest: [0, 1, -1],
      code: 'E_AXIS',
      says: /diagonal: axis2: expected another axis than axis1/,
    },
    { label: 'a vector', inputs: [{ shape: [2] }], code: 'E_AXIS', says: /diagonal: axis2: .*got 1/ },
  ],
});
