/** `categoricalCrossentropy`: cross-entropy of probabilities of classes, per example. */
import { type CheckAxes, nd, normalizeAxis, type OperationFunction, type ReplaceAxes, type Tensor } from '@deft/core';
import { clip } from './clip.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { operand } from './definition/operand.ts';
import { floating } from './definition/rules.ts';
import type { CheckSameShape, FloatOfAll, ShapeOf } from './definition/signatures.ts';
import { div } from './div.ts';
import { log } from './log.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { softmaxCrossEntropy } from './softmax-cross-entropy.ts';
import { sum } from './sum.ts';

type CategoricalCrossentropyFunction = <
  const T extends TensorLike,
  const O extends TensorLike,
  const A extends number = -1,
>(
  target: T & CheckSameShape<ShapeOf<O>, ShapeOf<T>>,
  output: O,
  fromLogits?: boolean,
  axis?: A & CheckAxes<ShapeOf<O>, A>,
) => Tensor<ReplaceAxes<ShapeOf<O>, A, []>, FloatOfAll<T | O>>;

/**
 * The cross-entropy of labels (probabilities of the classes, or one-hot) and probabilities (brought to sum 1, at least 1e-7) or logits, along an axis (the last unless told).
 *
 * @throws `E_AXIS`, `E_SHAPE`, `E_DTYPE`.
 * @example
 * ```ts
 * import { categoricalCrossentropy, tensor } from '@deft/tensor';
 * console.log(categoricalCrossentropy(tensor([[1, 0]]), tensor([[2, 1]]), true).shape); // [1]
 * ```
 */
export const categoricalCrossentropy: OperationFunction<CategoricalCrossentropyFunction> = defineComposite({
  name: 'categoricalCrossentropy',
  inputs: ['target', 'output'],

  doc: {
    group: 'loss',
    summary: 'Cross-entropy of probabilities of classes, per example.',

    see: ['softmaxCrossEntropy', 'sparseCategoricalCrossentropy'],
  },
  promote: 'float',
  arguments: (target: TensorLike, output: TensorLike, fromLogits = false, axis = -1) => {
    const input = operand('categoricalCrossentropy', 'target', target);
    return {
      inputs: [input, output],
      attributes: { fromLogits: fromLogits === true, axis: normalizeAxis('categoricalCrossentropy', axis, input.rank) },
    };
  },
  compose: ([target, output], { fromLogits, axis }): Tensor => {
    floating('categoricalCrossentropy', target.abstract, output.abstract);
    if (fromLogits) return softmaxCrossEntropy(output, target, { axis });
    const p = clip(div(output, sum(output, { axis, keepDims: true })) as Tensor, 1e-7, 1 - 1e-7) as Tensor;
    return neg(sum(mul(target, log(p)), { axis })) as Tensor;
  },

  samples: [
    { label: 'probabilities', inputs: [nd([2, 2], [1, 0, 0.5, 0.5]), nd([2, 2], [0.75, 0.25, 0.5, 1])], grad: 'check' },
    {
      label: 'logits, first axis',
      inputs: [nd([2, 2], [1, 0, 0, 1]), nd([2, 2], [2, -3, 0.5, 1])],
      rest: [true, 0],
      grad: 'check',
    },
    { label: 'no examples', inputs: [nd([0, 2], []), nd([0, 2], [])] },
  ],
  errors: [
    {
      label: 'out of range',
      inputs: [{ shape: [2] }, { shape: [2] }],
      rest: [false, 1],
      code: 'E_AXIS',
      says: /categoricalCrossentropy/,
    },
  ],
});
