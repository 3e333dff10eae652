/**
 * Intersection over union: how well two cuttings of the same examples (pixels, mostly) into classes agree. The state is
 * the table of how often each class was predicted as each.
 */
import { raise, recorded, type Tensor } from '@deft/core';
import {
  add,
  argMax,
  cast,
  diagonal,
  divNoNan,
  greater,
  greaterEqual,
  less,
  logicalAnd,
  mul,
  notEqual,
  reshape,
  sub,
  sum,
  take,
  tensor,
  unsortedSegmentSum,
  where,
} from '@deft/tensor';
import { alignTargets } from '../losses/alignment.ts';
import { exact, type Metric, type MetricOptions, nothing, weightsOf } from './metric.ts';

/** Options of the metrics of intersection over union. */
export interface MeanIouOptions extends MetricOptions {
  /** How many classes there are. */
  readonly numClasses: number;
  /** A class of targets that does not count. */
  readonly ignoreClass?: number;
  /** Whether targets are class numbers rather than a distribution over classes. */
  readonly sparseTarget?: boolean;
  /** Whether predictions are class numbers rather than a distribution over classes. */
  readonly sparsePrediction?: boolean;
  /** The axis of the classes where there are distributions; the last unless told. */
  readonly axis?: number;
}

/** Options of `iou`. */
export interface IouOptions extends MeanIouOptions {
  /** The classes whose mean is taken. */
  readonly targetClassIds: readonly number[];
}

interface Labels {
  readonly target: (target: Tensor) => Tensor;
  readonly prediction: (prediction: Tensor) => Tensor;
}

function checkClasses(op: string, numClasses: number, ids: readonly number[]): void {
  if (!(Number.isInteger(numClasses) && numClasses >= 1)) {
    const expected = 'a whole number of at least 1';
    raise('E_MODEL', { op, argument: 'numClasses', expected, found: String(numClasses) });
  }
  if (ids.length === 0 || !ids.every((id) => Number.isInteger(id) && id >= 0 && id < numClasses)) {
    const expected = `class numbers from 0 to ${numClasses - 1}`;
    raise('E_MODEL', { op, argument: 'targetClassIds', expected, found: `[${ids.join(', ')}]` });
  }
}

/** The mean over classes that occur, of the table of how often each was predicted as each. */
function meanOfClasses(table: Tensor, ids: readonly number[] | undefined): Tensor {
  const right = diagonal(table);
  const union = sub(add(sum(table, { axis: 0 }), sum(table, { axis: 1 })), right);
  const chosen = (x: Tensor): Tensor =>
    ids === undefined ? x : (take(x, tensor([...ids], { dtype: 'int32' }), 0) as Tensor);
  const unions = chosen(union);
  return divNoNan(sum(divNoNan(chosen(right), unions)), sum(exact(greater(unions, 0))));
}

function overlap(
  name: string,
  { numClasses, ignoreClass }: Pick<IouOptions, 'numClasses' | 'ignoreClass'>,
  ids: readonly number[] | undefined,
  labels: Labels,
): Metric {
  checkClasses(name, numClasses, ids ?? [0]);
  return {
    name,
    initialize: () => ({ table: nothing([numClasses, numClasses]) }),
    update: (state, target, prediction, sampleWeight) => {
      const predicted = cast(labels.prediction(prediction), 'int32') as Tensor;
      const wanted = alignTargets(name, cast(labels.target(target), 'int32') as Tensor, predicted.shape);
      const weight = weightsOf(name, predicted, sampleWeight);
      const isClass = (x: Tensor): Tensor => logicalAnd(greaterEqual(x, 0), less(x, numClasses));
      const both = logicalAnd(isClass(wanted), isClass(predicted));
      const counts = ignoreClass === undefined ? both : logicalAnd(both, notEqual(wanted, ignoreClass));
      // A cell of the table for every pair; those that do not count have none.
      const cell = where(counts, add(mul(wanted, numClasses), predicted), -1) as Tensor;
      const more = unsortedSegmentSum(reshape(weight, [-1]), reshape(cell, [-1]), numClasses ** 2);
      return { table: add(state['table'] as Tensor, reshape(more, [numClasses, numClasses])) };
    },
    result: (state) => meanOfClasses(state['table'] as Tensor, ids),
  };
}

