/** `confusionMatrix`: how often each class was taken for each. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { sumByBin } from './definition/bins.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { asIndices } from './definition/gathering.ts';
import { checkWhole } from './definition/operand.ts';
import { oneHot } from './one-hot.ts';

type ConfusionMatrix = <const N extends number>(
  labels: TensorLike,
  predictions: TensorLike,
  numClasses: N,
) => Tensor<[N, N], 'int32'>;

/**
 * How often each true class (rows) was predicted as each class (columns).
 *
 * @throws `E_SHAPE` unless labels and predictions are vectors of one length, `E_DTYPE` unless they are integers.
 *
 * @example
 * ```ts
 * import { confusionMatrix, tensor } from '@deft/tensor';
 * console.log(confusionMatrix(tensor([0, 1, 1], { dtype: 'int32' }), tensor([0, 0, 1], { dtype: 'int32' }), 2).toArray()); // [[1, 0], [1, 1]]
 * ```
 */
export const confusionMatrix: OperationFunction<ConfusionMatrix> = defineComposite({
  name: 'confusionMatrix',
  inputs: ['labels', 'predictions'],
  doc: {
    group: 'reduction',
    summary: 'How often each true class (rows) was predicted as each class (columns).',
    notes: ['Pairs with a class outside are left out.'],
    see: ['bincount'],
  },
  arguments: (labels: TensorLike, predictions: TensorLike, numClasses: number) => {
    checkWhole('confusionMatrix', 'numClasses', numClasses, 0);
    return {
      inputs: [asIndices('confusionMatrix', labels), asIndices('confusionMatrix', predictions)],
      attributes: { count: numClasses },
    };
  },
  compose: ([labels, predictions], { count }): Tensor => {
    const columns = oneHot(predictions, count, { dtype: 'int32' }) as Tensor;
    return sumByBin('confusionMatrix', columns, labels, count);
  },
  nonDifferentiable: 'the result is a number of elements',
  samples: [
    { label: 'two classes', inputs: [nd([4], [0, 1, 1, 1], 'int32'), nd([4], [0, 0, 1, 1], 'int32')], rest: [2] },
    { label: 'outside', inputs: [nd([2], [0, 5], 'int32'), nd([2], [7, 0], 'int32')], rest: [2] },
    { label: 'nothing', inputs: [nd([0], [], 'int32'), nd([0], [], 'int32')], rest: [2] },
  ],
  errors: [
    {
      label: 'lengths differ',
      inputs: [
        { shape: [2], dtype: 'int32' },
        { shape: [3], dtype: 'int32' },
      ],
      rest: [2],
      code: 'E_SHAPE',
      says: /confusionMatrix: there is not one number/,
    },
    {
      label: 'floats',
      inputs: [{ shape: [2] }, { shape: [2], dtype: 'int32' }],
      rest: [2],
      code: 'E_DTYPE',
      says: /confusionMatrix: expected integers/,
    },
  ],
});
