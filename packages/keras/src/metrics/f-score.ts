/** F-scores: the weighted harmonic mean of precision and recall, class by class. */
import { raise, recorded, type Tensor } from '@deft/core';
import {
  abs,
  add,
  divNoNan,
  greater,
  greaterEqual,
  logicalAnd,
  max,
  mean,
  mul,
  notEqual,
  sub,
  sum,
} from '@deft/tensor';
import { alignPair } from '../losses/alignment.ts';
import { classesOf, exact, type Metric, type MetricOptions, nothing, weightsOf } from './metric.ts';

/** Options of `f1Score`. */
export interface F1ScoreOptions extends MetricOptions {
  /**
   * How the scores of classes become one figure: `micro` counts all classes together, `macro` takes their mean, `weighted`
   * their mean by the number of targets; with `none` (unless told) the figure has an entry for every class.
   */
  readonly average?: 'none' | 'micro' | 'macro' | 'weighted';
  /** Predictions above it are positive; the largest entry of each is unless told. */
  readonly threshold?: number;
}

/** Options of `fBetaScore`. */
export interface FBetaScoreOptions extends F1ScoreOptions {
  /** How much more recall weighs than precision; 1 unless told. */
  readonly beta?: number;
}

const averages: readonly string[] = ['none', 'micro', 'macro', 'weighted'];

function fScore(ownName: string, options: FBetaScoreOptions): Metric {
  const { name = ownName, average = 'none', threshold, beta = 1 } = options;
  if (!averages.includes(average)) {
    raise('E_MODEL', { op: name, argument: 'average', expected: `one of ${averages.join(', ')}`, found: average });
  }
  if (!(beta > 0)) {
    raise('E_MODEL', { op: name, argument: 'beta', expected: 'a number above 0', found: String(beta) });
  }
  const total = (x: Tensor): Tensor => (average === 'micro' ? sum(x) : sum(x, { axis: 0 }));
  return {
    name,
    initialize: (predictionShape) => {
      const shape = average === 'micro' ? [] : [classesOf(name, predictionShape)];
      return {
        truePositives: nothing(shape),
        falsePositives: nothing(shape),
        falseNegatives: nothing(shape),
        targets: nothing(shape),
      };
    },
    update: (state, target, prediction, sampleWeight) => {
      if (prediction.rank !== 2) {
        const expected = 'shape [batch, classes]';
        raise('E_MODEL', { op: name, argument: 'predictions', expected, found: prediction.abstract.text });
      }
      const [given, predicted] = alignPair(name, target, prediction);
      const isPositive =
        threshold === undefined
          ? logicalAnd(
              greaterEqual(predicted, max(predicted, { axis: -1, keepDims: true })),
              greater(abs(predicted), 1e-9),
            )
          : greater(predicted, threshold);
      const yes = exact(isPositive as Tensor);
      const wanted = exact(notEqual(given, 0));
      const weight = weightsOf(name, predicted, sampleWeight);
      const more = (part: string, x: Tensor): Tensor => add(state[part] as Tensor, total(mul(x, weight)));
      return {
        truePositives: more('truePositives', mul(yes, wanted)),
        falsePositives: more('falsePositives', mul(yes, sub(1, wanted))),
        falseNegatives: more('falseNegatives', mul(sub(1, yes), wanted)),
        targets: more('targets', wanted),
      };
    },
    result: (state) => {
      const right = state['truePositives'] as Tensor;
      const precision = divNoNan(right, add(right, state['falsePositives'] as Tensor));
      const recall = divNoNan(right, add(right, state['falseNegatives'] as Tensor));
      const scores = divNoNan(mul(mul(precision, recall), 1 + beta ** 2), add(mul(precision, beta ** 2), recall));
      if (average === 'macro') return mean(scores);
      if (average !== 'weighted') return scores;
      const targets = state['targets'] as Tensor;
      return divNoNan(sum(mul(scores, targets)), sum(targets));
    },
  };
}

/**
 * The harmonic mean of precision and recall: `2 · p · r / (p + r)`, 0 where both are 0. Targets are 0 or 1, both
 * `[batch, classes]`.
 *
 * @throws `E_MODEL` for options that do not fit
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const score = metrics.f1Score({ threshold: 0.5 });
 * const target = tensor([[1, 1, 1], [1, 0, 0], [1, 1, 0]]);
 * const predicted = tensor([[0.2, 0.6, 0.7], [0.2, 0.6, 0.6], [0.6, 0.8, 0]]);
 * console.log(score.result(score.update(score.initialize([3, 3]), target, predicted)).toArray()); // [0.5, 0.8…, 0.666…]
 * ```
 */
export function f1Score(options: F1ScoreOptions = {}): Metric {
  return recorded('f1Score', options, fScore('f1Score', options));
}

/**
 * The mean of precision and recall in which recall weighs `beta` times as much:
 * `(1 + beta²) · p · r / (beta² · p + r)`.
 *
 * @throws `E_MODEL` for options that do not fit
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const score = metrics.fBetaScore({ beta: 2, threshold: 0.5, average: 'micro' });
 * const state = score.update(score.initialize(), tensor([[1, 1, 1, 0]]), tensor([[0.6, 0.2, 0.3, 0.4]]));
 * console.log(score.result(state).item()); // 0.384…
 * ```
 */
export function fBetaScore(options: FBetaScoreOptions = {}): Metric {
  return recorded('fBetaScore', options, fScore('fBetaScore', options));
}
