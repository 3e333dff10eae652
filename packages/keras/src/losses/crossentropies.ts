/**
 * Cross-entropies: of distributions, of class numbers and of independent yes-or-no answers. From scores they are computed
 * by the logarithm of the softmax or by `softplus`, which neither overflows nor loses the small probabilities.
 */
import { raise, recorded, type Tensor } from '@deft/core';
import {
  add,
  clip,
  div,
  log,
  logSoftmax,
  moveAxis,
  mul,
  neg,
  notEqual,
  softplus,
  sparseSoftmaxCrossEntropy,
  sub,
  sum,
  where,
  zerosLike,
} from '@deft/tensor';
import { alignLabels, alignPair, floatingOf, meanOfExample, smallest } from './alignment.ts';
import { defineLoss, type LogitsOption, type Loss, type LossOptions } from './loss.ts';

/** Option of the losses on probabilities: targets that are less sure than those given. */
export interface LabelSmoothingOption {
  /** How much of every target is spread evenly over all classes, from 0 (unless told) to 1. */
  readonly labelSmoothing?: number;
}

/** Option of the losses along an axis. */
export interface AxisOption {
  /** The axis of the classes; the last unless told. */
  readonly axis?: number;
}

/** Options of `categoricalCrossentropy` and `binaryCrossentropy`. */
export interface CrossentropyOptions extends LossOptions, LogitsOption, LabelSmoothingOption, AxisOption {}

/** Options of `sparseCategoricalCrossentropy`. */
export interface SparseCrossentropyOptions extends LossOptions, LogitsOption, AxisOption {
  /** A class number that costs nothing and does not count, such as −1 or 255 for pixels without a label. */
  readonly ignoreClass?: number;
}

/** Throws `E_MODEL` unless it is from 0 to 1. */
export function checkShare(op: string, argument: string, share: number): void {
  if (share >= 0 && share <= 1) return;
  raise('E_MODEL', { op, argument, expected: 'a number from 0 to 1', found: String(share) });
}

/** Targets of which a share is spread evenly over `classes` classes. */
function smooth(target: Tensor, labelSmoothing: number, classes: number): Tensor {
  return labelSmoothing === 0 ? target : add(mul(target, 1 - labelSmoothing), labelSmoothing / classes);
}

/** How the costs of a cross-entropy are meant. */
interface Meaning {
  readonly fromLogits: boolean;
  readonly axis: number;
  /** Targets of which the share is spread that was told. */
  smoothed(target: Tensor, classes: number): Tensor;
}

/**
 * A cross-entropy against distributions, from its name and the costs of targets and predictions in one shape. Throws `E_MODEL`
 * unless `labelSmoothing` is from 0 to 1.
 */
export function crossentropy(
  kind: string,
  options: CrossentropyOptions,
  costs: (target: Tensor, prediction: Tensor, meaning: Meaning) => Tensor,
): Loss {
  const { fromLogits = false, labelSmoothing = 0, axis = -1, reduction, name = kind } = options;
  checkShare(kind, 'labelSmoothing', labelSmoothing);
  const smoothed = (target: Tensor, classes: number): Tensor => smooth(target, labelSmoothing, classes);
  const values = (target: Tensor, prediction: Tensor): Tensor =>
    costs(...alignPair(kind, target, prediction), { fromLogits, axis, smoothed });
  return recorded(
    kind,
    options,
    defineLoss({ name, fromLogits, ...(reduction !== undefined && { reduction }), values }),
  );
}

/** Probabilities, scaled to a sum of 1 and kept off 0 and 1. */
export function scaledProbabilities(prediction: Tensor, axis: number): Tensor {
  return clip(div(prediction, sum(prediction, { axis, keepDims: true })), smallest, 1 - smallest);
}

/**
 * Cross-entropy against class numbers: targets `[batch]` (any numeric dtype), predictions `[batch, classes]`.
 * `−ln p[target]`, p being the softmax of scores, or the probabilities given, scaled to a sum of 1.
 *
 * @example
 * ```ts
 * import { losses } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const loss = losses.sparseCategoricalCrossentropy({ fromLogits: true });
 * console.log(loss.values(tensor([1]), tensor([[0, 2]])).toArray()); // [0.126…]
 * ```
 */
