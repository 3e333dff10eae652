/** `tensorBoard`: figures and histograms of weights as files that TensorBoard shows. */
import { steadyTime, wallTime } from '../environment.ts';
import { checkCount } from '../number-checks.ts';
import type { Callback, Logs, TrainedModel } from './callback.ts';
import { numbersOf } from './callback-state.ts';
import { EventFile } from './event-files/event-file.ts';
import { histogramEvent, scalarEvent } from './event-files/events.ts';
import { bucketsOf } from './event-files/histogram.ts';
import { validationName } from './figure-names.ts';

/** Options of `tensorBoard`. */
export interface TensorBoardOptions {
  /** The folder that `tensorboard --logdir` is told; `logs` unless told. */
  readonly logDir?: string;
  /** Every so many epochs histograms of all weights are written; 0, which is never, unless told. */
  readonly histogramFreq?: number;
  /** Whether the speed is written too; false unless told. */
  readonly writeStepsPerSecond?: boolean;
  /** Whether figures are also written within epochs: after every batch, or every so many; `epoch`, which is no, unless told. */
  readonly updateFreq?: 'batch' | 'epoch' | number;
}

/** Bytes that may wait within an epoch. */
const mostWaiting = 64 * 1024;

/**
 * Writes event files for TensorBoard: training in the folder `train`, validation in `validation`, with Keras's tags:
 * `epoch_loss` and one of every other figure, `epoch_learning_rate`, `batch_loss` with `updateFreq`, and
 * `evaluation_loss_vs_iterations` after evaluations; histograms are called `dense/kernel/histogram`. Batches are counted
 * over all runs with the same callback. Files are written in Node, and are on the disk at the end of every epoch.
 *
 * @throws `E_MODEL` for options out of range; `E_FILE` where a file cannot be written or there are no files
 * @example
 * ```ts
 * import { tensorBoard } from '@deft/keras';
 * const callbacks = [tensorBoard({ logDir: 'logs/first', histogramFreq: 5, updateFreq: 100 })];
 * // tensorboard --logdir logs
 * ```
 */
export function tensorBoard(options: TensorBoardOptions = {}): Callback {
  const op = 'tensorBoard';
  const { logDir = 'logs', histogramFreq = 0, writeStepsPerSecond = false, updateFreq = 'epoch' } = options;
  checkCount(op, 'histogramFreq', histogramFreq, 0);
  const every = updateFreq === 'epoch' ? undefined : updateFreq === 'batch' ? 1 : updateFreq;
  if (every !== undefined) checkCount(op, 'updateFreq', every, 1);
  const train = new EventFile(op, `${logDir}/train`);
  const validation = new EventFile(op, `${logDir}/validation`);
  /** Batches of all runs, and those of the running epoch. */
  let iterations = 0;
  let batches = 0;
  let epochStart = { time: 0, iterations: 0 };
  let lastTime = 0;

  const write = (file: EventFile, step: number, tag: string, value: number): void =>
    file.add(scalarEvent(wallTime(), step, tag, value));
  const writeHistograms = async (epoch: number, model: TrainedModel): Promise<void> => {
    const weights = await model.getWeights();
    for (const [i, name] of model.weightNames.entries()) {
      const values = Float64Array.from((await weights[i]?.data()) as unknown as Iterable<number>, Number);
      train.add(histogramEvent(wallTime(), epoch, `${name}/histogram`, bucketsOf(values)));
    }
    for (const weight of weights) weight.dispose();
  };
  const writeEpoch = (epoch: number, { learningRate, ...figures }: Logs, rateNow: number): void => {
    const validated = new Map(Object.keys(figures).map((name) => [validationName(name), name]));
    for (const [name, value] of Object.entries(figures)) {
      const base = validated.get(name);
      write(base === undefined ? train : validation, epoch, `epoch_${base ?? name}`, value as number);
    }
    write(train, epoch, 'epoch_learning_rate', learningRate ?? rateNow);
  };
  return {
    onEpochBegin: () => {
      lastTime = steadyTime();
      batches = 0;
      epochStart = { time: lastTime, iterations };
    },
    onBatchEnd: async (batch, { size: _, batchLoss: __, ...figures }) => {
      // Several batches may run as one.
      const together = batch + 1 - batches;
      const before = iterations;
      batches = batch + 1;
      iterations += together;
      const now = steadyTime();
      if (every !== undefined && Math.floor(iterations / every) > Math.floor(before / every)) {
        for (const [name, value] of Object.entries(figures)) write(train, iterations, `batch_${name}`, value as number);
        const speed = (1000 * together) / (now - lastTime);
        if (writeStepsPerSecond) write(train, iterations, 'batch_steps_per_second', speed);
      }
      lastTime = now;
      if (train.waiting > mostWaiting) await train.flush();
    },
    onEpochEnd: async (epoch, logs, { model, learningRate }) => {
      writeEpoch(epoch, logs, learningRate);
      if (writeStepsPerSecond) {
        const seconds = (steadyTime() - epochStart.time) / 1000;
        write(train, epoch, 'epoch_steps_per_second', (iterations - epochStart.iterations) / seconds);
      }
      if (histogramFreq > 0 && epoch % histogramFreq === 0) await writeHistograms(epoch, model);
      await train.flush();
      await validation.flush();
    },
    onTestEnd: async (logs) => {
      for (const [name, value] of Object.entries(logs)) {
        write(validation, iterations, `evaluation_${name}_vs_iterations`, value);
      }
      await validation.flush();
    },
    getState: () => ({ values: { iterations, batches } }),
    setState: (state) => {
      ({ iterations, batches } = numbersOf(op, state, 'iterations', 'batches'));
      epochStart = { time: steadyTime(), iterations };
    },
  };
}
