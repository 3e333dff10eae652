/**
 * What a metric is: a record of pure functions over a state of tensors. Updates take the state of the batches so far to
 * that of all batches, so a metric never depends on how examples were cut, and runs inside a captured step as well as in
 * a loop of one's own. States count in float64: a count in float32 would stand still at 2²⁴.
 */
import { raise, type Tensor } from '@deft/core';
import { add, cast, divNoNan, mul, onesLike, sum as sumOver, zeros } from '@deft/tensor';
import { alignWeights } from '../losses/alignment.ts';
import type { Loss } from '../losses/loss.ts';

/** What a metric knows of the batches so far. */
export type MetricState = { readonly [part: string]: Tensor };

/** A metric. */
export interface Metric {
  readonly name: string;
  /**
   * The state before the first batch; starting afresh is calling it again.
   *
   * @param predictionShape the shape of the predictions, for metrics with a figure for each class; only the last axis matters
   */
  initialize(predictionShape?: readonly number[]): MetricState;
  /** The state after one more batch. Pure: the state given is not changed. */
  update(state: MetricState, target: Tensor, prediction: Tensor, sampleWeight?: Tensor): MetricState;
  /** The figure of a state. */
  result(state: MetricState): Tensor;
  /** The metric for a model that is trained with a loss, where that matters. */
  forLoss?(loss: Loss): Metric;
}

/** Option that every metric has. */
export interface MetricOptions {
  /** What the figure is called; the metric's own name unless told. */
  readonly name?: string;
}

/** What makes a metric that is the mean of values. */
export interface MeanMetricRule {
  readonly name: string;
  /** One value per example (or position); the metric is their weighted mean over all batches. */
  values(target: Tensor, prediction: Tensor, loss?: Loss): Tensor;
}

/** Statistics of values that have no target. */
export interface Aggregate {
  readonly name: string;
  /** The state before the first values. */
  initialize(): MetricState;
  /** The state with more values. Weights have the shape of the values or of their first axes. */
  accumulate(state: MetricState, values: Tensor, sampleWeight?: Tensor): MetricState;
  /** The figure of a state. */
  result(state: MetricState): Tensor;
}

/** Zeros in the dtype of states. */
export const nothing = (shape: readonly number[] = []): Tensor => zeros([...shape], 'float64') as Tensor;

/** A tensor in the dtype of states. */
export const exact = (x: Tensor): Tensor => (x.dtype === 'float64' ? x : cast(x, 'float64'));

/** Weights in the shape of values and the dtype of states; ones where there are none. */
export function weightsOf(op: string, values: Tensor, sampleWeight: Tensor | undefined): Tensor {
  if (sampleWeight === undefined) return exact(onesLike(values));
  return exact(alignWeights(op, 'sampleWeight', sampleWeight, values.shape));
}

/** A total with the sum of more. */
export const sumUp = (total: Tensor, values: Tensor): Tensor => add(total, sumOver(values));

/** The last axis of predictions. Throws `E_MODEL` where it is not known. */
export function classesOf(op: string, predictionShape: readonly number[] | undefined): number {
  const classes = predictionShape?.at(-1);
  if (classes !== undefined && predictionShape !== undefined && predictionShape.length >= 2) return classes;
  return raise('E_MODEL', {
    op,
    argument: 'predictionShape',
    expected: 'initialize([batch, classes])',
    found: predictionShape ? `[${predictionShape.join(', ')}]` : 'nothing',
  });
}

/**
 * The sum of values over all that were given.
 *
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const total = metrics.sum();
 * const state = total.accumulate(total.initialize(), tensor([1, 3, 5]));
 * console.log(total.result(state).item()); // → 9
 * ```
 */
export function sum(options: MetricOptions = {}): Aggregate {
  return {
    name: options.name ?? 'sum',
    initialize: () => ({ total: nothing() }),
    accumulate: (state, values, sampleWeight) => {
      const weight = weightsOf('sum', values, sampleWeight);
      return { total: sumUp(state['total'] as Tensor, mul(exact(values), weight)) };
    },
    result: (state) => state['total'] as Tensor,
  };
}

/**
 * The weighted mean of values over all that were given; 0 before there are any.
 *
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const average = metrics.mean();
 * const state = average.accumulate(average.initialize(), tensor([1, 3, 5, 7]), tensor([1, 1, 0, 0]));
 * console.log(average.result(state).item()); // → 2
 * ```
 */
export function mean(options: MetricOptions = {}): Aggregate {
  return {
    name: options.name ?? 'mean',
    initialize: () => ({ total: nothing(), count: nothing() }),
    accumulate: (state, values, sampleWeight) => {
      const weight = weightsOf('mean', values, sampleWeight);
      return {
        total: sumUp(state['total'] as Tensor, mul(exact(values), weight)),
        count: sumUp(state['count'] as Tensor, weight),
      };
    },
    result: (state) => divNoNan(state['total'] as Tensor, state['count'] as Tensor),
  };
}

/**
 * A metric that is the weighted mean of what a function gives for examples (or positions), over all batches.
 *
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { abs, sub, tensor } from '@deft/tensor';
 * const distance = metrics.meanMetric({
 *   name: 'distance',
 *   values: (target, prediction) => abs(sub(target, prediction)),
 * });
 * const state = distance.update(distance.initialize(), tensor([1, 2]), tensor([2, 4]));
 * console.log(distance.result(state).item()); // → 1.5
 * ```
 */
export function meanMetric(rule: MeanMetricRule, loss?: Loss): Metric {
  const { name } = rule;
  const { initialize, accumulate, result } = mean({ name });
  return {
    name,
    initialize,
    update: (state, target, prediction, sampleWeight) =>
      accumulate(state, rule.values(target, prediction, loss), sampleWeight),
    result,
    ...(loss === undefined && { forLoss: (given: Loss) => meanMetric(rule, given) }),
  };
}

/** The mean of a loss's values, as a metric: masked values do not count. */
export function meanOfLoss(loss: Loss, options: MetricOptions, name: string = loss.name): Metric {
  const figure = options.name ?? name;
  const { initialize, accumulate, result } = mean({ name: figure });
  return {
    name: figure,
    initialize,
    update: (state, target, prediction, sampleWeight) => {
      const values = loss.values(target, prediction);
      const mask = loss.mask?.(target, prediction, values);
      if (mask === undefined) return accumulate(state, values, sampleWeight);
      return accumulate(state, values, mul(weightsOf(figure, values, sampleWeight), exact(mask)));
    },
    result,
  };
}
