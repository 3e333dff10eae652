/** The loops over batches: epochs of training with their callbacks, evaluation and prediction. */
import { allocate, baseInterpreter, raise, sameShape, type Tensor, type TypedArray } from '@deft/core';
import type { Signal } from '@deft/nn';
import type { Optimizer } from '@deft/optim';
import { batchByBatch } from './batch-loop.ts';
import type { BatchSource } from './batch-source.ts';
import { AverageSwitch } from './callbacks/average-switch.ts';
import { backupOf, type FitProgress, type FitSettings } from './callbacks/backup-and-restore.ts';
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
import { type Batch, type PendingFigures, readFigures, tensorsOf } from './figures.ts';
import type { Scores, Verbosity } from './model-options.ts';
import type { StepRunner } from './step-runner.ts';

/** What `fit` gives: the figures of every epoch. */
export interface History {
  /** Numbers of the epochs that ran. */
  readonly epochs: readonly number[];
  /** Every figure, one value an epoch. */
  readonly history: { readonly [name: string]: readonly number[] };
}

/** Settings of the loop over epochs, all complete. */
export interface FittingPlan {
  readonly training: BatchSource;
  readonly firstEpoch: number;
  readonly epochs: number;
  /** Steps that are run at a time. */
  readonly stepsPerExecution: number;
  /** What a backup has to have in common with the fit that goes on from it. */
  readonly settings: FitSettings;
  /** Names of what steps report after the loss. */
  readonly reported: readonly string[];
  readonly callbacks: readonly Callback[];
  readonly verbose: Verbosity;
  /** For the average of the weights, if it keeps one. */
  readonly optimizer: Optimizer;
  /** Figures on the validation examples, without prefix, told to callbacks; nothing where there are none. */
  readonly validation: ValidationPlan | undefined;
}

/** How training is validated. */
export interface ValidationPlan {
  readonly steps: number | undefined;
  /** Epochs from one validation to the next. */
  readonly frequency: number;
  measure(run: CallbackRun<RunControl>): Promise<Logs>;
}

/** What callbacks did to a fit. */
interface Steering {
  isStopped: boolean;
  readonly average: AverageSwitch;
}

/** Trains over epochs. */
export async function fitEpochs(plan: FittingPlan, runner: StepRunner, model: TrainedModel): Promise<History> {
  const { firstEpoch, epochs, verbose, validation } = plan;
  const average = new AverageSwitch(plan.optimizer, () => runner.variables);
  const paramsOf = (steps: number | undefined): RunParameters => ({ epochs, steps, verbose });
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
    Object.getOwnPropertyDescriptors(runControl('fit', model, paramsOf(plan.training.steps), average)),
  ) as TrainingControl;
  const run = new CallbackRun(withBar(plan.callbacks, verbose), control);
  const testing = validation && run.with(runControl('fit', model, paramsOf(validation.steps), average));
  const ran: number[] = [];
  const history: Record<string, number[]> = {};
  const backup = backupOf(plan.callbacks);
  const { settings } = plan;
  const keep = async (where: Pick<FitProgress, 'epoch' | 'batch' | 'figures'>): Promise<void> => {
    average.turn(false);
    const progress = { ...where, logs, epochs: ran, history, isStopped: steering.isStopped };
    await backup?.save(settings, progress, runner, plan.callbacks);
  };
  try {
    const found = await backup?.find(settings, runner, plan.callbacks, plan.training.steps);
    await run.tell('onTrainBegin');
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
      await plan.training.goOn?.(resumed.epochs.length);
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
      if (validation && testing && (epoch + 1) % validation.frequency === 0) {
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
  let last = done.figures;
  if (steering.isStopped && done.batch > 0) return last;
  await batchByBatch(
    plan.training.open(epoch, done.batch),
    {
      together: plan.stepsPerExecution,
      begin: async (batch) => {
        await run.tell('onBatchBegin', batch);
        steering.average.turn(false);
      },
      start: (batches) => runner.dispatchAll(batches),
      waits: (batch) => run.holdsStep(batch),
      finish: async (pending, batch) => {
        const { logs, size, batchLoss } = await readFigures(pending, plan.reported);
        last = logs;
        const batchLogs: BatchLogs = { ...logs, size, batchLoss };
        await run.tell('onBatchEnd', batch, batchLogs);
        if (backup?.holdsStep(batch)) await backup.save(batch + 1, last);
      },
      giveBack: ({ values }) => values.dispose(),
      isStopped: () => steering.isStopped,
    },
    done.batch,
  );
  return last;
}

/** Loss and metrics over all examples. `prepare` gives the step once callbacks had their chance to change the weights. */
export async function evaluateBatches(
  source: BatchSource,
  reported: readonly string[],
  prepare: () => (batch: Batch) => PendingFigures,
  run: CallbackRun<RunControl>,
): Promise<Scores> {
  await run.tell('onTestBegin');
  const dispatch = prepare();
  let last: Scores | undefined;
  await batchByBatch(source.open(0), {
    begin: (batch) => run.tell('onTestBatchBegin', batch),
    start: ([batch]) => dispatch(batch as Batch),
    finish: async (pending, batch) => {
      const { logs, size, batchLoss } = await readFigures(pending, reported);
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

/** What was given for all batches of one output, put together. */
class Collected {
  readonly #parts: { readonly data: TypedArray; readonly tensor: Tensor }[] = [];

  async add(tensor: Tensor): Promise<void> {
    const [first] = this.#parts;
    if (first !== undefined && !sameShape(first.tensor.shape.slice(1), tensor.shape.slice(1))) {
      const expected = `outputs of one shape, as ${first.tensor.abstract.text}`;
      raise('E_MODEL', { op: 'predict', argument: 'x', expected, found: tensor.abstract.text });
    }
    this.#parts.push({ data: (await tensor.data()) as TypedArray, tensor });
  }

  whole(): Tensor {
    const { tensor } = this.#parts[0] as { tensor: Tensor };
    const { dtype } = tensor;
    const data = allocate(
      dtype,
      this.#parts.reduce((total, part) => total + part.data.length, 0),
    );
    let filled = 0;
    for (const part of this.#parts) {
      (data as Float32Array).set(part.data as Float32Array, filled);
      filled += part.data.length;
    }
    const count = this.#parts.reduce((total, part) => total + (part.tensor.shape[0] as number), 0);
    return baseInterpreter().constant({ shape: [count, ...tensor.shape.slice(1)], dtype, data }, false);
  }
}

const disposeAll = (output: Signal): void => {
  for (const tensor of tensorsOf(output)) tensor.dispose();
};

/** The outputs for all inputs, one tensor an output. `prepare` gives the step, as for evaluation. */
export async function predictBatches(
  source: BatchSource,
  prepare: () => (x: Signal) => Signal,
  run: CallbackRun<RunControl>,
): Promise<Tensor[]> {
  const collected: Collected[] = [];
  await run.tell('onPredictBegin');
  const dispatch = prepare();
  await batchByBatch(source.open(0), {
    begin: (batch) => run.tell('onPredictBatchBegin', batch),
    start: ([batch]) => dispatch((batch as Batch).x),
    finish: async (output, batch) => {
      const outputs = tensorsOf(output);
      try {
        for (const [i, tensor] of outputs.entries()) {
          collected[i] ??= new Collected();
          await collected[i].add(tensor);
        }
        await run.tell('onPredictBatchEnd', batch, { size: outputs[0]?.shape[0] as number, outputs });
      } finally {
        disposeAll(output);
      }
    },
    giveBack: disposeAll,
  });
  await run.tell('onPredictEnd');
  return collected.map((one) => one.whole());
}
