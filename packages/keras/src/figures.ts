/**
 * Figures: the loss and the metrics over the batches of an epoch. Their state is a tree of tensors that goes through the
 * steps as the weights do, so nothing is added up on the host; what a step reports is one small tensor of the figures so
 * far, which can be read while the next step runs.
 */
import { raise, type Tensor } from '@deft/core';
import { add, cast, divNoNan, mul, stack } from '@deft/tensor';
import type { Logs } from './callbacks/callback.ts';
import { type Loss, weigh } from './losses/loss.ts';
import { exact, type Metric, type MetricState, nothing } from './metrics/metric.ts';

/** A metric of a model. */
export interface Figure {
  /** What it is called in logs. */
  readonly name: string;
  readonly metric: Metric;
  /** Whether the weights of examples count. */
  readonly isWeighted: boolean;
}

/** What a model is measured by. */
export interface Measure {
  readonly loss: Loss;
  readonly figures: readonly Figure[];
}

/** What is known of the batches so far. */
export interface FigureState {
  readonly loss: { readonly total: Tensor; readonly importance: Tensor };
  readonly metrics: readonly MetricState[];
}

/** Examples with targets and, where there are some, weights. */
export interface Batch {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly sampleWeight?: Tensor;
}

/** A step that was started and has not been read. */
export interface PendingFigures {
  /** `[2 + metrics]`: the loss of the batch, the loss so far, the metrics so far. */
  readonly values: Tensor;
  /** Examples in the batch. */
  readonly size: number;
}

/** What a step says once it is read. */
export interface BatchFigures {
  readonly batchLoss: number;
  /** The figures so far, with `loss` first. */
  readonly logs: Logs & { readonly loss: number };
  readonly size: number;
}

/** The state before the first batch, for outputs of a shape (without the batch axis). */
export function startFigures({ figures }: Measure, outputShape: readonly number[]): FigureState {
  const predictionShape = [1, ...outputShape];
  return {
    loss: { total: nothing(), importance: nothing() },
    metrics: figures.map(({ metric }) => metric.initialize(predictionShape)),
  };
}

/** The loss of a batch, the state with it, and the figures so far. */
export function measure(
  { loss, figures }: Measure,
  state: FigureState,
  { y, sampleWeight }: Pick<Batch, 'y' | 'sampleWeight'>,
  prediction: Tensor,
): { readonly cost: Tensor; readonly state: FigureState; readonly values: Tensor } {
  const { cost, importance } = weigh(loss, y, prediction, sampleWeight);
  if (cost.rank !== 0) {
    raise('E_MODEL', { op: loss.name, argument: 'loss', expected: 'one number', found: cost.abstract.text });
  }
  const metrics = figures.map(({ metric, isWeighted }, i) =>
    metric.update(state.metrics[i] as MetricState, y, prediction, isWeighted ? sampleWeight : undefined),
  );
  const total = add(state.loss.total, mul(exact(cost), importance));
  const next: FigureState = { loss: { total, importance: add(state.loss.importance, importance) }, metrics };
  const results = figures.map(({ name, metric }, i) => {
    const result = metric.result(metrics[i] as MetricState);
    if (result.rank === 0) return exact(result);
    return raise('E_MODEL', {
      op: name,
      argument: 'metrics',
      expected: 'a metric that gives one number (choose one threshold, or an average)',
      found: result.abstract.text,
    });
  });
  const mean = divNoNan(total, next.loss.importance);
  return { cost, state: next, values: stack([cast(cost, 'float64'), mean, ...results]) };
}

/** Waits for a step and reads what it reports. */
export async function readFigures({ values, size }: PendingFigures, figures: readonly Figure[]): Promise<BatchFigures> {
  const [batchLoss, loss, ...rest] = Array.from((await values.data()) as unknown as Iterable<number>);
  values.dispose();
  const metrics = figures.map(({ name }, i) => [name, rest[i] as number]);
  return {
    batchLoss: batchLoss as number,
    logs: { loss: loss as number, ...Object.fromEntries(metrics) },
    size,
  };
}
