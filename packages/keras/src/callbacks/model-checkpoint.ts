/** `modelCheckpoint`: the model saved while it trains, always or when it is the best so far. */
import { checkCount } from '../number-checks.ts';
import type { Callback, Logs, TrainedModel } from './callback.ts';
import { numbersOf } from './callback-state.ts';
import { makeFolder } from './log-file.ts';
import { Monitor, type MonitorOptions } from './monitor.ts';
import { checkNumber } from './option-checks.ts';
import { fillTemplate, parseTemplate } from './path-template.ts';

/** Options of `modelCheckpoint`. */
export interface ModelCheckpointOptions extends MonitorOptions {
  /** Whether a model is saved only where its monitored figure is better than all before; false unless told. */
  readonly saveBestOnly?: boolean;
  /** Whether the weights are saved alone, as `saveWeights` does; false, which is the model with its optimiser, unless told. */
  readonly saveWeightsOnly?: boolean;
  /**
   * `epoch` unless told, or a number of batches after which the model is saved, counted over all epochs. With
   * `stepsPerExecution` it is saved when those that run together are done.
   */
  readonly saveFreq?: 'epoch' | number;
  /** The value that has to be surpassed first, with `saveBestOnly`: that of a model saved earlier. */
  readonly initialValueThreshold?: number;
}

/**
 * Saves the model at the end of epochs, or after every so many batches. Files are written in Node, whole or not at all, and
 * missing folders are made.
 *
 * With a number of batches as `saveFreq` the batch before a save is read before the next one is started, so that weights and
 * figures belong together.
 *
 * @param path of the file, with fields for numbers: `{epoch}`, counted from 1, `{batch}` likewise where `saveFreq` is a
 *   number, and the names of figures, each with a format if wanted: `{epoch:03d}`, `{valLoss:.2f}`
 * @throws `E_MODEL` for options out of range, for fields and monitored figures that are not there; `E_FILE` where the file
 *   cannot be written or there are no files
 * @example
 * ```ts
 * import { modelCheckpoint } from '@deft/keras';
 * const callbacks = [
 *   modelCheckpoint('models/{epoch:03d}.safetensors'),
 *   modelCheckpoint('models/best.safetensors', { monitor: 'valAccuracy', saveBestOnly: true }),
 * ];
 * ```
 */
export function modelCheckpoint(path: string, options: ModelCheckpointOptions = {}): Callback {
  const op = 'modelCheckpoint';
  const { saveBestOnly = false, saveWeightsOnly = false, saveFreq = 'epoch', initialValueThreshold } = options;
  const template = parseTemplate(op, path);
  const monitor = saveBestOnly ? new Monitor(op, options) : undefined;
  if (saveFreq !== 'epoch') checkCount(op, 'saveFreq', saveFreq, 1);
  if (initialValueThreshold !== undefined) checkNumber(op, 'initialValueThreshold', initialValueThreshold);
  let best = initialValueThreshold ?? monitor?.worst ?? Infinity;
  let epochNow = 0;
  /** Batches of the epochs that are over, and of the running one. */
  let earlier = 0;
  let batches = 0;
  /** Several batches may run as one, so that a multiple of `saveFreq` is passed by. */
  const isDue = (batch: number): boolean =>
    saveFreq !== 'epoch' && Math.floor((earlier + batch + 1) / saveFreq) > Math.floor((earlier + batches) / saveFreq);
  const save = async (model: TrainedModel, logs: Logs, numbers: Logs): Promise<void> => {
    if (monitor) {
      const value = monitor.read(logs);
      if (!monitor.improves(value, best)) return;
      best = value;
    }
    const file = fillTemplate(op, template, { ...logs, ...numbers });
    const folder = /^(.*)[/\\][^/\\]*$/.exec(file)?.[1];
    if (folder) await makeFolder(op, folder);
    await (saveWeightsOnly ? model.saveWeights(file) : model.saveModel(file));
  };
  return {
    onTrainBegin: () => {
      earlier = 0;
    },
    onEpochBegin: (epoch) => {
      epochNow = epoch;
      batches = 0;
    },
    holdsStep: isDue,
    onBatchEnd: async (batch, logs, { model }) => {
      const saves = isDue(batch);
      batches = batch + 1;
      if (saves) await save(model, logs, { epoch: epochNow + 1, batch: batch + 1 });
    },
    onEpochEnd: async (epoch, logs, { model }) => {
      earlier += batches;
      if (saveFreq === 'epoch') await save(model, logs, { epoch: epoch + 1 });
    },
    getState: () => ({ values: { best, earlier, batches } }),
    setState: (state) => {
      ({ best, earlier, batches } = numbersOf(op, state, 'best', 'earlier', 'batches'));
    },
  };
}
