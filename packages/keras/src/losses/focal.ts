/**
 * Cross-entropies that weigh what is easy or wrong less: focal ones (Lin et al., 2018, https://arxiv.org/abs/1708.02002)
 * and the generalised one for noisy labels (Zhang and Sabuncu, 2018, https://arxiv.org/abs/1805.07836).
 */
import { raise, recorded } from '@deft/core';
import {
  add,
  div,
  exp,
  log,
  logSoftmax,
  maximum,
  mul,
  neg,
  oneHot,
  pow,
  sigmoid,
  sub,
  sum,
  tensor,
} from '@deft/tensor';
import { alignLabels, floatingOf, meanOfExample, smallest } from './alignment.ts';
import {
  binaryCosts,
  type CrossentropyOptions,
  checkShare,
  crossentropy,
  scaledProbabilities,
} from './crossentropies.ts';
import { defineLoss, type Loss, type LossOptions } from './loss.ts';

/** Options of `binaryFocalCrossentropy`. */
export interface BinaryFocalOptions extends CrossentropyOptions {
  /** Whether 1 weighs `alpha` and 0 weighs `1 − alpha`; false unless told. */
  readonly applyClassBalancing?: boolean;
  /** 0.25 unless told. */
  readonly alpha?: number;
  /** How fast easy examples lose weight; 2 unless told. 0 is `binaryCrossentropy`. */
  readonly gamma?: number;
}

/**
 * Cross-entropy of yes-or-no predictions in which sure and right ones weigh less, the mean over the last axis.
 * `(1 − q)^gamma · crossentropy`, q being the probability given to the target.
 *
 * @throws `E_MODEL` unless `labelSmoothing` and `alpha` are from 0 to 1
 * @example
 * ```ts
 * import { losses } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const loss = losses.binaryFocalCrossentropy();
 * console.log(loss.values(tensor([[0, 1], [0, 0]]), tensor([[0.6, 0.4], [0.4, 0.6]])).toArray()); // [0.329…, 0.205…]
 * ```
 */
export function binaryFocalCrossentropy(options: BinaryFocalOptions = {}): Loss {
  const name = 'binaryFocalCrossentropy';
  const { gamma = 2, alpha = 0.25, applyClassBalancing = false } = options;
  const loss = crossentropy(name, options, (target, predicted, { fromLogits, axis, smoothed }) => {
    const wanted = smoothed(target, 2);
    const unwanted = sub(1, wanted);
    // 1 − p of scores is the sigmoid of their negative, which keeps its digits.
    const [yes, no] = fromLogits ? [sigmoid(predicted), sigmoid(neg(predicted))] : [predicted, sub(1, predicted)];
    const missed = add(mul(wanted, no), mul(unwanted, yes));
    const costs = mul(pow(missed, gamma), binaryCosts(wanted, predicted, fromLogits));
    const balance = add(mul(wanted, alpha), mul(unwanted, 1 - alpha));
    return meanOfExample(applyClassBalancing ? mul(balance, costs) : costs, axis);
  });
  checkShare(name, 'alpha', alpha);
  return loss;
}

/** Options of `categoricalFocalCrossentropy`. */
export interface CategoricalFocalOptions extends CrossentropyOptions {
  /** A weight for all classes, or one for each; 0.25 unless told. */
  readonly alpha?: number | readonly number[];
  /** How fast easy examples lose weight; 2 unless told. */
  readonly gamma?: number;
}

/**
 * Cross-entropy against distributions in which sure and right predictions weigh less.
 * `−Σ alpha · (1 − p)^gamma · target · ln p`.
 *
 * @throws `E_MODEL` unless `labelSmoothing` is from 0 to 1
 * @example
 * ```ts
 * import { losses } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const loss = losses.categoricalFocalCrossentropy();
 * console.log(loss.values(tensor([[0, 0, 1]]), tensor([[0.1, 0.85, 0.05]])).toArray()); // [0.675…]
 * ```
 */
export function categoricalFocalCrossentropy(options: CategoricalFocalOptions = {}): Loss {
  const { gamma = 2, alpha = 0.25 } = options;
  return crossentropy('categoricalFocalCrossentropy', options, (target, predicted, { fromLogits, axis, smoothed }) => {
    const wanted = smoothed(target, predicted.shape.at(axis) as number);
    const scaled = fromLogits ? undefined : scaledProbabilities(predicted, axis);
    const logarithms = scaled ? log(scaled) : logSoftmax(predicted, { axis });
    const missed = sub(1, scaled ?? exp(logarithms));
    const weight = typeof alpha === 'number' ? alpha : tensor([...alpha], { dtype: predicted.dtype });
    return sum(mul(mul(pow(missed, gamma), weight), mul(neg(wanted), logarithms)), { axis });
  });
}

/** Options of `categoricalGeneralizedCrossEntropy`. */
export interface GeneralizedCrossEntropyOptions extends LossOptions {
  /** Between cross-entropy (near 0) and the absolute error (near 1), which forgives wrong labels; 0.5 unless told. */
  readonly q?: number;
}

/**
 * Cross-entropy that forgives wrong labels: targets `[batch]` of class numbers, predictions `[batch, classes]` of
 * probabilities. `(1 − p[target]^q) / q`, p being at least 1e-7, so that the gradient is finite.
 *
 * @throws `E_MODEL` unless `0 < q < 1`
 * @example
 * ```ts
 * import { losses } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const loss = losses.categoricalGeneralizedCrossEntropy({ q: 0.5 });
 * console.log(loss.values(tensor([0]), tensor([[0.25, 0.75]])).toArray()); // → [1]
 * ```
 */
export function categoricalGeneralizedCrossEntropy(options: GeneralizedCrossEntropyOptions = {}): Loss {
  const name = 'categoricalGeneralizedCrossEntropy';
  const { q = 0.5, ...rest } = options;
  if (!(q > 0 && q < 1)) {
    raise('E_MODEL', { op: name, argument: 'q', expected: 'a number between 0 and 1', found: String(q) });
  }
  return recorded(
    'categoricalGeneralizedCrossEntropy',
    options,
    defineLoss({
      name,
      ...rest,
      values: (target, prediction) => {
        const predicted = floatingOf(prediction);
        const labels = alignLabels(name, target, predicted);
        const wanted = oneHot(labels, predicted.shape.at(-1) as number, { dtype: predicted.dtype });
        const p = sum(mul(predicted, wanted), { axis: -1 });
        return div(sub(1, pow(maximum(p, smallest), q)), q);
      },
    }),
  );
}
