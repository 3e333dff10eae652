/** Metrics of yes-or-no answers at thresholds: the four counts, precision and recall. */
import { recorded, type Tensor } from '@deft/core';
import { add, divNoNan, reshape } from '@deft/tensor';
import {
  type ClassThresholdOptions,
  type Count,
  type Counting,
  countMore,
  noCounts,
  type ThresholdOptions,
  thresholdList,
} from './counts.ts';
import type { Metric, MetricState } from './metric.ts';

/** A metric over the four counts; a figure without axes where one threshold was given as a number. */
function counted(counting: Counting, isScalar: boolean, result: (state: MetricState) => Tensor): Metric {
  return {
    name: counting.op,
    initialize: () => noCounts(counting),
    update: (state, target, prediction, sampleWeight) => countMore(counting, state, target, prediction, sampleWeight),
    result: (state) => (isScalar ? reshape(result(state), []) : result(state)),
  };
}

function countOf(count: Count, options: ThresholdOptions): Metric {
  const { name = count, thresholds = 0.5 } = options;
  const counting: Counting = { op: name, counts: [count], thresholds: thresholdList(name, thresholds) };
  return counted(counting, typeof thresholds === 'number', (state) => state[count] as Tensor);
}

/**
 * How many positive targets were predicted as positive, by weight.
 *
 * @throws `E_MODEL` unless thresholds are from 0 to 1
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.truePositives();
 * console.log(metric.result(metric.update(metric.initialize(), tensor([0, 1, 1, 1]), tensor([1, 0, 1, 1]))).item()); // → 2
 * ```
 */
export function truePositives(options: ThresholdOptions = {}): Metric {
  return recorded('truePositives', options, countOf('truePositives', options));
}

/**
 * How many negative targets were predicted as negative, by weight.
 *
 * @throws `E_MODEL` unless thresholds are from 0 to 1
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.trueNegatives();
 * console.log(metric.result(metric.update(metric.initialize(), tensor([0, 1, 0, 0]), tensor([1, 1, 0, 0]))).item()); // → 2
 * ```
 */
export function trueNegatives(options: ThresholdOptions = {}): Metric {
  return recorded('trueNegatives', options, countOf('trueNegatives', options));
}

/**
 * How many negative targets were predicted as positive, by weight.
 *
 * @throws `E_MODEL` unless thresholds are from 0 to 1
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.falsePositives();
 * console.log(metric.result(metric.update(metric.initialize(), tensor([0, 1, 0, 0]), tensor([0, 0, 1, 1]))).item()); // → 2
 * ```
 */
export function falsePositives(options: ThresholdOptions = {}): Metric {
  return recorded('falsePositives', options, countOf('falsePositives', options));
}

/**
 * How many positive targets were predicted as negative, by weight.
 *
 * @throws `E_MODEL` unless thresholds are from 0 to 1
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.falseNegatives();
 * console.log(metric.result(metric.update(metric.initialize(), tensor([0, 1, 1, 1]), tensor([0, 1, 0, 0]))).item()); // → 2
 * ```
 */
export function falseNegatives(options: ThresholdOptions = {}): Metric {
  return recorded('falseNegatives', options, countOf('falseNegatives', options));
}

function share(name: string, missing: Count, options: ClassThresholdOptions): Metric {
  const { topK, classId } = options;
  // All of the k largest are positive unless a threshold says otherwise.
  const given = options.thresholds ?? (topK === undefined ? 0.5 : undefined);
  const op = options.name ?? name;
  const thresholds = given === undefined ? [-1e9] : thresholdList(op, given);
  const counting: Counting = { op, counts: ['truePositives', missing], thresholds, topK, classId };
  return counted(counting, typeof given !== 'object', (state) => {
    const right = state['truePositives'] as Tensor;
    return divNoNan(right, add(right, state[missing] as Tensor));
  });
}

/**
 * The share of positive predictions that are right: true positives of all positives predicted; 0 where there are none.
 *
 * @throws `E_MODEL` unless thresholds are from 0 to 1
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.precision();
 * console.log(metric.result(metric.update(metric.initialize(), tensor([0, 1, 1, 1]), tensor([1, 0, 1, 1]))).item()); // 0.666…
 * ```
 */
export function precision(options: ClassThresholdOptions = {}): Metric {
  return recorded('precision', options, share('precision', 'falsePositives', options));
}

/**
 * The share of positive targets that were found: true positives of all positive targets; 0 where there are none.
 *
 * @throws `E_MODEL` unless thresholds are from 0 to 1
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.recall();
 * console.log(metric.result(metric.update(metric.initialize(), tensor([0, 1, 1, 1]), tensor([1, 0, 1, 1]))).item()); // 0.666…
 * ```
 */
export function recall(options: ClassThresholdOptions = {}): Metric {
  return recorded('recall', options, share('recall', 'falseNegatives', options));
}
