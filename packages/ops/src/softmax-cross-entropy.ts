/** `softmaxCrossEntropy`: cross-entropy of probabilities and logits. */
import {
  type Axes,
  type CheckAxes,
  type ListOf,
  nd,
  normalizeAxes,
  type OperationFunction,
  type ReplaceAxes,
  raise,
  sameShape,
  type Tensor,
} from '@deft/core';
import type { AlongAxisOptions } from './definition/along-axis.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { operand } from './definition/operand.ts';
import { floating } from './definition/rules.ts';
import type { CheckSameShape, FloatOfAll, ShapeOf } from './definition/signatures.ts';
import { logSoftmax } from './log-softmax.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { sum } from './sum.ts';

type SoftmaxCrossEntropy = <const X extends TensorLike, const L extends TensorLike, const A extends Axes = -1>(
  logits: X,
  labels: L & CheckSameShape<ShapeOf<X>, ShapeOf<L>>,
  options?: AlongAxisOptions<A> & CheckAxes<ShapeOf<X>, A>,
) => Tensor<ReplaceAxes<ShapeOf<X>, ListOf<A>, []>, FloatOfAll<X | L>>;

/**
 * The cross-entropy between labels (probabilities of the classes, or one-hot) and the softmax of logits, per example: the
 * axis of the classes (the last unless told) is not in the result.
 *
 * @throws `E_SHAPE` when logits and labels differ in shape, `E_AXIS`, `E_DTYPE`.
 * @example
 * ```ts
 * import { softmaxCrossEntropy, tensor } from '@deft/tensor';
 * console.log(softmaxCrossEntropy(tensor([[0, 0]]), tensor([[1, 0]])).toArray()); // [0.693…]
 * ```
 */
export const softmaxCrossEntropy: OperationFunction<SoftmaxCrossEntropy> = defineComposite({
  name: 'softmaxCrossEntropy',
  inputs: ['logits', 'labels'],
  doc: {
    group: 'loss',
    summary: 'Cross-entropy of probabilities and the softmax of logits, per example.',
    math: 'softmaxCrossEntropy(x, p) = −Σ p · logSoftmax(x)',
    notes: ['Labels need not sum to 1.', 'It differentiates by the labels too.'],
    see: ['sparseSoftmaxCrossEntropy', 'logSoftmax'],
  },
  promote: 'float',
  arguments: (logits: TensorLike, labels: TensorLike, { axis = -1 }: AlongAxisOptions = {}) => {
    const input = operand('softmaxCrossEntropy', 'logits', logits);
    return {
      inputs: [input, labels],
      attributes: { axes: normalizeAxes('softmaxCrossEntropy', axis, input.rank) as readonly number[] },
    };
  },
  compose: ([logits, labels], { axes }): Tensor => {
    floating('softmaxCrossEntropy', logits.abstract);
    if (!sameShape(logits.abstract.shape, labels.abstract.shape)) {
      raise('E_SHAPE', {
        op: 'softmaxCrossEntropy',
        says: 'logits and labels differ in shape',
        operands: [logits.abstract, labels.abstract],
        hint: 'for labels that are positions of classes write sparseSoftmaxCrossEntropy',
      });
    }
    return neg(sum(mul(labels, logSoftmax(logits, { axis: axes })), { axis: axes })) as Tensor;
  },
  samples: [
    {
      label: 'one-hot',
      inputs: [nd([2, 3], [1, 2, 4, -1, 0.5, 3]), nd([2, 3], [0, 1, 0, 1, 0, 0])],
      grad: 'check',
      ulp: 32,
    },
    {
      label: 'probabilities',
      inputs: [nd([2, 2], [1, 2, -1, 0.5]), nd([2, 2], [0.25, 0.75, 0.5, 0.5])],
      grad: 'check',
      ulp: 32,
    },
    {
      label: 'classes first',
      inputs: [nd([2, 2], [1, 2, -1, 0.5]), nd([2, 2], [1, 0, 0, 1])],
      rest: [{ axis: 0 }],
      grad: 'check',
      ulp: 32,
    },
    { label: 'one example', inputs: [nd([2], [1000, 990]), nd([2], [0, 1])], grad: 'check', ulp: 32 },
    { label: 'integer labels', inputs: [nd([1, 2], [1, 2]), nd([1, 2], [0, 1], 'int32')], ulp: 32 },
    { label: 'no examples', inputs: [nd([0, 2], []), nd([0, 2], [])] },
    { label: 'nan', inputs: [nd([1, 2], [NaN, 1]), nd([1, 2], [1, 0])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'positions for labels',
      inputs: [{ shape: [2, 3] }, { shape: [2], dtype: 'int32' }],
      code: 'E_SHAPE',
      says: /softmaxCrossEntropy: logits and labels differ in shape .*\n.*sparseSoftmaxCrossEntropy/,
    },
    {
      label: 'out of range',
      inputs: [{ shape: [2] }, { shape: [2] }],
      rest: [{ axis: 1 }],
      code: 'E_AXIS',
      says: /from -1 to 0, got 1/,
    },
  ],
});
