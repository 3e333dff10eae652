/**
 * The loops over batches: epochs of training with their callbacks, evaluation and prediction. A batch is read after the
 * next one was started, so that reading never holds up the work.
 */
import { raise, type Tensor, type TypedArray } from '@deft/core';
import { epochOrder } from './batch-order.ts';
import type { BatchLogs, Callback, Logs, TrainedModel, TrainingControl } from './callbacks.ts';
import { type Batch, type Figure, type PendingFigures, readFigures } from './figures.ts';
import { cutBatch, type HostExamples, rangeOf } from './host-examples.ts';
import { checkCount, type Scores } from './model-options.ts';
import type { StepRunner } from './step-runner.ts';

/** Inputs with their targets. */
export interface Pairs {
  readonly inputs: HostExamples;
  readonly targets: HostExamples;
  readonly weights: HostExamples | undefined;
}

/** What `fit` gives: the figures of every epoch. */
export interface History {
  /** Numbers of the epochs that ran. */
  readonly epochs: readonly number[];
  /** Every figure, one value an epoch. */
  readonly history: { readonly [name: string]: readonly number[] };
}

/** Settings of the loop over epochs, all complete. */
export interface FittingPlan {
  readonly training: Pairs;
  readonly batchSize: number;
  readonly firstEpoch: number;
  readonly epochs: number;
  readonly shuffle: boolean;
  readonly seed: number;
  readonly figures: readonly Figure[];
  readonly callbacks: readonly Callback[];
  /** Figures on the validation examples, without prefix; nothing where there are none. */
  readonly validate: (() => Promise<Logs>) | undefined;
}

/** `valLoss` for `loss`. */
const validationName = (name: string): string => `val${name.charAt(0).toUpperCase()}${name.slice(1)}`;

/** Trains over epochs. */
export async function fitEpochs(plan: FittingPlan, runner: StepRunner, model: TrainedModel): Promise<History> {
  const { callbacks, firstEpoch, epochs } = plan;
  const ran: number[] = [];
  const history: Record<string, number[]> = {};
  let stopped = false;
  const control: TrainingControl = {
    model,
    get learningRate(): number {
      return runner.learningRate;
    },
    set learningRate(value: number) {
      runner.learningRate = value;
    },
    stop: () => {
      stopped = true;
    },
  };
  for (const callback of callbacks) await callback.onTrainBegin?.(control);
  for (let epoch = firstEpoch; epoch < epochs && !stopped; epoch++) {
    for (const callback of callbacks) await callback.onEpochBegin?.(epoch, control);
    const logs: Record<string, number> = { ...(await trainEpoch(plan, epoch, runner, control)) };
    if (plan.validate) {
      for (const [name, value] of Object.entries(await plan.validate())) logs[validationName(name)] = value;
    }
    ran.push(epoch);
    for (const [name, value] of Object.entries(logs)) {
      history[name] ??= [];
      history[name].push(value);
    }
    for (const callback of callbacks) await callback.onEpochEnd?.(epoch, logs, control);
  }
  if (ran.length > 0) runner.finalize();
  for (const callback of callbacks) await callback.onTrainEnd?.(control);
  return { epochs: ran, history };
}

/** Cuts a batch, uses it and gives it back. */
function withBatch<R>(
  { inputs, targets, weights }: Pairs,
  order: Uint32Array | undefined,
  from: number,
  to: number,
  use: (batch: Batch) => R,
): R {
  const x = cutBatch(inputs, order, from, to);
  const y = cutBatch(targets, order, from, to);
  const sampleWeight = weights && cutBatch(weights, order, from, to);
  const result = use(sampleWeight ? { x, y, sampleWeight } : { x, y });
  for (const tensor of [x, y, sampleWeight]) tensor?.dispose();
  return result;
}

async function trainEpoch(
  plan: FittingPlan,
  epoch: number,
  runner: StepRunner,
  control: TrainingControl,
): Promise<Logs> {
  const { training, batchSize, callbacks } = plan;
  const order = plan.shuffle ? epochOrder(plan.seed, epoch, training.inputs.count) : undefined;
  let last: Logs = {};
  const finish = async (pending: PendingFigures, batch: number): Promise<void> => {
    const { logs, size, batchLoss } = await readFigures(pending, plan.figures);
    last = logs;
    const batchLogs: BatchLogs = { ...logs, size, batchLoss };
    for (const callback of callbacks) await callback.onBatchEnd?.(batch, batchLogs, control);
  };
  runner.restartFigures();
  let pending: PendingFigures | undefined;
  let batch = 0;
  for (let from = 0; from < training.inputs.count; from += batchSize) {
    const to = Math.min(from + batchSize, training.inputs.count);
    const next = withBatch(training, order, from, to, (given) => runner.dispatch(given));
    if (pending) await finish(pending, batch++);
    pending = next;
  }
  if (pending) await finish(pending, batch);
  return last;
}

/** Loss and metrics over all examples. */
export async function evaluateBatches(
  pairs: Pairs,
  batchSize: number,
  figures: readonly Figure[],
  dispatch: (batch: Batch) => PendingFigures,
): Promise<Scores> {
  const { count } = pairs.inputs;
  let pending: PendingFigures | undefined;
  for (let from = 0; from < count; from += batchSize) {
    const next = withBatch(pairs, undefined, from, Math.min(from + batchSize, count), dispatch);
    if (pending) await readFigures(pending, figures);
    pending = next;
  }
  // There is at least one example, and the last batch tells of all.
  return (await readFigures(pending as PendingFigures, figures)).logs;
}

/** The outputs for all inputs, as one array on the host. */
export async function predictBatches(
  inputs: HostExamples,
  batchSize: number,
  result: TypedArray,
  dispatch: (x: Tensor) => Tensor,
): Promise<void> {
  let filled = 0;
  const finish = async (output: Tensor): Promise<void> => {
    const data = (await output.data()) as TypedArray;
    result.set(data, filled);
    filled += data.length;
    output.dispose();
  };
  let pending: Tensor | undefined;
  for (let from = 0; from < inputs.count; from += batchSize) {
    const next = dispatch(cutBatch(inputs, undefined, from, Math.min(from + batchSize, inputs.count)));
    if (pending) await finish(pending);
    pending = next;
  }
  if (pending) await finish(pending);
}

/** Keeps the last share of the examples out for validation. Throws `E_MODEL` where nothing is left for training. */
export function splitPairs(all: Pairs, share: number): { training: Pairs; validation: Pairs | undefined } {
  if (!(share >= 0 && share < 1)) {
    raise('E_MODEL', {
      op: 'fit',
      argument: 'validationSplit',
      expected: 'a number from 0 to below 1',
      found: String(share),
    });
  }
  const { count } = all.inputs;
  const kept = Math.floor(count * (1 - share));
  if (kept === count) return { training: all, validation: undefined };
  checkCount('fit', 'number of training examples', kept, 1);
  const part = (from: number, to: number): Pairs => ({
    inputs: rangeOf(all.inputs, from, to),
    targets: rangeOf(all.targets, from, to),
    weights: all.weights && rangeOf(all.weights, from, to),
  });
  return { training: part(0, kept), validation: part(kept, count) };
}

/** One step of training on all pairs as one batch. */
export async function stepOnce(runner: StepRunner, pairs: Pairs, figures: readonly Figure[]): Promise<Scores> {
  runner.restartFigures();
  const pending = withBatch(pairs, undefined, 0, pairs.inputs.count, (batch) => runner.dispatch(batch));
  return (await readFigures(pending, figures)).logs;
}
