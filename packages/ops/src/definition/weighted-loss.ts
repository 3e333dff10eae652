/** What losses with weights share: how the losses of examples become one number. */
import { type Broadcast, type CheckBroadcast, raise, type Shape, type Tensor } from '@deft/core';
import { add } from '../add.ts';
import { broadcastTo } from '../broadcast-to.ts';
import { cast } from '../cast.ts';
import { div } from '../div.ts';
import { maximum } from '../maximum.ts';
import { mean } from '../mean.ts';
import { mul } from '../mul.ts';
import { notEqual } from '../not-equal.ts';
import { sum } from '../sum.ts';
import type { TensorLike } from './convert.ts';
import type { FloatOfAll, ShapeOf } from './signatures.ts';

/**
 * `'none'`: the weighted losses themselves; `'sum'`; `'mean'`: the sum divided by the sum of the weights;
 * `'sumByNonzeroWeights'`: the sum divided by the number of weights that are not 0.
 */
export type LossReduction = 'none' | 'sum' | 'mean' | 'sumByNonzeroWeights';

/** Options of losses. */
export interface LossOptions<R extends LossReduction = LossReduction> {
  /** `'sumByNonzeroWeights'` unless told, as in TensorFlow.js. */
  readonly reduction?: R;
}

/** One number, or one for each example. */
type OverExamples<R extends LossReduction, S extends Shape> = [R] extends ['none'] ? S : 'none' extends R ? Shape : [];

/** A loss with weights: one number unless `reduction` says `'none'`; then as many as `Open` does not leave open. */
export type Loss<Options = object, Open extends boolean = false> = <
  const L extends TensorLike,
  const P extends TensorLike,
  const W extends TensorLike = number,
  const R extends LossReduction = 'sum',
>(
  labels: L,
  predictions: P & CheckBroadcast<ShapeOf<L>, ShapeOf<P>>,
  weights?: W,
  options?: Options & LossOptions<R>,
) => Tensor<
  OverExamples<R, Open extends true ? Shape : Broadcast<Broadcast<ShapeOf<L>, ShapeOf<P>>, ShapeOf<W>>>,
  FloatOfAll<L | P | W>
>;

/** Throws `E_ATTRIBUTE` unless the value names a reduction. */
export function checkReduction(op: string, reduction: unknown): asserts reduction is LossReduction {
  if (reduction === 'none' || reduction === 'sum' || reduction === 'mean' || reduction === 'sumByNonzeroWeights')
    return;
  raise('E_ATTRIBUTE', {
    op,
    argument: 'reduction',
    expected: "'none', 'sum', 'mean' or 'sumByNonzeroWeights'",
    found: String(reduction),
  });
}

/** Losses times weights, which broadcast to them, reduced. Where the weights are all 0 the mean is 0. */
export function weightedLoss(losses: Tensor, weights: Tensor, reduction: LossReduction): Tensor {
  const weighted = mul(losses, weights) as Tensor;
  if (reduction === 'none') return weighted;
  const total = sum(weighted) as Tensor;
  if (reduction === 'sum') return total;
  const spread = broadcastTo(weights, losses.abstract.shape as number[]) as Tensor;
  const isNonzero = cast(notEqual(spread, 0), losses.dtype) as Tensor;
  if (reduction === 'sumByNonzeroWeights') return div(total, maximum(sum(isNonzero), 1)) as Tensor;
  const whole = sum(spread) as Tensor;
  // Without weights the mean is 0 and not 0 / 0.
  const none = cast(notEqual(mean(isNonzero), 0), losses.dtype) as Tensor;
  return div(total, add(whole, add(1, mul(none, -1)))) as Tensor;
}
