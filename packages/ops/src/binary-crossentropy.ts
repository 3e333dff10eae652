/** `binaryCrossentropy`: cross-entropy of labels and probabilities of one class, element by element. */
import { type Broadcast, type CheckBroadcast, nd, type OperationFunction, type Tensor } from '@deft/core';
import { add } from './add.ts';
import { clip } from './clip.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { floating } from './definition/rules.ts';
import type { FloatOfAll, ShapeOf } from './definition/signatures.ts';
import { log } from './log.ts';
import { log1p } from './log1p.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { sigmoidCrossEntropy } from './sigmoid-cross-entropy.ts';
import { sub } from './sub.ts';

type BinaryCrossentropyFunction = <const T extends TensorLike, const O extends TensorLike>(
  target: T,
  output: O & CheckBroadcast<ShapeOf<T>, ShapeOf<O>>,
  fromLogits?: boolean,
) => Tensor<Broadcast<ShapeOf<T>, ShapeOf<O>>, FloatOfAll<T | O>>;

/**
 * The cross-entropy of labels and probabilities (or logits), element by element. Probabilities are kept within 1e-7 of 0 and 1.
 *
 * @throws `E_BROADCAST`, `E_DTYPE`.
 * @example
 * ```ts
 * import { binaryCrossentropy, tensor } from '@deft/tensor';
 * console.log(binaryCrossentropy(tensor([1]), tensor([0]), true).shape); // [1]
 * ```
 */
export const binaryCrossentropy: OperationFunction<BinaryCrossentropyFunction> = defineComposite({
  name: 'binaryCrossentropy',
  inputs: ['target', 'output'],

  doc: {
    group: 'loss',
    summary: 'Cross-entropy of labels and probabilities of one class, element by element.',

    see: ['sigmoidCrossEntropy', 'categoricalCrossentropy'],
  },
  promote: 'float',
  arguments: (target: TensorLike, output: TensorLike, fromLogits = false) => ({
    inputs: [target, output],
    attributes: { fromLogits: fromLogits === true },
  }),
  compose: ([target, output], { fromLogits }): Tensor => {
    floating('binaryCrossentropy', target.abstract, output.abstract);
    if (fromLogits) return sigmoidCrossEntropy(target, output, 1, { reduction: 'none' });
    const p = clip(output, 1e-7, 1 - 1e-7) as Tensor;
    return neg(add(mul(target, log(p)), mul(sub(1, target), log1p(neg(p) as Tensor)))) as Tensor;
  },

  samples: [
    { label: 'probabilities', inputs: [nd([3], [1, 0, 0.5]), nd([3], [0.75, 0.25, 0.5])], grad: 'check' },
    { label: 'logits', inputs: [nd([3], [1, 0, 0.5]), nd([3], [2, -3, 0.5])], rest: [true], grad: 'check' },
    { label: 'certain', inputs: [nd([2], [1, 0]), nd([2], [1, 0])], grad: 'skip' },
    { label: 'empty', inputs: [nd([0], []), nd([0], [])] },
  ],
  errors: [
    {
      label: 'shapes that do not fit',
      inputs: [{ shape: [2] }, { shape: [3] }],
      code: 'E_BROADCAST',
      says: /binaryCrossentropy/,
    },
  ],
});
