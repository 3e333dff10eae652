/** Losses as metrics: the weighted mean of their values over all examples. */
import { recorded } from '@deft/core';
import {
  binaryCrossentropy as binaryLoss,
  type CrossentropyOptions,
  categoricalCrossentropy as categoricalLoss,
  type SparseCrossentropyOptions,
  sparseCategoricalCrossentropy as sparseLoss,
} from '../losses/crossentropies.ts';
import { klDivergence as klLoss, poisson as poissonLoss } from '../losses/distributions.ts';
import {
  categoricalHinge as categoricalHingeLoss,
  hinge as hingeLoss,
  squaredHinge as squaredHingeLoss,
} from '../losses/hinge.ts';
import {
  meanAbsoluteError as absoluteLoss,
  meanSquaredLogarithmicError as logarithmicLoss,
  logCosh as logCoshLoss,
  meanAbsolutePercentageError as percentageLoss,
  meanSquaredError as squaredLoss,
} from '../losses/regression.ts';
import { type Metric, type MetricOptions, meanOfLoss } from './metric.ts';

/** Options of the cross-entropies as metrics. */
export type CrossentropyMetricOptions = Omit<CrossentropyOptions, 'reduction'>;

/** Options of the sparse cross-entropy as a metric. */
export type SparseCrossentropyMetricOptions = Omit<SparseCrossentropyOptions, 'reduction'>;

/**
 * The mean squared difference; the loss of the same name has the formula.
 *
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.meanSquaredError();
 * console.log(metric.result(metric.update(metric.initialize(), tensor([[0, 1]]), tensor([[1, 1]]))).item()); // → 0.5
 * ```
 */
export function meanSquaredError(options: MetricOptions = {}): Metric {
  return recorded('meanSquaredError', options, meanOfLoss(squaredLoss(), options, 'meanSquaredError'));
}

/**
 * The mean absolute difference; the loss of the same name has the formula.
 *
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.meanAbsoluteError();
 * console.log(metric.result(metric.update(metric.initialize(), tensor([[0, 1]]), tensor([[1, 1]]))).item()); // → 0.5
 * ```
 */
export function meanAbsoluteError(options: MetricOptions = {}): Metric {
  return recorded('meanAbsoluteError', options, meanOfLoss(absoluteLoss(), options, 'meanAbsoluteError'));
}

/**
 * The mean absolute difference in per cent of the target; the loss of the same name has the formula.
 *
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.meanAbsolutePercentageError();
 * console.log(metric.result(metric.update(metric.initialize(), tensor([[2, 4]]), tensor([[1, 4]]))).item()); // → 25
 * ```
 */
export function meanAbsolutePercentageError(options: MetricOptions = {}): Metric {
  return recorded(
    'meanAbsolutePercentageError',
    options,
    meanOfLoss(percentageLoss(), options, 'meanAbsolutePercentageError'),
  );
}

/**
 * The mean squared difference of logarithms; the loss of the same name has the formula.
 *
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.meanSquaredLogarithmicError();
 * console.log(metric.result(metric.update(metric.initialize(), tensor([[0, 1]]), tensor([[0, 3]]))).item()); // 0.240…
 * ```
 */
export function meanSquaredLogarithmicError(options: MetricOptions = {}): Metric {
  return recorded(
    'meanSquaredLogarithmicError',
    options,
    meanOfLoss(logarithmicLoss(), options, 'meanSquaredLogarithmicError'),
  );
}

/**
 * The mean logarithm of the hyperbolic cosine of the difference; the loss `logCosh` has the formula.
 *
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.logCoshError();
 * console.log(metric.result(metric.update(metric.initialize(), tensor([[0, 1], [0, 0]]), tensor([[1, 1], [0, 0]]))).item()); // 0.108…
 * ```
 */
export function logCoshError(options: MetricOptions = {}): Metric {
  return recorded('logCoshError', options, meanOfLoss(logCoshLoss(), options, 'logCoshError'));
}

