/**
 * The four counts behind most metrics of yes-or-no answers: true and false positives and negatives, for every threshold
 * and, where asked for, every label. A prediction is positive where it is above the threshold.
 */
import { raise, type Tensor } from '@deft/core';
import {
  add,
  greater,
  topK as largest,
  logicalAnd,
  logicalNot,
  mul,
  notEqual,
  oneHot,
  onesLike,
  reshape,
  slice,
  sum,
  tensor,
  where,
} from '@deft/tensor';
import { alignPair, alignWeights } from '../losses/alignment.ts';
import { exact, type MetricOptions, type MetricState, nothing } from './metric.ts';

/** One of the four counts. */
export type Count = 'truePositives' | 'falsePositives' | 'trueNegatives' | 'falseNegatives';

/** What is counted, and how. */
export interface Counting {
  readonly op: string;
  readonly counts: readonly Count[];
  readonly thresholds: readonly number[];
  /** Only the k largest entries of a prediction can be positive. */
  readonly topK?: number | undefined;
  /** Only this position of the last axis is looked at. */
  readonly classId?: number | undefined;
  /** Whether labels (positions of the last axis) are counted apart. */
  readonly perLabel?: boolean;
  /** A weight for every label. */
  readonly labelWeights?: readonly number[] | undefined;
}

/** Options of the metrics that look at thresholds. */
export interface ThresholdOptions extends MetricOptions {
  /** Predictions above it are positive; 0.5 unless told. With a list the figure has one entry for each. */
  readonly thresholds?: number | readonly number[];
}

/** Options of the metrics that look at thresholds and classes. */
export interface ClassThresholdOptions extends ThresholdOptions {
  /** Only the k largest entries of a prediction can be positive, above whatever thresholds are given. */
  readonly topK?: number;
  /** Only this position of the last axis is looked at. */
  readonly classId?: number;
}

/** Every count is one of these by whether the target and the prediction are positive. */
const sides: Readonly<Record<Count, readonly [target: boolean, prediction: boolean]>> = {
  truePositives: [true, true],
  falsePositives: [false, true],
  trueNegatives: [false, false],
  falseNegatives: [true, false],
};

/** Thresholds as a list. Throws `E_MODEL` unless they are from 0 to 1. */
export function thresholdList(op: string, thresholds: number | readonly number[]): readonly number[] {
  const list = typeof thresholds === 'number' ? [thresholds] : [...thresholds];
  if (list.length === 0 || !list.every((threshold) => threshold >= 0 && threshold <= 1)) {
    raise('E_MODEL', {
      op,
      argument: 'thresholds',
      expected: 'numbers from 0 to 1',
      found: list.length === 0 ? 'none' : list.join(', '),
    });
  }
  return list;
}

/** More thresholds than anyone can tell apart in float32; files may ask for any number. */
const mostThresholds = 2 ** 20;

/** Throws `E_MODEL` unless it is a number of thresholds. */
export function checkThresholdCount(op: string, count: number, least: number): void {
  if (Number.isInteger(count) && count >= least && count <= mostThresholds) return;
  const expected = `a whole number of at least ${least} and at most ${mostThresholds}`;
  raise('E_MODEL', { op, argument: 'numThresholds', expected, found: String(count) });
}

/** The counts before the first batch. */
export function noCounts({ counts, thresholds }: Counting, labels?: number): MetricState {
  const shape = labels === undefined ? [thresholds.length] : [thresholds.length, labels];
  return Object.fromEntries(counts.map((count) => [count, nothing(shape)]));
}

/** What is not among the k largest is put below every threshold. */
function keepLargest(prediction: Tensor, k: number): Tensor {
  const [, places] = largest(prediction, k);
  const classes = prediction.shape.at(-1) as number;
  const isKept = greater(sum(oneHot(places, classes), { axis: -2 }), 0);
  return where(isKept, prediction, -1e10) as Tensor;
}

/** One position of the last axis, which stays. */
function classAt(op: string, x: Tensor, classId: number): Tensor {
  const classes = x.rank < 2 ? 0 : (x.shape.at(-1) as number);
  if (!(Number.isInteger(classId) && classId >= 0 && classId < classes)) {
    const expected = 'a position of the last axis of predictions [batch, ..., classes]';
    raise('E_MODEL', { op, argument: 'classId', expected, found: `${classId} for ${x.abstract.text}` });
  }
  const begin = [...x.shape.slice(0, -1).map(() => 0), classId];
  return slice(x, begin, [...x.shape.slice(0, -1), 1]) as Tensor;
}

/** The counts after one more batch. */
export function countMore(
  counting: Counting,
  state: MetricState,
  target: Tensor,
  prediction: Tensor,
  sampleWeight?: Tensor,
): MetricState {
  const { op, counts, thresholds, topK, classId, perLabel = false, labelWeights } = counting;
  let [wanted, predicted] = alignPair(op, target, prediction);
  let weight = sampleWeight && exact(alignWeights(op, 'sampleWeight', sampleWeight, predicted.shape));
  if (topK !== undefined) predicted = keepLargest(predicted, topK);
  if (classId !== undefined) {
    wanted = classAt(op, wanted, classId);
    predicted = classAt(op, predicted, classId);
    weight &&= classAt(op, weight, classId);
  }
  if (labelWeights !== undefined) {
    const given = tensor([...labelWeights], { dtype: 'float64' });
    weight = mul(weight ?? exact(onesLike(predicted)), given);
  }
  // Thresholds × examples × labels.
  const labels = perLabel ? (predicted.shape.at(-1) as number) : 1;
  const flat = (x: Tensor): Tensor => reshape(x, [1, -1, labels]) as Tensor;
  const borders = reshape(tensor([...thresholds], { dtype: predicted.dtype }), [thresholds.length, 1, 1]);
  const isPositive = greater(flat(predicted), borders) as Tensor;
  const isWanted = notEqual(flat(wanted), 0) as Tensor;
  const weights = weight && flat(weight);
  const next = counts.map((count) => {
    const [targetSide, predictionSide] = sides[count];
    const holds = logicalAnd(
      targetSide ? isWanted : logicalNot(isWanted),
      predictionSide ? isPositive : logicalNot(isPositive),
    );
    const counted = weights ? mul(exact(holds), weights) : exact(holds);
    const before = state[count] as Tensor;
    return [count, add(before, reshape(sum(counted, { axis: 1 }), before.shape))];
  });
  return Object.fromEntries(next);
}
