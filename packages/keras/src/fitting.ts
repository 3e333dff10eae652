/** The loops over batches: epochs of training with their callbacks, evaluation and prediction. */
import { raise, type Tensor, type TypedArray } from '@deft/core';
import type { Optimizer } from '@deft/optim';
import { batchByBatch } from './batch-loop.ts';
import { epochOrder } from './batch-order.ts';
import { AverageSwitch } from './callbacks/average-switch.ts';
import { backupOf, type FitProgress } from './callbacks/backup-and-restore.ts';
import type {
  BatchLogs,
  Callback,
  Logs,
  RunControl,
  RunParameters,
  TrainedModel,
  TrainingControl,
} from './callbacks/callback.ts';
import { CallbackRun, runControl, withBar } from './callbacks/callback-run.ts';
import { validationName } from './callbacks/figure-names.ts';
import { type Batch, type Figure, type PendingFigures, readFigures } from './figures.ts';
import { cutBatch, type HostExamples, rangeOf } from './host-examples.ts';
import { checkCount, type Scores, type Verbosity } from './model-options.ts';
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
  readonly verbose: Verbosity;
  /** For the average of the weights, if it keeps one. */
  readonly optimizer: Optimizer;
  /** Figures on the validation examples, without prefix, told to callbacks; nothing where there are none. */
  readonly validation: { readonly count: number; measure(run: CallbackRun<RunControl>): Promise<Logs> } | undefined;
}

/** What callbacks did to a fit. */
interface Steering {
  isStopped: boolean;
  readonly average: AverageSwitch;
}

