/** Losses between distributions: the Kullback-Leibler divergence, and the likelihood of counts. */
import { recorded } from '@deft/core';
import { add, clip, div, log, mul, sub, sum } from '@deft/tensor';
import { alignPair, smallest } from './alignment.ts';
import { defineLoss, type Loss, type LossOptions } from './loss.ts';
import { elementwise } from './regression.ts';

/**
 * How much information is lost when the prediction stands for the target: `Σ target · ln(target / prediction)` over the
 * last axis, both kept from 1e-7 to 1.
 *
 * @example
 * ```ts
 * import { losses } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * console.log(losses.klDivergence().values(tensor([[0.5, 0.5]]), tensor([[0.25, 0.75]])).toArray()); // [0.143…]
 * ```
 */
export function klDivergence(options: LossOptions = {}): Loss {
  const name = 'klDivergence';
  return recorded(
    'klDivergence',
    options,
    defineLoss({
      name,
      ...options,
      values: (target, prediction) => {
        const [wanted, predicted] = alignPair(name, target, prediction).map((x) => clip(x, smallest, 1));
        return sum(mul(wanted as never, log(div(wanted as never, predicted as never))), { axis: -1 });
      },
    }),
  );
}

/**
 * The Poisson loss of counts, the mean over the last axis: `mean(prediction − target · ln(prediction + 1e-7))`.
 *
 * @example
 * ```ts
 * import { losses } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * console.log(losses.poisson().values(tensor([[1, 0]]), tensor([[1, 2]])).toArray()); // [1.5…]
 * ```
 */
export function poisson(options: LossOptions = {}): Loss {
  return recorded(
    'poisson',
    options,
    elementwise('poisson', options, (target, prediction) =>
      sub(prediction, mul(target, log(add(prediction, smallest)))),
    ),
  );
}
