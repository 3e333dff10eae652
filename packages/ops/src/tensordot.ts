/** `tensordot`: a product summed over pairs of axes. */
import { nd, type OperationFunction, raise, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWhole, operand } from './definition/operand.ts';
import type { CheckTensordot, TensordotShape } from './definition/product-types.ts';
import type { DTypeOf, ShapeOf } from './definition/signatures.ts';
import { type AxisPairs, dotGeneral } from './dot-general.ts';

type Tensordot = <const A extends TensorLike, const B extends TensorLike, const Axes extends number | AxisPairs = 2>(
  a: A,
  b: B & CheckTensordot<ShapeOf<A>, ShapeOf<B>, Axes>,
  axes?: Axes,
) => Tensor<TensordotShape<ShapeOf<A>, ShapeOf<B>, Axes>, DTypeOf<A, B>>;

/**
 * The product of two tensors summed over pairs of axes: the last `axes` of `a` with the first of `b`, or those that two lists
 * name.
 *
 * @throws `E_AXIS` for axes that are not there, `E_SHAPE` when paired axes differ in size.
 *
 * @example
 * ```ts
 * import { tensor, tensordot } from '@deft/tensor';
 * console.log(tensordot(tensor([[1, 2], [3, 4]]), tensor([1, 10]), 1).toArray()); // [21, 43]
 * ```
 */
export const tensordot: OperationFunction<Tensordot> = defineComposite({
  name: 'tensordot',
  inputs: ['a', 'b'],
  doc: {
    group: 'linear algebra',
    summary: 'The product of two tensors summed over pairs of axes.',
    notes: ['A number of axes pairs the last of a with the first of b; two lists name them.'],
    see: ['dotGeneral', 'einsum'],
  },
  promote: 'all',
  arguments: (a: TensorLike, b: TensorLike, axes: number | AxisPairs = 2) => {
    const [left, right] = [operand('tensordot', 'a', a), operand('tensordot', 'b', b)];
    if (typeof axes !== 'number') return { inputs: [left, right], attributes: { contract: axes } };
    checkWhole('tensordot', 'axes', axes, 0);
    if (axes > Math.min(left.rank, right.rank)) {
      raise('E_AXIS', {
        op: 'tensordot',
        argument: 'axes',
        expected: `at most ${Math.min(left.rank, right.rank)} axes`,
        found: String(axes),
        operands: [left.abstract, right.abstract],
      });
    }
    const contract: AxisPairs = [
      Array.from({ length: axes }, (_, i) => left.rank - axes + i),
      Array.from({ length: axes }, (_, i) => i),
    ];
    return { inputs: [left, right], attributes: { contract } };
  },
  compose: ([a, b], { contract }): Tensor => dotGeneral(a, b, { contract }),
  samples: [
    { label: 'one axis', inputs: [nd([2, 2], [1, 2, 3, 4]), nd([2], [1, 10])], rest: [1], grad: 'check' },
    { label: 'two axes', inputs: [nd([2, 2], [1, 2, 3, 4]), nd([2, 2], [5, 6, 7, 8])], grad: 'check' },
    {
      label: 'named axes',
      inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6]), nd([2, 2], [1, 2, 3, 4])],
      rest: [[[0], [1]]],
      grad: 'check',
    },
    { label: 'no axis', inputs: [nd([2], [1, 2]), nd([2], [3, 4])], rest: [0], grad: 'check' },
    { label: 'integers', inputs: [nd([2], [1, 2], 'int32'), nd([2], [3, 4], 'int32')], rest: [1] },
    { label: 'empty', inputs: [nd([2, 0], []), nd([0, 1], [])], rest: [1] },
  ],
  errors: [
    {
      label: 'too many axes',
      inputs: [{ shape: [2] }, { shape: [2] }],
      code: 'E_AXIS',
      says: /tensordot: axes: expected at most 1 axes, got 2/,
    },
    {
      label: 'sizes differ',
      inputs: [{ shape: [2] }, { shape: [3] }],
      rest: [1],
      code: 'E_SHAPE',
      says: /axis 0 of a has 2 elements, axis 0 of b has 3/,
    },
  ],
});