/** Trains over epochs. */
export async function fitEpochs(plan: FittingPlan, runner: StepRunner, model: TrainedModel): Promise<History> {
  const { firstEpoch, epochs, verbose, batchSize, validation } = plan;
  const average = new AverageSwitch(plan.optimizer, () => runner.variables);
  const paramsOf = (count: number): RunParameters => ({ epochs, steps: Math.ceil(count / batchSize), verbose });
  let logs: Record<string, number> = {};
  const steering: Steering = { isStopped: false, average };
  const control: TrainingControl = Object.defineProperties(
    {
      stop: () => {
        steering.isStopped = true;
      },
      report: (name: string, value: number) => {
        logs[name] = value;
      },
      get learningRate(): number {
        return runner.learningRate;
      },
      set learningRate(value: number) {
        runner.learningRate = value;
      },
    },
    Object.getOwnPropertyDescriptors(runControl(model, paramsOf(plan.training.inputs.count), average)),
  ) as TrainingControl;
  const run = new CallbackRun(withBar(plan.callbacks, verbose), control);
  const testing = validation && run.with(runControl(model, paramsOf(validation.count), average));
  const ran: number[] = [];
  const history: Record<string, number[]> = {};
  const backup = backupOf(plan.callbacks);
  const settings = { seed: plan.seed, batchSize, shuffle: plan.shuffle, examples: plan.training.inputs.count };
  const keep = async (where: Pick<FitProgress, 'epoch' | 'batch' | 'figures'>): Promise<void> => {
    average.turn(false);
    const progress = { ...where, logs, epochs: ran, history, isStopped: steering.isStopped };
    await backup?.save(settings, progress, runner, plan.callbacks);
  };
  try {
    await run.tell('onTrainBegin');
    const found = await backup?.find(settings, runner, plan.callbacks);
    const resumed = found?.progress;
    /** Puts back where the fit was: between epochs, or within the one that has begun. */
    const goOn = (): void => {
      average.forget();
      found?.apply();
      steering.isStopped = resumed?.isStopped ?? false;
      logs = { ...resumed?.logs };
    };
    if (resumed) {
      ran.push(...resumed.epochs);
      for (const [name, values] of Object.entries(resumed.history)) history[name] = [...values];
      if (resumed.batch === 0) goOn();
    }
    const start = resumed?.epoch ?? firstEpoch;
    for (let epoch = start; epoch < epochs && !steering.isStopped; epoch++) {
      logs = {};
      await run.tell('onEpochBegin', epoch);
      const isWithin = epoch === start && resumed !== undefined && resumed.batch > 0;
      runner.restartFigures();
      if (isWithin) goOn();
      const done = isWithin ? resumed : { batch: 0, figures: {} };
      const batchBackup = backup && {
        holdsStep: (batch: number) => backup.holdsStep(batch),
        save: (batch: number, figures: Logs) => keep({ epoch, batch, figures }),
      };
      Object.assign(logs, await trainEpoch(plan, epoch, runner, run, steering, done, batchBackup));
      if (validation && testing) {
        for (const [name, value] of Object.entries(await validation.measure(testing))) {
          logs[validationName(name)] = value;
        }
      }
      ran.push(epoch);
      await run.tell('onEpochEnd', epoch, logs);
      for (const [name, value] of Object.entries(logs)) {
        history[name] ??= [];
        history[name].push(value);
      }
      if (backup?.holdsEpoch) await keep({ epoch: epoch + 1, batch: 0, figures: {} });
    }
    if (ran.length > 0) {
      runner.finalize();
      average.forget();
    }
    await run.tell('onTrainEnd', logs);
    await backup?.finish();
  } finally {
    average.turn(false);
  }
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

/** Backups within an epoch. */
interface BatchBackup {
  holdsStep(batch: number): boolean;
  save(batch: number, figures: Logs): Promise<void>;
}

async function trainEpoch(
  plan: FittingPlan,
  epoch: number,
  runner: StepRunner,
  run: CallbackRun<TrainingControl>,
  steering: Steering,
  done: Pick<FitProgress, 'batch' | 'figures'>,
  backup: BatchBackup | undefined,
): Promise<Logs> {
  const { training, batchSize } = plan;
  const order = plan.shuffle ? epochOrder(plan.seed, epoch, training.inputs.count) : undefined;
  let last = done.figures;
  if (steering.isStopped && done.batch > 0) return last;
  const finish = async (pending: PendingFigures, batch: number): Promise<void> => {
    const { logs, size, batchLoss } = await readFigures(pending, plan.figures);
    last = logs;
    const batchLogs: BatchLogs = { ...logs, size, batchLoss };
    await run.tell('onBatchEnd', batch, batchLogs);
    if (backup?.holdsStep(batch)) await backup.save(batch + 1, last);
  };
  await batchByBatch(
    training.inputs.count,
    batchSize,
    {
      begin: async (batch) => {
        await run.tell('onBatchBegin', batch);
        steering.average.turn(false);
      },
      start: (from, to) => withBatch(training, order, from, to, (given) => runner.dispatch(given)),
      waits: (batch) => run.holdsStep(batch),
      finish,
      giveBack: ({ values }) => values.dispose(),
      isStopped: () => steering.isStopped,
    },
    done.batch,
  );
  return last;
}

/** Loss and metrics over all examples. `prepare` gives the step once callbacks had their chance to change the weights. */
export async function evaluateBatches(
  pairs: Pairs,
  batchSize: number,
  figures: readonly Figure[],
  prepare: () => (batch: Batch) => PendingFigures,
  run: CallbackRun<RunControl>,
): Promise<Scores> {
  const { count } = pairs.inputs;
  await run.tell('onTestBegin');
  const dispatch = prepare();
  let last: Scores | undefined;
  await batchByBatch(count, batchSize, {
    begin: (batch) => run.tell('onTestBatchBegin', batch),
    start: (from, to) => withBatch(pairs, undefined, from, to, dispatch),
    finish: async (pending, batch) => {
      const { logs, size, batchLoss } = await readFigures(pending, figures);
      last = logs;
      const batchLogs: BatchLogs = { ...logs, size, batchLoss };
      await run.tell('onTestBatchEnd', batch, batchLogs);
    },
    giveBack: ({ values }) => values.dispose(),
  });
  // There is at least one example, and the last batch tells of all.
  const scores = last as unknown as Scores;
  await run.tell('onTestEnd', scores);
  return scores;
}

/** The outputs for all inputs, as one array on the host. `prepare` gives the step, as for evaluation. */
export async function predictBatches(
  inputs: HostExamples,
  batchSize: number,
  result: TypedArray,
  prepare: () => (x: Tensor) => Tensor,
  run: CallbackRun<RunControl>,
): Promise<void> {
  let filled = 0;
  await run.tell('onPredictBegin');
  const dispatch = prepare();
  await batchByBatch(inputs.count, batchSize, {
    begin: (batch) => run.tell('onPredictBatchBegin', batch),
    start: (from, to) => dispatch(cutBatch(inputs, undefined, from, to)),
    finish: async (output, batch) => {
      const data = (await output.data()) as TypedArray;
      result.set(data, filled);
      filled += data.length;
      try {
        await run.tell('onPredictBatchEnd', batch, { size: output.shape[0] as number, outputs: [output] });
      } finally {
        output.dispose();
      }
    },
    giveBack: (output) => output.dispose(),
  });
  await run.tell('onPredictEnd');
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
