/** Losses on overlap, for masks of pictures: Dice and Tversky (Salehi et al., 2017, https://arxiv.org/abs/1706.05721). */
import { recorded, type Tensor } from '@deft/core';
import { add, div, mul, sub, sum } from '@deft/tensor';
import { alignPair, smallest } from './alignment.ts';
import { defineLoss, type Loss, type LossOptions } from './loss.ts';

/** Options of `dice`. */
export interface DiceOptions extends LossOptions {
  /** The axes that are summed, such as `[1, 2, 3]` for a value an example; all of them, the batch's too, unless told. */
  readonly axis?: number | readonly number[];
}

/** Options of `tversky`. */
export interface TverskyOptions extends DiceOptions {
  /** The weight of what the target has and the prediction lacks; 0.5 unless told. */
  readonly alpha?: number;
  /** The weight of what the prediction has and the target lacks; 0.5 unless told. */
  readonly beta?: number;
}

const total = (x: Tensor, axis: number | readonly number[] | undefined): Tensor =>
  axis === undefined ? sum(x) : (sum(x, { axis: axis as number }) as Tensor);

/**
 * One minus the Dice coefficient: `1 − 2 Σ target · prediction / (Σ target + Σ prediction + 1e-7)`.
 *
 * @example
 * ```ts
 * import { losses } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * console.log(losses.dice().compute(tensor([[1, 1], [0, 0]]), tensor([[1, 0], [0, 0]])).item()); // 0.333…
 * ```
 */
export function dice(options: DiceOptions = {}): Loss {
  const name = 'dice';
  const { axis, ...rest } = options;
  return recorded(
    'dice',
    options,
    defineLoss({
      name,
      ...rest,
      values: (target, prediction) => {
        const [wanted, predicted] = alignPair(name, target, prediction);
        const overlap = total(mul(wanted, predicted), axis);
        const sizes = add(add(total(wanted, axis), total(predicted, axis)), smallest);
        return sub(1, div(mul(2, overlap), sizes));
      },
    }),
  );
}

/**
 * One minus the Tversky index, which is that of Dice with weights for the two kinds of mistakes:
 * `1 − o / (o + alpha · Σ target · (1 − prediction) + beta · Σ (1 − target) · prediction + 1e-7)`, o being the overlap
 * `Σ target · prediction`. The sides that the weights stand for are Keras's.
 *
 * @example
 * ```ts
 * import { losses } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const loss = losses.tversky({ alpha: 1, beta: 0 });
 * console.log(loss.compute(tensor([[1, 1], [0, 0]]), tensor([[1, 0], [1, 0]])).item()); // 0.5…
 * ```
 */
export function tversky(options: TverskyOptions = {}): Loss {
  const name = 'tversky';
  const { axis, alpha = 0.5, beta = 0.5, ...rest } = options;
  return recorded(
    'tversky',
    options,
    defineLoss({
      name,
      ...rest,
      values: (target, prediction) => {
        const [wanted, predicted] = alignPair(name, target, prediction);
        const overlap = total(mul(wanted, predicted), axis);
        const lacking = total(mul(sub(1, predicted), wanted), axis);
        const surplus = total(mul(predicted, sub(1, wanted)), axis);
        const whole = add(add(overlap, add(mul(lacking, alpha), mul(surplus, beta))), smallest);
        return sub(1, div(overlap, whole));
      },
    }),
  );
}
