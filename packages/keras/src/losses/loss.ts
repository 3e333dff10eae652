/**
 * What a loss is: a record with a pure function that says what predictions cost, one value an example or position, and
 * how the values become the one number that training makes small. Weights, masks and reductions are the same for all
 * losses and live here.
 */
import { raise, type Tensor } from '@deft/core';
import { cast, divNoNan, logicalAnd, mean, mul, onesLike, sum } from '@deft/tensor';
import { alignWeights, inDTypeOf } from './alignment.ts';

/**
 * How values become one number: `sumOverBatchSize` and `mean` divide their (weighted) sum by their number, masked ones
 * not counted; `meanWithSampleWeight` divides by the sum of the weights; `sum` does not divide; `none` gives the
 * (weighted) values themselves.
 */
export type Reduction = 'sumOverBatchSize' | 'mean' | 'sum' | 'meanWithSampleWeight' | 'none';

const reductions: readonly Reduction[] = ['sumOverBatchSize', 'mean', 'sum', 'meanWithSampleWeight', 'none'];

/** Options that every loss has. */
export interface LossOptions {
  /** How values become one number; `sumOverBatchSize` unless told. */
  readonly reduction?: Reduction;
  /** The loss's own name unless told. */
  readonly name?: string;
}

/** Option of the losses on probabilities. */
export interface LogitsOption {
  /** Predictions are scores before the softmax or sigmoid, which is both faster and more exact; false unless told. */
  readonly fromLogits?: boolean;
}

/** What makes a loss. `values` is all it needs. */
export interface LossRule extends LossOptions, LogitsOption {
  readonly name: string;
  /** The cost of every example: `[batch]`, or `[batch, …]` for predictions with positions. */
  values(target: Tensor, prediction: Tensor): Tensor;
  /** Which values count, as bool; all unless told. It may look at the values. */
  mask?(target: Tensor, prediction: Tensor, values: Tensor): Tensor;
}

/** A loss. */
export interface Loss extends LossRule {
  /** Whether predictions are scores rather than probabilities. */
  readonly fromLogits: boolean;
  readonly reduction: Reduction;
  /**
   * The reduced cost.
   *
   * @param sampleWeight a weight for every example (`[batch]`) or value; axes of size 1 are repeated
   * @param mask which values count, in the same shapes
   */
  compute(target: Tensor, prediction: Tensor, sampleWeight?: Tensor, mask?: Tensor): Tensor;
}

/** The reduced cost, and what it counts for among those of other batches. */
export interface WeighedCost {
  readonly cost: Tensor;
  readonly importance: Tensor;
}

/**
 * A loss of your own, from a function that gives one value an example.
 *
 * @throws `E_MODEL` for a reduction that there is not
 * @example
 * ```ts
 * import { losses } from '@deft/keras';
 * import { abs, mean, sub, tensor } from '@deft/tensor';
 * const loss = losses.defineLoss({
 *   name: 'distance',
 *   values: (target, prediction) => mean(abs(sub(target, prediction)), { axis: -1 }),
 * });
 * console.log(loss.compute(tensor([[1, 2]]), tensor([[2, 4]])).item()); // → 1.5
 * ```
 */
export function defineLoss(rule: LossRule): Loss {
  const { name, fromLogits = false, reduction = 'sumOverBatchSize' } = rule;
  if (!reductions.includes(reduction)) {
    raise('E_MODEL', {
      op: name,
      argument: 'reduction',
      expected: `one of ${reductions.join(', ')}`,
      found: String(reduction),
    });
  }
  const loss: Loss = {
    ...rule,
    name,
    fromLogits,
    reduction,
    values: (target, prediction) => rule.values(target, prediction),
    compute: (target, prediction, sampleWeight, mask) => weigh(loss, target, prediction, sampleWeight, mask).cost,
  };
  return loss;
}

/** Where values count: the mask given and the loss's own, in the shape of the values. */
function maskOf(loss: Loss, target: Tensor, prediction: Tensor, values: Tensor, mask?: Tensor): Tensor | undefined {
  const own = loss.mask?.(target, prediction, values);
  const given =
    mask && alignWeights(loss.name, 'mask', mask.dtype === 'bool' ? mask : cast(mask, 'bool'), values.shape);
  return own && given ? logicalAnd(own, given) : (own ?? given);
}

/** The cost of a batch and its importance: costs of batches, averaged by importance, are the cost of all. */
export function weigh(
  loss: Loss,
  target: Tensor,
  prediction: Tensor,
  sampleWeight?: Tensor,
  mask?: Tensor,
): WeighedCost {
  const values = loss.values(target, prediction);
  const valid = maskOf(loss, target, prediction, values, mask);
  const weight = sampleWeight && inDTypeOf(alignWeights(loss.name, 'sampleWeight', sampleWeight, values.shape), values);
  const counted = valid && inDTypeOf(valid, values);
  const factor = weight && counted ? mul(weight, counted) : (weight ?? counted);
  const weighted = factor ? mul(values, factor) : values;
  const number = (): Tensor => sum(cast(onesLike(values), 'float64'));
  switch (loss.reduction) {
    case 'none':
      return { cost: weighted, importance: number() };
    case 'sum': {
      // A sum of one batch is compared with those of others by their examples.
      return { cost: sum(weighted), importance: sum(cast(onesLike(prediction), 'float64')) };
    }
    case 'meanWithSampleWeight': {
      if (factor === undefined) return { cost: mean(weighted), importance: number() };
      const divisor = sum(factor);
      return { cost: divNoNan(sum(weighted), divisor), importance: cast(divisor, 'float64') };
    }
    default: {
      if (counted === undefined) return { cost: mean(weighted), importance: number() };
      const divisor = sum(counted);
      return { cost: divNoNan(sum(weighted), divisor), importance: cast(divisor, 'float64') };
    }
  }
}
