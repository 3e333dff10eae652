/**
 * Metrics: one value per example, of which the model keeps sum and count over an epoch. So a metric is weighted by the
 * number of examples and does not depend on how they are cut into batches.
 */
import { raise, type Tensor } from '@deft/core';
import { argMax, cast, equal, greater } from '@deft/tensor';
import { alignLabels, alignTargets, type Loss, meanAbsoluteError, meanSquaredError } from './losses.ts';

/** A metric. */
export interface Metric {
  readonly name: string;
  /** One value per example (or position); the metric is their mean over all batches. */
  values(target: Tensor, prediction: Tensor, loss: Loss): Tensor;
}

/**
 * The share of right predictions. What is right follows from the shapes, as in Keras: predictions with a last axis of 1
 * are yes-or-no answers (above one half; above 0 for scores), else the largest entry is the answer, compared with class
 * numbers or with the largest entry of the target.
 */
export function accuracy(): Metric {
  return {
    name: 'accuracy',
    values: (target, prediction, loss) => {
      if (prediction.shape.at(-1) === 1 || prediction.rank < 2) {
        const wanted = greater(alignTargets('accuracy', target, prediction.shape), 0.5);
        return cast(equal(greater(prediction, loss.fromLogits ? 0 : 0.5), wanted), 'float32');
      }
      const isDistribution = target.rank === prediction.rank && target.shape.at(-1) === prediction.shape.at(-1);
      const wanted = isDistribution ? argMax(target, { axis: -1 }) : alignLabels('accuracy', target, prediction);
      return cast(equal(argMax(prediction, { axis: -1 }), wanted), 'float32');
    },
  };
}

/** Name of a metric, as Keras has it. */
export type MetricName = 'accuracy' | 'meanSquaredError' | 'meanAbsoluteError';

const byName: Readonly<Record<MetricName, () => Metric>> = { accuracy, meanSquaredError, meanAbsoluteError };

/** A metric from its name, or the one given. Throws `E_MODEL` for an unknown name. */
export function resolveMetric(metric: unknown): Metric {
  if (typeof metric === 'string' && Object.hasOwn(byName, metric)) return byName[metric as MetricName]();
  if (typeof metric === 'object' && metric !== null && typeof (metric as Metric).values === 'function') {
    return metric as Metric;
  }
  return raise('E_MODEL', {
    op: 'compile',
    argument: 'metrics',
    expected: `${Object.keys(byName).join(', ')}, or objects with values(target, prediction)`,
    found: typeof metric === 'string' ? JSON.stringify(metric) : typeof metric,
  });
}
