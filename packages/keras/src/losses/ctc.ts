/** The connectionist temporal classification loss (Graves et al., 2006, https://doi.org/10.1145/1143844.1143891). */
import { raise, recorded, type Tensor } from '@deft/core';
import { add, cast, ctcLoss, notEqual, sum, zerosLike } from '@deft/tensor';
import { floatingOf } from './alignment.ts';
import { defineLoss, type Loss, type LossOptions } from './loss.ts';

/**
 * How unlikely a sequence of labels is, given scores for every step of a longer sequence: targets `[batch, labels]` of class
 * numbers, padded with 0, predictions `[batch, steps, classes]` of scores. Class 0 is the blank. Infinity where there are
 * too few steps for the labels.
 *
 * @throws `E_MODEL` unless targets have rank 2 and predictions rank 3
 * @example
 * ```ts
 * import { losses } from '@deft/keras';
 * import { tensor, zeros } from '@deft/tensor';
 * console.log(losses.ctc().values(tensor([[1]]), zeros([1, 2, 2])).toArray()); // [0.2876…]
 * ```
 */
export function ctc(options: LossOptions = {}): Loss {
  const name = 'ctc';
  const check = (argument: string, x: Tensor, rank: number, expected: string): void => {
    if (x.rank !== rank) raise('E_MODEL', { op: name, argument, expected, found: x.abstract.text });
  };
  return recorded(
    'ctc',
    options,
    defineLoss({
      name,
      ...options,
      fromLogits: true,
      values: (target, prediction) => {
        check('targets', target, 2, 'shape [batch, labels]');
        check('predictions', prediction, 3, 'shape [batch, steps, classes]');
        const labels = target.dtype === 'int32' ? target : cast(target, 'int32');
        const labelCounts = sum(cast(notEqual(labels, 0), 'int32'), { axis: 1 });
        const stepCounts = add(zerosLike(labelCounts), prediction.shape[1] as number);
        return ctcLoss(labels, floatingOf(prediction), labelCounts, stepCounts);
      },
    }),
  );
}
