/** Correlations of targets and predictions along an axis, and the mean of them over all examples. */
import { recorded, type Tensor } from '@deft/core';
import { add, div, mean, mul, neg, sqrt, square, sub } from '@deft/tensor';
import { alignPair, smallest } from '../losses/alignment.ts';
import { cosineSimilarity as cosineLoss } from '../losses/regression.ts';
import { type Metric, type MetricOptions, meanMetric } from './metric.ts';

/** Options of the correlations. */
export interface CorrelationOptions extends MetricOptions {
  /** The axis along which examples are compared; the last unless told. */
  readonly axis?: number;
}

/** Distances from the mean along an axis, and that mean. */
function centred(x: Tensor, axis: number): { middle: Tensor; distances: Tensor } {
  const middle = mean(x, { axis, keepDims: true });
  return { middle, distances: sub(x, middle) };
}

/**
 * Pearson's correlation of target and prediction along an axis, from −1 to 1, the mean over examples; 0 where one of them
 * is constant. `cov(t, p) / (σ(t) · σ(p))`, both deviations being 1e-7 larger, as in Keras.
 *
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.pearsonCorrelation();
 * const target = tensor([[0, 1, 0.5], [1, 1, 0.2]]);
 * const predicted = tensor([[0.1, 0.9, 0.5], [1, 0.9, 0.2]]);
 * console.log(metric.result(metric.update(metric.initialize(), target, predicted)).item()); // 0.99669…
 * ```
 */
export function pearsonCorrelation(options: CorrelationOptions = {}): Metric {
  const { name = 'pearsonCorrelation', axis = -1 } = options;
  return recorded(
    'pearsonCorrelation',
    options,
    meanMetric({
      name,
      values: (target, prediction) => {
        const scores = alignPair(name, target, prediction).map((x) => {
          const { distances } = centred(x, axis);
          return div(distances, add(sqrt(mean(square(distances), { axis, keepDims: true })), smallest));
        });
        return mean(mul(scores[0] as Tensor, scores[1] as Tensor), { axis });
      },
    }),
  );
}

/**
 * The concordance correlation of target and prediction along an axis (Lin, 1989, https://doi.org/10.2307/2532051), from −1
 * to 1, the mean over examples; 1 only where both are equal. `2 cov(t, p) / (σ²(t) + σ²(p) + (μ(t) − μ(p))² + 1e-7)`.
 *
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.concordanceCorrelation();
 * const target = tensor([[0, 1, 0.5], [1, 1, 0.2]]);
 * const predicted = tensor([[0.1, 0.9, 0.5], [1, 0.9, 0.2]]);
 * console.log(metric.result(metric.update(metric.initialize(), target, predicted)).item()); // 0.98163…
 * ```
 */
export function concordanceCorrelation(options: CorrelationOptions = {}): Metric {
  const { name = 'concordanceCorrelation', axis = -1 } = options;
  return recorded(
    'concordanceCorrelation',
    options,
    meanMetric({
      name,
      values: (target, prediction) => {
        const [given, predicted] = alignPair(name, target, prediction);
        const [t, p] = [centred(given, axis), centred(predicted, axis)];
        const spread = mean(add(square(t.distances), square(p.distances)), { axis, keepDims: true });
        const norm = add(add(spread, square(sub(t.middle, p.middle))), smallest);
        return mean(div(mul(2, mul(t.distances, p.distances)), norm), { axis });
      },
    }),
  );
}

/**
 * The cosine of the angle between target and prediction, the mean over examples: 1 for the same direction, −1 for
 * opposite ones.
 *
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.cosineSimilarity();
 * const state = metric.update(metric.initialize(), tensor([[0, 1], [1, 1]]), tensor([[1, 0], [1, 1]]));
 * console.log(metric.result(state).item()); // 0.4999…
 * ```
 */
export function cosineSimilarity(options: CorrelationOptions = {}): Metric {
  const { name = 'cosineSimilarity', axis = -1 } = options;
  const { values } = cosineLoss({ axis });
  return recorded(
    'cosineSimilarity',
    options,
    meanMetric({ name, values: (target, prediction) => neg(values(target, prediction)) }),
  );
}