/** Class numbers as they are, or the largest entry along the axis. */
function labelsOf({ sparseTarget = true, sparsePrediction = true, axis = -1 }: Partial<IouOptions>): Labels {
  const read = (isSparse: boolean) => (x: Tensor) => (isSparse ? x : (argMax(x, { axis }) as Tensor));
  return { target: read(sparseTarget), prediction: read(sparsePrediction) };
}

/**
 * The mean of intersection over union of some classes: `TP / (TP + FP + FN)` of each that occurs in targets or
 * predictions. Targets and predictions are class numbers unless told. Numbers that are no class do not count.
 *
 * @throws `E_MODEL` for class numbers that there are not
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.iou({ numClasses: 2, targetClassIds: [0] });
 * console.log(metric.result(metric.update(metric.initialize(), tensor([0, 0, 1, 1]), tensor([0, 1, 0, 1]))).item()); // 0.333…
 * ```
 */
export function iou(options: IouOptions): Metric {
  return recorded('iou', options, overlap(options.name ?? 'iou', options, options.targetClassIds, labelsOf(options)));
}

/**
 * The mean of intersection over union of all classes that occur.
 *
 * @throws `E_MODEL` for class numbers that there are not
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.meanIou({ numClasses: 2 });
 * console.log(metric.result(metric.update(metric.initialize(), tensor([0, 0, 1, 1]), tensor([0, 1, 0, 1]))).item()); // 0.333…
 * ```
 */
export function meanIou(options: MeanIouOptions): Metric {
  return recorded('meanIou', options, overlap(options.name ?? 'meanIou', options, undefined, labelsOf(options)));
}

/** Options of `binaryIou`. */
export interface BinaryIouOptions extends MetricOptions {
  /** The classes whose mean is taken: 0, 1 or both, which it is unless told. */
  readonly targetClassIds?: readonly number[];
  /** Predictions from it on are of class 1; 0.5 unless told. */
  readonly threshold?: number;
}

/**
 * Intersection over union of yes-or-no answers: predictions from the threshold on are of class 1, others of class 0.
 *
 * @throws `E_MODEL` for class numbers that there are not
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.binaryIou({ threshold: 0.3 });
 * console.log(metric.result(metric.update(metric.initialize(), tensor([0, 1, 0, 1]), tensor([0.1, 0.2, 0.4, 0.7]))).item()); // 0.333…
 * ```
 */
export function binaryIou(options: BinaryIouOptions = {}): Metric {
  const { name = 'binaryIou', targetClassIds = [0, 1], threshold = 0.5 } = options;
  return recorded(
    'binaryIou',
    options,
    overlap(name, { numClasses: 2 }, targetClassIds, {
      target: (target) => target,
      prediction: (prediction) => greaterEqual(prediction, threshold) as Tensor,
    }),
  );
}

/**
 * `iou` of one-hot targets and distributions predicted.
 *
 * @throws `E_MODEL` for class numbers that there are not
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.oneHotIou({ numClasses: 2, targetClassIds: [0] });
 * const state = metric.update(metric.initialize(), tensor([[1, 0], [0, 1]]), tensor([[0.8, 0.2], [0.9, 0.1]]));
 * console.log(metric.result(state).item()); // → 0.5
 * ```
 */
export function oneHotIou(options: IouOptions): Metric {
  const labels = labelsOf({ sparseTarget: false, sparsePrediction: false, ...options });
  return recorded('oneHotIou', options, overlap(options.name ?? 'oneHotIou', options, options.targetClassIds, labels));
}

/**
 * `meanIou` of one-hot targets and distributions predicted.
 *
 * @throws `E_MODEL` for class numbers that there are not
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const metric = metrics.oneHotMeanIou({ numClasses: 2 });
 * const state = metric.update(metric.initialize(), tensor([[1, 0], [0, 1]]), tensor([[0.8, 0.2], [0.9, 0.1]]));
 * console.log(metric.result(state).item()); // → 0.25
 * ```
 */
export function oneHotMeanIou(options: MeanIouOptions): Metric {
  const labels = labelsOf({ sparseTarget: false, sparsePrediction: false, ...options });
  return recorded('oneHotMeanIou', options, overlap(options.name ?? 'oneHotMeanIou', options, undefined, labels));
}