/**
 * The mean Poisson loss of counts; the loss of the same name has the formula.
 *
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.poisson();
 * console.log(metric.result(metric.update(metric.initialize(), tensor([[1, 0]]), tensor([[1, 2]]))).item()); // 1.5…
 * ```
 */
export function poisson(options: MetricOptions = {}): Metric {
  return recorded('poisson', options, meanOfLoss(poissonLoss(), options, 'poisson'));
}

/**
 * The mean Kullback-Leibler divergence; the loss of the same name has the formula.
 *
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.klDivergence();
 * console.log(metric.result(metric.update(metric.initialize(), tensor([[0.5, 0.5]]), tensor([[0.25, 0.75]]))).item()); // 0.143…
 * ```
 */
export function klDivergence(options: MetricOptions = {}): Metric {
  return recorded('klDivergence', options, meanOfLoss(klLoss(), options, 'klDivergence'));
}

/**
 * The mean hinge loss of yes-or-no predictions; the loss of the same name has the formula.
 *
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.hinge();
 * console.log(metric.result(metric.update(metric.initialize(), tensor([[-1, 1]]), tensor([[0, 0.5]]))).item()); // → 0.75
 * ```
 */
export function hinge(options: MetricOptions = {}): Metric {
  return recorded('hinge', options, meanOfLoss(hingeLoss(), options, 'hinge'));
}

/**
 * The mean squared hinge loss of yes-or-no predictions; the loss of the same name has the formula.
 *
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.squaredHinge();
 * console.log(metric.result(metric.update(metric.initialize(), tensor([[-1, 1]]), tensor([[0, 0.5]]))).item()); // → 0.625
 * ```
 */
export function squaredHinge(options: MetricOptions = {}): Metric {
  return recorded('squaredHinge', options, meanOfLoss(squaredHingeLoss(), options, 'squaredHinge'));
}

/**
 * The mean hinge loss of one class against the others; the loss of the same name has the formula.
 *
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.categoricalHinge();
 * console.log(metric.result(metric.update(metric.initialize(), tensor([[0, 1]]), tensor([[0.5, 0.25]]))).item()); // → 1.25
 * ```
 */
export function categoricalHinge(options: MetricOptions = {}): Metric {
  return recorded('categoricalHinge', options, meanOfLoss(categoricalHingeLoss(), options, 'categoricalHinge'));
}

/**
 * The mean cross-entropy of yes-or-no predictions; the loss of the same name has the formula.
 *
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.binaryCrossentropy();
 * console.log(metric.result(metric.update(metric.initialize(), tensor([[0, 1]]), tensor([[0.6, 0.4]]))).item()); // 0.916…
 * ```
 */
export function binaryCrossentropy(options: CrossentropyMetricOptions = {}): Metric {
  return recorded('binaryCrossentropy', options, meanOfLoss(binaryLoss(options), options));
}

/**
 * The mean cross-entropy against distributions; the loss of the same name has the formula.
 *
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.categoricalCrossentropy();
 * console.log(metric.result(metric.update(metric.initialize(), tensor([[0, 1, 0]]), tensor([[0.05, 0.95, 0]]))).item()); // 0.0512…
 * ```
 */
export function categoricalCrossentropy(options: CrossentropyMetricOptions = {}): Metric {
  return recorded('categoricalCrossentropy', options, meanOfLoss(categoricalLoss(options), options));
}

/**
 * The mean cross-entropy against class numbers; the loss of the same name has the formula.
 *
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.sparseCategoricalCrossentropy();
 * console.log(metric.result(metric.update(metric.initialize(), tensor([1]), tensor([[0.05, 0.95, 0]]))).item()); // 0.0512…
 * ```
 */
export function sparseCategoricalCrossentropy(options: SparseCrossentropyMetricOptions = {}): Metric {
  return recorded('sparseCategoricalCrossentropy', options, meanOfLoss(sparseLoss(options), options));
}
