/** Metrics on numbers that are no plain mean of a loss: root mean squared error, relative error, R². */
import { raise, recorded, type Tensor } from '@deft/core';
import {
  abs,
  add,
  div,
  divNoNan,
  equal,
  greater,
  mean,
  mul,
  onesLike,
  reshape,
  sqrt,
  square,
  sub,
  sum,
  tensor,
  where,
} from '@deft/tensor';
import { alignPair } from '../losses/alignment.ts';
import { meanSquaredError as squaredLoss } from '../losses/regression.ts';
import {
  classesOf,
  exact,
  type Metric,
  type MetricOptions,
  meanMetric,
  meanOfLoss,
  nothing,
  sumUp,
  weightsOf,
} from './metric.ts';

/**
 * The root of the mean squared difference over all elements.
 *
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.rootMeanSquaredError();
 * console.log(metric.result(metric.update(metric.initialize(), tensor([[0, 1], [0, 0]]), tensor([[1, 1], [0, 0]]))).item()); // → 0.5
 * ```
 */
export function rootMeanSquaredError(options: MetricOptions = {}): Metric {
  const squares = meanOfLoss(squaredLoss(), options, 'rootMeanSquaredError');
  return recorded('rootMeanSquaredError', options, { ...squares, result: (state) => sqrt(squares.result(state)) });
}

/**
 * The mean of differences, each divided by a number: `|target − prediction| / normalizer`, 0 where that is 0.
 *
 * @param normalizer a number, or one for each position of the last axis
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.meanRelativeError([1, 3, 2, 3]);
 * console.log(metric.result(metric.update(metric.initialize(), tensor([[1, 3, 2, 3]]), tensor([[2, 4, 6, 8]]))).item()); // → 1.25
 * ```
 */
export function meanRelativeError(normalizer: number | readonly number[], options: MetricOptions = {}): Metric {
  const { name = 'meanRelativeError' } = options;
  if (typeof normalizer !== 'number' && !Array.isArray(normalizer)) {
    const expected = 'a number, or one for each position of the last axis';
    raise('E_MODEL', { op: name, argument: 'normalizer', expected, found: typeof normalizer });
  }
  return recorded(
    'meanRelativeError',
    { normalizer, ...options },
    meanMetric({
      name,
      values: (target, prediction) => {
        const [wanted, predicted] = alignPair(name, target, prediction);
        const divisor = tensor(typeof normalizer === 'number' ? normalizer : [...normalizer], {
          dtype: predicted.dtype,
        });
        if (divisor.rank > 0 && divisor.size !== predicted.shape.at(-1)) {
          const expected = `${predicted.shape.at(-1)} numbers, one for each position of the last axis`;
          raise('E_MODEL', { op: name, argument: 'normalizer', expected, found: String(divisor.size) });
        }
        return divNoNan(abs(sub(wanted, predicted)), divisor as Tensor);
      },
    }),
  );
}

/** Options of `r2Score`. */
export interface R2ScoreOptions extends MetricOptions {
  /**
   * How the scores of outputs become one figure: their mean (unless told), their mean by the variance of the targets, or
   * one entry for every output.
   */
  readonly classAggregation?: 'uniformAverage' | 'varianceWeightedAverage' | 'none';
  /** How many inputs the prediction was made from, for the adjusted score; 0, the plain one, unless told. */
  readonly numRegressors?: number;
}

const aggregations: readonly string[] = ['uniformAverage', 'varianceWeightedAverage', 'none'];

/**
 * The coefficient of determination: how much of the variance of the targets the predictions explain,
 * `1 − Σ (target − prediction)² / Σ (target − mean)²`; 1 is perfect, 0 as good as always predicting the mean. Where the
 * targets do not vary it is 1 for perfect predictions and 0 for others. With `numRegressors` p and n targets (of
 * all outputs together, as in Keras) it is adjusted: `1 − (1 − R²)(n − 1) / (n − p − 1)`, once n is above p + 1.
 *
 * @throws `E_MODEL` for options that do not fit
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.r2Score();
 * const state = metric.update(metric.initialize([3, 1]), tensor([[1], [4], [3]]), tensor([[2], [4], [4]]));
 * console.log(metric.result(state).item()); // 0.571…
 * ```
 */
export function r2Score(options: R2ScoreOptions = {}): Metric {
  const { name = 'r2Score', classAggregation = 'uniformAverage', numRegressors = 0 } = options;
  if (!aggregations.includes(classAggregation)) {
    const expected = `one of ${aggregations.join(', ')}`;
    raise('E_MODEL', { op: name, argument: 'classAggregation', expected, found: String(classAggregation) });
  }
  if (!(Number.isInteger(numRegressors) && numRegressors >= 0)) {
    const expected = 'a whole number of at least 0';
    raise('E_MODEL', { op: name, argument: 'numRegressors', expected, found: String(numRegressors) });
  }
  return recorded('r2Score', options, {
    name,
    initialize: (predictionShape) => {
      const outputs = predictionShape?.length === 1 ? 1 : classesOf(name, predictionShape);
      const parts = ['squares', 'sums', 'residuals', 'weights'].map((part) => [part, nothing([outputs])]);
      return { ...Object.fromEntries(parts), count: nothing() };
    },
    update: (state, target, prediction, sampleWeight) => {
      const [given, predicted] = alignPair(name, target, prediction);
      const outputs = (state['sums'] as Tensor).shape[0] as number;
      const table = (x: Tensor): Tensor => reshape(exact(x), [-1, outputs]) as Tensor;
      const wanted = table(given);
      const weight = table(weightsOf(name, predicted, sampleWeight));
      const more = (part: string, x: Tensor): Tensor => add(state[part] as Tensor, sum(x, { axis: 0 }));
      return {
        squares: more('squares', mul(weight, square(wanted))),
        sums: more('sums', mul(weight, wanted)),
        residuals: more('residuals', mul(weight, square(sub(wanted, table(predicted))))),
        weights: more('weights', weight),
        count: sumUp(state['count'] as Tensor, onesLike(wanted)),
      };
    },
    result: (state) => {
      const [sums, residuals] = [state['sums'] as Tensor, state['residuals'] as Tensor];
      const spread = sub(state['squares'] as Tensor, divNoNan(square(sums), state['weights'] as Tensor));
      const constant = where(equal(residuals, 0), 1, 0);
      const varies = greater(spread, 0);
      const scores = where(
        varies,
        sub(1, div(residuals, where(varies, spread, 1))),
        exact(constant as Tensor),
      ) as Tensor;
      const plain =
        classAggregation === 'none'
          ? scores
          : classAggregation === 'uniformAverage'
            ? mean(scores)
            : divNoNan(sum(mul(scores, spread)), sum(spread));
      if (numRegressors === 0) return plain;
      const count = state['count'] as Tensor;
      const free = sub(count, numRegressors + 1);
      const adjusted = sub(1, divNoNan(mul(sub(1, plain), sub(count, 1)), free));
      return where(greater(free, 0), adjusted, plain) as Tensor;
    },
  });
}
