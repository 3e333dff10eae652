/**
 * Metrics at the best threshold: the highest of one rate among those thresholds at which another rate reaches a bound;
 * 0 where none does.
 */
import { recorded, type Tensor } from '@deft/core';
import { add, divNoNan, greaterEqual, max, where } from '@deft/tensor';
import { checkShare } from '../losses/crossentropies.ts';
import { type Count, type Counting, checkThresholdCount, countMore, noCounts } from './counts.ts';
import type { Metric, MetricOptions, MetricState } from './metric.ts';

/** Options of the metrics at the best threshold. */
export interface BestThresholdOptions extends MetricOptions {
  /** How many thresholds are tried, evenly from 0 to 1; 200 unless told. */
  readonly numThresholds?: number;
  /** Only this position of the last axis is looked at. */
  readonly classId?: number;
}

/** A share of the four counts: the first of the first and second. */
type Rate = readonly [of: Count, and: Count];

const rates = {
  precision: ['truePositives', 'falsePositives'],
  recall: ['truePositives', 'falseNegatives'],
  specificity: ['trueNegatives', 'falsePositives'],
} satisfies Record<string, Rate>;

const rateOf = (state: MetricState, [of, and]: Rate): Tensor =>
  divNoNan(state[of] as Tensor, add(state[of] as Tensor, state[and] as Tensor));

/** Evenly from 0 to 1; the middle where there is one only. Throws `E_MODEL` unless there is at least one. */
export function evenThresholds(op: string, count: number): readonly number[] {
  checkThresholdCount(op, count, 1);
  return count === 1 ? [0.5] : Array.from({ length: count }, (_, i) => i / (count - 1));
}

function best(name: string, wanted: Rate, bounded: Rate, bound: number, options: BestThresholdOptions): Metric {
  const { numThresholds = 200, classId, name: op = name } = options;
  checkShare(op, 'bound', bound);
  const counts = [...new Set<Count>([...wanted, ...bounded])];
  const counting: Counting = { op, counts, thresholds: evenThresholds(op, numThresholds), classId };
  return {
    name: op,
    initialize: () => noCounts(counting),
    update: (state, target, prediction, sampleWeight) => countMore(counting, state, target, prediction, sampleWeight),
    // No rate is below 0, so 0 stands for thresholds that do not count.
    result: (state) => max(where(greaterEqual(rateOf(state, bounded), bound), rateOf(state, wanted), 0)) as Tensor,
  };
}

/**
 * The best precision among thresholds at which the recall is at least `recall`.
 *
 * @throws `E_MODEL` unless `recall` is from 0 to 1
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.precisionAtRecall(0.5);
 * const state = metric.update(metric.initialize(), tensor([0, 0, 0, 1, 1]), tensor([0, 0.3, 0.8, 0.3, 0.8]));
 * console.log(metric.result(state).item()); // → 0.5
 * ```
 */
export function precisionAtRecall(recall: number, options: BestThresholdOptions = {}): Metric {
  return recorded(
    'precisionAtRecall',
    { recall, ...options },
    best('precisionAtRecall', rates.precision, rates.recall, recall, options),
  );
}

/**
 * The best recall among thresholds at which the precision is at least `precision`.
 *
 * @throws `E_MODEL` unless `precision` is from 0 to 1
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.recallAtPrecision(0.8);
 * const state = metric.update(metric.initialize(), tensor([0, 0, 1, 1]), tensor([0, 0.5, 0.3, 0.9]));
 * console.log(metric.result(state).item()); // → 0.5
 * ```
 */
export function recallAtPrecision(precision: number, options: BestThresholdOptions = {}): Metric {
  return recorded(
    'recallAtPrecision',
    { precision, ...options },
    best('recallAtPrecision', rates.recall, rates.precision, precision, options),
  );
}

/**
 * The best sensitivity (recall) among thresholds at which the specificity is at least `specificity`.
 *
 * @throws `E_MODEL` unless `specificity` is from 0 to 1
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.sensitivityAtSpecificity(0.5);
 * const state = metric.update(metric.initialize(), tensor([0, 0, 0, 1, 1]), tensor([0, 0.3, 0.8, 0.3, 0.8]));
 * console.log(metric.result(state).item()); // → 0.5
 * ```
 */
export function sensitivityAtSpecificity(specificity: number, options: BestThresholdOptions = {}): Metric {
  return recorded(
    'sensitivityAtSpecificity',
    { specificity, ...options },
    best('sensitivityAtSpecificity', rates.recall, rates.specificity, specificity, options),
  );
}

/**
 * The best specificity among thresholds at which the sensitivity (recall) is at least `sensitivity`.
 *
 * @throws `E_MODEL` unless `sensitivity` is from 0 to 1
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.specificityAtSensitivity(0.5);
 * const state = metric.update(metric.initialize(), tensor([0, 0, 0, 1, 1]), tensor([0, 0.3, 0.8, 0.3, 0.8]));
 * console.log(metric.result(state).item()); // 0.666…
 * ```
 */
export function specificityAtSensitivity(sensitivity: number, options: BestThresholdOptions = {}): Metric {
  return recorded(
    'specificityAtSensitivity',
    { sensitivity, ...options },
    best('specificityAtSensitivity', rates.specificity, rates.recall, sensitivity, options),
  );
}