export function sparseCategoricalCrossentropy(options: SparseCrossentropyOptions = {}): Loss {
  const name = 'sparseCategoricalCrossentropy';
  const { fromLogits = false, ignoreClass, axis = -1, ...rest } = options;
  const counted = (target: Tensor, prediction: Tensor): readonly [Tensor, Tensor] => {
    const scores = axis === -1 ? prediction : moveAxis(prediction, axis, -1);
    return [alignLabels(name, target, scores), scores];
  };
  return recorded(
    'sparseCategoricalCrossentropy',
    options,
    defineLoss({
      name,
      ...rest,
      fromLogits,
      values: (target, prediction) => {
        const [labels, last] = counted(target, floatingOf(prediction));
        // The logarithm of probabilities is a valid score: the softmax of it gives them back, divided by their sum.
        const scores = fromLogits ? last : log(clip(last, smallest, 1 - smallest));
        if (ignoreClass === undefined) return sparseSoftmaxCrossEntropy(scores, labels);
        const counts = notEqual(labels, ignoreClass);
        const values = sparseSoftmaxCrossEntropy(scores, where(counts, labels, zerosLike(labels)));
        return where(counts, values, zerosLike(values));
      },
      ...(ignoreClass !== undefined && {
        mask: (target: Tensor, prediction: Tensor) => notEqual(counted(target, prediction)[0], ignoreClass),
      }),
    }),
  );
}

/**
 * Cross-entropy against distributions (one-hot, say): targets and predictions `[batch, classes]`.
 * `−Σ target · ln p`, p being the softmax of scores, or the probabilities given, scaled to a sum of 1.
 *
 * @throws `E_MODEL` unless `labelSmoothing` is from 0 to 1
 * @example
 * ```ts
 * import { losses } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const loss = losses.categoricalCrossentropy();
 * console.log(loss.values(tensor([[0, 1, 0]]), tensor([[0.05, 0.95, 0]])).toArray()); // [0.0512…]
 * ```
 */
export function categoricalCrossentropy(options: CrossentropyOptions = {}): Loss {
  return crossentropy('categoricalCrossentropy', options, (target, predicted, { fromLogits, axis, smoothed }) => {
    const wanted = smoothed(target, predicted.shape.at(axis) as number);
    const logarithms = fromLogits ? logSoftmax(predicted, { axis }) : log(scaledProbabilities(predicted, axis));
    return neg(sum(mul(wanted, logarithms), { axis }));
  });
}

/** `−target · ln p − (1 − target) · ln(1 − p)` of every element. */
export function binaryCosts(wanted: Tensor, predicted: Tensor, fromLogits: boolean): Tensor {
  if (fromLogits) return sub(softplus(predicted), mul(predicted, wanted));
  const p = clip(predicted, smallest, 1 - smallest);
  return neg(add(mul(wanted, log(p)), mul(sub(1, wanted), log(sub(1, p)))));
}

/**
 * Cross-entropy of independent yes-or-no predictions, the mean over the last axis. Targets are 0 or 1, or between.
 * `−target · ln p − (1 − target) · ln(1 − p)`.
 *
 * @throws `E_MODEL` unless `labelSmoothing` is from 0 to 1
 * @example
 * ```ts
 * import { losses } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const loss = losses.binaryCrossentropy();
 * console.log(loss.values(tensor([[0, 1], [0, 0]]), tensor([[0.6, 0.4], [0.4, 0.6]])).toArray()); // [0.916…, 0.713…]
 * ```
 */
export function binaryCrossentropy(options: CrossentropyOptions = {}): Loss {
  return crossentropy('binaryCrossentropy', options, (target, predicted, { fromLogits, axis, smoothed }) =>
    meanOfExample(binaryCosts(smoothed(target, 2), predicted, fromLogits), axis),
  );
}
