/** Losses on numbers: differences of targets and predictions, and the angle between them. */
import { recorded, type Tensor } from '@deft/core';
import {
  abs,
  add,
  div,
  lessEqual,
  log1p,
  maximum,
  mul,
  neg,
  rsqrt,
  softplus,
  square,
  sub,
  sum,
  where,
} from '@deft/tensor';
import { alignPair, meanOfExample, smallest } from './alignment.ts';
import type { AxisOption } from './crossentropies.ts';
import { defineLoss, type Loss, type LossOptions } from './loss.ts';

/** A loss that is the mean over the last axis of what a function gives for every element. */
export function elementwise(
  name: string,
  options: LossOptions,
  costs: (target: Tensor, prediction: Tensor) => Tensor,
): Loss {
  return defineLoss({
    name,
    ...options,
    values: (target, prediction) => meanOfExample(costs(...alignPair(name, target, prediction))),
  });
}

/**
 * The squared difference, the mean over the last axis: `mean((target − prediction)²)`.
 *
 * @example
 * ```ts
 * import { losses } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * console.log(losses.meanSquaredError().compute(tensor([[0, 1], [0, 0]]), tensor([[1, 1], [1, 0]])).item()); // → 0.5
 * ```
 */
export function meanSquaredError(options: LossOptions = {}): Loss {
  return recorded(
    'meanSquaredError',
    options,
    elementwise('meanSquaredError', options, (target, prediction) => square(sub(prediction, target))),
  );
}

/**
 * The absolute difference, the mean over the last axis: `mean(|target − prediction|)`.
 *
 * @example
 * ```ts
 * import { losses } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * console.log(losses.meanAbsoluteError().compute(tensor([[0, 1]]), tensor([[2, 1]])).item()); // → 1
 * ```
 */
export function meanAbsoluteError(options: LossOptions = {}): Loss {
  return recorded(
    'meanAbsoluteError',
    options,
    elementwise('meanAbsoluteError', options, (target, prediction) => abs(sub(prediction, target))),
  );
}

/**
 * The absolute difference in per cent of the target, the mean over the last axis:
 * `100 · mean(|target − prediction| / max(|target|, 1e-7))`.
 *
 * @example
 * ```ts
 * import { losses } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * console.log(losses.meanAbsolutePercentageError().compute(tensor([[2, 4]]), tensor([[1, 4]])).item()); // → 25
 * ```
 */
export function meanAbsolutePercentageError(options: LossOptions = {}): Loss {
  return recorded(
    'meanAbsolutePercentageError',
    options,
    elementwise('meanAbsolutePercentageError', options, (target, prediction) =>
      mul(100, abs(div(sub(target, prediction), maximum(abs(target), smallest)))),
    ),
  );
}

/**
 * The squared difference of logarithms, the mean over the last axis: `mean((ln(1 + target) − ln(1 + prediction))²)`, both
 * being at least 1e-7.
 *
 * @example
 * ```ts
 * import { losses } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const loss = losses.meanSquaredLogarithmicError();
 * console.log(loss.compute(tensor([[0, 1]]), tensor([[0, 3]])).item()); // 0.240…
 * ```
 */
export function meanSquaredLogarithmicError(options: LossOptions = {}): Loss {
  const logarithm = (x: Tensor): Tensor => log1p(maximum(x, smallest));
  return recorded(
    'meanSquaredLogarithmicError',
    options,
    elementwise('meanSquaredLogarithmicError', options, (target, prediction) =>
      square(sub(logarithm(prediction), logarithm(target))),
    ),
  );
}

/** Options of `huber`. */
export interface HuberOptions extends LossOptions {
  /** Where the loss changes from quadratic to linear; 1 unless told. */
  readonly delta?: number;
}

/**
 * Squared where the difference e is small and linear where it is large, the mean over the last axis: `e² / 2` up to delta,
 * `delta · |e| − delta² / 2` above (Huber, 1964, https://doi.org/10.1214/aoms/1177703732).
 *
 * @example
 * ```ts
 * import { losses } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * console.log(losses.huber().compute(tensor([[0, 0]]), tensor([[1, 3]])).item()); // → 1.5
 * ```
 */
export function huber(options: HuberOptions = {}): Loss {
  const { delta = 1, ...rest } = options;
  return recorded(
    'huber',
    options,
    elementwise('huber', rest, (target, prediction) => {
      const error = sub(prediction, target);
      const size = abs(error);
      return where(lessEqual(size, delta), mul(0.5, square(error)), sub(mul(delta, size), 0.5 * delta * delta));
    }),
  );
}

/**
 * The logarithm of the hyperbolic cosine of the difference, the mean over the last axis; nearly `e² / 2` for small
 * differences and `|e| − ln 2` for large ones.
 *
 * @example
 * ```ts
 * import { losses } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * console.log(losses.logCosh().compute(tensor([[0, 1], [0, 0]]), tensor([[1, 1], [0, 0]])).item()); // 0.108…
 * ```
 */
export function logCosh(options: LossOptions = {}): Loss {
  return recorded(
    'logCosh',
    options,
    elementwise('logCosh', options, (target, prediction) => {
      const error = sub(prediction, target);
      return sub(add(error, softplus(mul(error, -2))), Math.LN2);
    }),
  );
}

/** Vectors of length 1, those shorter than 1e-7 excepted, which stay short. */
export function unitVectors(x: Tensor, axis: number): Tensor {
  return mul(x, rsqrt(maximum(sum(square(x), { axis, keepDims: true }), smallest ** 2)));
}

/** Options of `cosineSimilarity`. */
export interface CosineSimilarityOptions extends LossOptions, AxisOption {}

/**
 * The negative cosine of the angle between target and prediction: −1 for the same direction, 0 for right angles and where
 * one of them is zero, 1 for opposite directions.
 *
 * @example
 * ```ts
 * import { losses } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const loss = losses.cosineSimilarity();
 * console.log(loss.values(tensor([[0, 1], [3, 4]]), tensor([[1, 0], [-3, -4]])).toArray()); // [0, 1…]
 * ```
 */
export function cosineSimilarity(options: CosineSimilarityOptions = {}): Loss {
  const name = 'cosineSimilarity';
  const { axis = -1, ...rest } = options;
  return recorded(
    'cosineSimilarity',
    options,
    defineLoss({
      name,
      ...rest,
      values: (target, prediction) => {
        const [wanted, predicted] = alignPair(name, target, prediction);
        return neg(sum(mul(unitVectors(wanted, axis), unitVectors(predicted, axis)), { axis }));
      },
    }),
  );
}
