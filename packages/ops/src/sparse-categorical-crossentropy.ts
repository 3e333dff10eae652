/** `sparseCategoricalCrossentropy`: cross-entropy of positions of classes and probabilities, per example. */
import { nd, type OperationFunction, type ReplaceAxes, type Tensor } from '@deft/core';
import { clip } from './clip.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { floating } from './definition/rules.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './definition/signatures.ts';
import { div } from './div.ts';
import { log } from './log.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { oneHot } from './one-hot.ts';
import { sparseSoftmaxCrossEntropy } from './sparse-softmax-cross-entropy.ts';
import { sum } from './sum.ts';

type SparseCategoricalCrossentropyFunction = <const O extends TensorLike>(
  target: TensorLike,
  output: O,
  fromLogits?: boolean,
) => Tensor<ReplaceAxes<ShapeOf<O>, -1, []>, FloatOf<DTypeOfOne<O>>>;

/**
 * The cross-entropy of labels that are positions of classes, and probabilities (brought to sum 1, at least 1e-7) or logits in the last axis.
 *
 * @throws `E_SHAPE`, `E_DTYPE`.
 * @example
 * ```ts
 * import { sparseCategoricalCrossentropy, tensor } from '@deft/tensor';
 * const labels = tensor([1], { dtype: 'int32' });
 * console.log(sparseCategoricalCrossentropy(labels, tensor([[2, 1]]), true).shape); // [1]
 * ```
 */
export const sparseCategoricalCrossentropy: OperationFunction<SparseCategoricalCrossentropyFunction> = defineComposite({
  name: 'sparseCategoricalCrossentropy',
  inputs: ['target', 'output'],

  doc: {
    group: 'loss',
    summary: 'Cross-entropy of positions of classes and probabilities, per example.',

    see: ['sparseSoftmaxCrossEntropy', 'categoricalCrossentropy'],
  },

  arguments: (target: TensorLike, output: TensorLike, fromLogits = false) => ({
    inputs: [target, output],
    attributes: { fromLogits: fromLogits === true },
  }),
  compose: ([target, output], { fromLogits }): Tensor => {
    floating('sparseCategoricalCrossentropy', output.abstract);
    if (fromLogits) return sparseSoftmaxCrossEntropy(output, target);
    const p = clip(div(output, sum(output, { axis: -1, keepDims: true })) as Tensor, 1e-7, 1 - 1e-7) as Tensor;
    const labels = oneHot(target, output.abstract.shape.at(-1) as number, { dtype: output.dtype });
    return neg(sum(mul(labels, log(p)), { axis: -1 })) as Tensor;
  },

  samples: [
    { label: 'probabilities', inputs: [nd([2], [1, 0], 'int32'), nd([2, 2], [0.75, 0.25, 0.5, 1])], grad: 'check' },
    {
      label: 'logits',
      inputs: [nd([2], [0, 2], 'int32'), nd([2, 3], [2, -3, 0.5, 1, 2, 0])],
      rest: [true],
      grad: 'check',
    },
    { label: 'no examples', inputs: [nd([0], [], 'int32'), nd([0, 2], [])] },
  ],
  errors: [
    {
      label: 'labels that are no positions',
      inputs: [{ shape: [2] }, { shape: [2, 3] }],
      code: 'E_DTYPE',
      says: /sparseCategoricalCrossentropy/,
    },
  ],
});
