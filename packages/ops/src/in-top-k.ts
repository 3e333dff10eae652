/** `inTopK`: whether the right class is among the likeliest. */
import { nd, type OperationFunction, type ReplaceAxes, raise, sameShape, type Tensor } from '@deft/core';
import { cast } from './cast.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { asIndices } from './definition/gathering.ts';
import { checkWhole } from './definition/operand.ts';
import type { ShapeOf } from './definition/signatures.ts';
import { expandDims } from './expand-dims.ts';
import { greater } from './greater.ts';
import { isFinite } from './is-finite.ts';
import { less } from './less.ts';
import { logicalAnd } from './logical-and.ts';
import { reshape } from './reshape.ts';
import { sum } from './sum.ts';
import { takeAlongAxis } from './take-along-axis.ts';

type InTopK = <const P extends TensorLike>(
  predictions: P,
  targets: TensorLike,
  k?: number,
) => Tensor<ReplaceAxes<ShapeOf<P>, -1, []>, 'bool'>;

/**
 * Whether the prediction for the target class is among the `k` largest of its row. Classes that tie with the last one
 * count as among them.
 *
 * @throws `E_SHAPE` unless the targets have the shape of the predictions without the last axis, `E_DTYPE` unless they are integers.
 *
 * @example
 * ```ts
 * import { inTopK, tensor } from '@deft/tensor';
 * console.log(inTopK(tensor([[0.1, 0.7, 0.2]]), tensor([2], { dtype: 'int32' }), 2).toArray()); // [true]
 * ```
 */
export const inTopK: OperationFunction<InTopK> = defineComposite({
  name: 'inTopK',
  inputs: ['predictions', 'targets'],
  doc: {
    group: 'sorting',
    summary: 'Whether the prediction for the target class is among the k largest of its row.',
    notes: ['A prediction that is not finite is never among them.'],
    see: ['topK'],
  },
  arguments: (predictions: TensorLike, targets: TensorLike, k = 1) => {
    checkWhole('inTopK', 'k', k, 1);
    return { inputs: [predictions, asIndices('inTopK', targets)], attributes: { k } };
  },
  compose: ([predictions, targets], { k }): Tensor => {
    const [a, b] = [predictions.abstract, targets.abstract];
    if (a.shape.length === 0 || !sameShape(a.shape.slice(0, -1), b.shape)) {
      raise('E_SHAPE', {
        op: 'inTopK',
        argument: 'targets',
        expected: 'the shape of the predictions without the last axis',
        found: b.text,
        operands: [a, b],
      });
    }
    const own = takeAlongAxis(predictions, expandDims(targets, -1) as Tensor);
    const larger = sum(cast(greater(predictions, own), 'int32'), { axis: -1 }) as Tensor;
    return logicalAnd(less(larger, k), reshape(isFinite(own), b.shape)) as Tensor;
  },
  nonDifferentiable: 'the result is bool',
  samples: [
    { label: 'rows', inputs: [nd([2, 3], [0.1, 0.7, 0.2, 0.5, 0.4, 0.1]), nd([2], [2, 2], 'int32')], rest: [2] },
    { label: 'the best', inputs: [nd([3], [1, 3, 2]), nd([], [1], 'int32')] },
    { label: 'a tie', inputs: [nd([1, 3], [1, 1, 0]), nd([1], [1], 'int32')] },
    { label: 'nan', inputs: [nd([1, 2], [NaN, 1]), nd([1], [0], 'int32')] },
    { label: 'empty', inputs: [nd([0, 2], []), nd([0], [], 'int32')] },
  ],
  errors: [
    {
      label: 'targets of another shape',
      inputs: [{ shape: [2, 3] }, { shape: [3], dtype: 'int32' }],
      code: 'E_SHAPE',
      says: /inTopK: targets: expected the shape of the predictions without the last axis, got int32\[3\]/,
    },
    {
      label: 'no k',
      inputs: [{ shape: [2, 3] }, { shape: [2], dtype: 'int32' }],
      rest: [0],
      code: 'E_ATTRIBUTE',
      says: /inTopK: k: .*at least 1, got 0/,
    },
  ],
});
