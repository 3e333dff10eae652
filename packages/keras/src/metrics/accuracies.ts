/** Accuracies: the share of right answers. */
import { isFloating, recorded, type Tensor } from '@deft/core';
import { argMax, cast, equal, greater, inTopK } from '@deft/tensor';
import { alignLabels, alignTargets, inDTypeOf } from '../losses/alignment.ts';
import { type Metric, type MetricOptions, meanMetric } from './metric.ts';

const isDistribution = (target: Tensor, prediction: Tensor): boolean =>
  target.rank === prediction.rank && target.shape.at(-1) === prediction.shape.at(-1);

/**
 * The share of right predictions. What is right follows from the shapes, as in Keras: predictions with a last axis of 1
 * are yes-or-no answers (above one half; above 0 for scores), else the largest entry is the answer, compared with class
 * numbers or with the largest entry of the target. Predictions that are whole numbers are answers themselves, and right
 * where they equal the target.
 *
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const accuracy = metrics.accuracy();
 * const state = accuracy.update(accuracy.initialize(), tensor([1, 0]), tensor([[0.1, 0.9], [0.2, 0.8]]));
 * console.log(accuracy.result(state).item()); // → 0.5
 * ```
 */
export function accuracy(options: MetricOptions = {}): Metric {
  return recorded(
    'accuracy',
    options,
    meanMetric({
      name: options.name ?? 'accuracy',
      values: (target, prediction, loss) => {
        if (!isFloating(prediction.dtype)) {
          return equal(inDTypeOf(alignTargets('accuracy', target, prediction.shape), prediction), prediction);
        }
        if (prediction.shape.at(-1) === 1 || prediction.rank < 2) {
          const wanted = greater(alignTargets('accuracy', target, prediction.shape), 0.5);
          return equal(greater(prediction, loss?.fromLogits ? 0 : 0.5), wanted);
        }
        const wanted = isDistribution(target, prediction)
          ? argMax(target, { axis: -1 })
          : alignLabels('accuracy', target, prediction);
        return equal(argMax(prediction, { axis: -1 }), wanted);
      },
    }),
  );
}

/** Options of `binaryAccuracy`. */
export interface BinaryAccuracyOptions extends MetricOptions {
  /** Predictions above it are a yes; 0.5 unless told. */
  readonly threshold?: number;
}

/**
 * The share of yes-or-no predictions that are right, every element counting for itself. Targets are 0 or 1.
 *
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const accuracy = metrics.binaryAccuracy();
 * const state = accuracy.update(accuracy.initialize(), tensor([1, 1, 0, 0]), tensor([0.98, 1, 0, 0.6]));
 * console.log(accuracy.result(state).item()); // → 0.75
 * ```
 */
export function binaryAccuracy(options: BinaryAccuracyOptions = {}): Metric {
  const { name = 'binaryAccuracy', threshold = 0.5 } = options;
  return recorded(
    'binaryAccuracy',
    options,
    meanMetric({
      name,
      values: (target, prediction) => {
        const answers = cast(greater(prediction, threshold), 'float32');
        return equal(answers, cast(alignTargets(name, target, prediction.shape), 'float32'));
      },
    }),
  );
}

/**
 * The share of predictions whose largest entry is where that of the target (one-hot, say) is.
 *
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const accuracy = metrics.categoricalAccuracy();
 * const target = tensor([[0, 0, 1], [0, 1, 0]]);
 * const state = accuracy.update(accuracy.initialize(), target, tensor([[0.1, 0.9, 0.8], [0.05, 0.95, 0]]));
 * console.log(accuracy.result(state).item()); // → 0.5
 * ```
 */
export function categoricalAccuracy(options: MetricOptions = {}): Metric {
  const { name = 'categoricalAccuracy' } = options;
  return recorded(
    'categoricalAccuracy',
    options,
    meanMetric({
      name,
      values: (target, prediction) => {
        const wanted = alignTargets(name, target, prediction.shape);
        return equal(argMax(wanted, { axis: -1 }), argMax(prediction, { axis: -1 }));
      },
    }),
  );
}

/**
 * The share of predictions whose largest entry is that of the target's class number.
 *
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const accuracy = metrics.sparseCategoricalAccuracy();
 * const predicted = tensor([[0.1, 0.6, 0.3], [0.05, 0.95, 0]]);
 * console.log(accuracy.result(accuracy.update(accuracy.initialize(), tensor([2, 1]), predicted)).item()); // → 0.5
 * ```
 */
export function sparseCategoricalAccuracy(options: MetricOptions = {}): Metric {
  const { name = 'sparseCategoricalAccuracy' } = options;
  return recorded(
    'sparseCategoricalAccuracy',
    options,
    meanMetric({
      name,
      values: (target, prediction) => equal(argMax(prediction, { axis: -1 }), alignLabels(name, target, prediction)),
    }),
  );
}

/** Options of the accuracies among the k best. */
export interface TopKOptions extends MetricOptions {
  /** How many of the largest entries are looked at; 5 unless told. */
  readonly k?: number;
}

/**
 * The share of targets (one-hot, say) whose class is among the k largest entries of the prediction; entries that tie with
 * the last one are among them.
 *
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const accuracy = metrics.topKCategoricalAccuracy({ k: 2 });
 * const state = accuracy.update(accuracy.initialize(), tensor([[0, 0, 1]]), tensor([[0.1, 0.9, 0.8]]));
 * console.log(accuracy.result(state).item()); // → 1
 * ```
 */
export function topKCategoricalAccuracy(options: TopKOptions = {}): Metric {
  const { name = 'topKCategoricalAccuracy', k = 5 } = options;
  return recorded(
    'topKCategoricalAccuracy',
    options,
    meanMetric({
      name,
      values: (target, prediction) => {
        const wanted = argMax(alignTargets(name, target, prediction.shape), { axis: -1 });
        return inTopK(prediction, wanted, k) as Tensor;
      },
    }),
  );
}

/**
 * The share of class numbers that are among the k largest entries of the prediction; entries that tie with the last one
 * are among them.
 *
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const accuracy = metrics.sparseTopKCategoricalAccuracy({ k: 1 });
 * const state = accuracy.update(accuracy.initialize(), tensor([2]), tensor([[0.1, 0.9, 0.8]]));
 * console.log(accuracy.result(state).item()); // → 0
 * ```
 */
export function sparseTopKCategoricalAccuracy(options: TopKOptions = {}): Metric {
  const { name = 'sparseTopKCategoricalAccuracy', k = 5 } = options;
  return recorded(
    'sparseTopKCategoricalAccuracy',
    options,
    meanMetric({
      name,
      values: (target, prediction) => inTopK(prediction, alignLabels(name, target, prediction), k) as Tensor,
    }),
  );
}
