/** Hinge losses: a prediction costs nothing once it is on the right side by a margin of 1. */
import { recorded, type Tensor } from '@deft/core';
import { add, equal, max, maximum, mul, square, sub, sum, where } from '@deft/tensor';
import { alignPair } from './alignment.ts';
import { defineLoss, type Loss, type LossOptions } from './loss.ts';
import { elementwise } from './regression.ts';

/** `max(1 − target · prediction, 0)`. A target of 0 stands for −1. */
function shortfall(target: Tensor, prediction: Tensor): Tensor {
  const sides = where(equal(target, 0), -1, target) as Tensor;
  return maximum(sub(1, mul(sides, prediction)), 0);
}

/**
 * The hinge loss of yes-or-no predictions, the mean over the last axis: `mean(max(1 − target · prediction, 0))`. Targets
 * are −1 (or 0) and 1.
 *
 * @example
 * ```ts
 * import { losses } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * console.log(losses.hinge().values(tensor([[-1, 1]]), tensor([[0, 0.5]])).toArray()); // → [0.75]
 * ```
 */
export function hinge(options: LossOptions = {}): Loss {
  return recorded('hinge', options, elementwise('hinge', options, shortfall));
}

/**
 * The squared hinge loss, the mean over the last axis: `mean(max(1 − target · prediction, 0)²)`. Targets are −1 (or 0)
 * and 1.
 *
 * @example
 * ```ts
 * import { losses } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * console.log(losses.squaredHinge().values(tensor([[-1, 1]]), tensor([[0, 0.5]])).toArray()); // → [0.625]
 * ```
 */
export function squaredHinge(options: LossOptions = {}): Loss {
  return recorded(
    'squaredHinge',
    options,
    elementwise('squaredHinge', options, (target, prediction) => square(shortfall(target, prediction))),
  );
}

/**
 * The hinge loss of one class against the others: `max(1 + max((1 − target) · prediction) − Σ target · prediction, 0)`.
 * Targets are one-hot.
 *
 * @example
 * ```ts
 * import { losses } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * console.log(losses.categoricalHinge().values(tensor([[0, 1]]), tensor([[0.5, 0.25]])).toArray()); // → [1.25]
 * ```
 */
export function categoricalHinge(options: LossOptions = {}): Loss {
  const name = 'categoricalHinge';
  return recorded(
    'categoricalHinge',
    options,
    defineLoss({
      name,
      ...options,
      values: (target, prediction) => {
        const [wanted, predicted] = alignPair(name, target, prediction);
        const right = sum(mul(wanted, predicted), { axis: -1 });
        const wrong = max(mul(sub(1, wanted), predicted), { axis: -1 });
        return maximum(add(sub(wrong, right), 1), 0);
      },
    }),
  );
}
