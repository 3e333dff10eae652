/**
 * `backupAndRestore`: a fit that goes on where it was interrupted. The file has everything that training changes: weights,
 * the states of layers, optimiser and figures, the learning rate, where in which epoch the fit is, the history, and what
 * other callbacks keep. The loop over epochs (`fitting.ts`) says when, for a backup comes after all callbacks.
 */
import { raise, type Tensor, type TypedArray } from '@deft/core';
import { isJsonObject } from '../bounded-json.ts';
import { damagedHeader, decodeChecked, encodeChecked } from '../checked-file.ts';
import { isRateProgress } from '../learning-rate.ts';
import { fillTree, readTree, reservedPrefix, tensorOfStored } from '../named-tensors.ts';
import { checkCount } from '../number-checks.ts';
import type { NamedArray, StoredTensor } from '../safetensors.ts';
import type { StepRunner } from '../step-runner.ts';
import { exists, readWhole, removeFile, writeWhole } from '../stored-file.ts';
import type { Callback, CallbackState, Logs, TrainingControl } from './callback.ts';

/** Options of `backupAndRestore`. */
export interface BackupOptions {
  /** `epoch` (unless told) for a backup after every epoch, or after how many batches there is one. */
  readonly saveFreq?: 'epoch' | number;
  /** Whether the backup is removed when the fit has ended; true unless told. */
  readonly deleteCheckpoint?: boolean;
}

/** What a fit was called with, as far as its backup depends on it. */
export interface FitSettings {
  readonly seed: number;
  readonly batchSize: number;
  readonly shuffle: boolean;
  /** Number of training examples. */
  readonly examples: number;
}

/** Where a fit is. */
export interface FitProgress {
  readonly epoch: number;
  /** Batches of the epoch that are done; 0 between epochs. */
  readonly batch: number;
  /** Figures over the batches of the epoch so far. */
  readonly figures: Logs;
  /** All figures of the epoch, or of the last one between epochs. */
  readonly logs: Logs;
  readonly epochs: readonly number[];
  readonly history: { readonly [name: string]: readonly number[] };
  readonly isStopped: boolean;
}

const format = 'deft-training';
const version = '1';
const op = 'backupAndRestore';
const treePrefix = `${reservedPrefix}training`;
const callbackPrefix = (place: number): string => `${reservedPrefix}callback/${place}`;

type Data = { readonly [key: string]: unknown };

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isLogs = (value: unknown): value is Logs =>
  isJsonObject(value) && Object.values(value).every((figure) => typeof figure === 'number');
const isNumbers = (value: unknown): boolean => Array.isArray(value) && value.every((one) => typeof one === 'number');

function isProgress(value: Data): boolean {
  const { epoch, batch, figures, logs, epochs, history, isStopped } = value;
  return (
    isCount(epoch) &&
    isCount(batch) &&
    isLogs(figures) &&
    isLogs(logs) &&
    isNumbers(epochs) &&
    (epochs as readonly number[]).every((one, i, all) => one === epoch - all.length + i) &&
    isJsonObject(history) &&
    Object.values(history).every(isNumbers) &&
    typeof isStopped === 'boolean'
  );
}

/** A backup that was read and fits the run. */
export interface FoundBackup {
  readonly progress: FitProgress;
  /** Puts everything back. */
  apply(): void;
}

/** The callback, and what the loop over epochs asks of it. */
class Backup implements Callback {
  readonly #path: string;
  readonly #saveFreq: 'epoch' | number;
  readonly #deletes: boolean;
  #epoch = 0;
  /** Batches in an epoch; 0 where that is not known. */
  #steps = 0;
  /** The batch that was begun last, with those that run as one with it. */
  #first = 0;

  constructor(path: string, { saveFreq = 'epoch', deleteCheckpoint = true }: BackupOptions) {
    if (typeof path !== 'string' || path === '') {
      raise('E_MODEL', {
        op,
        argument: 'path',
        expected: 'the path of a file',
        found: JSON.stringify(path) ?? 'nothing',
      });
    }
    if (saveFreq !== 'epoch') checkCount(op, 'saveFreq', saveFreq, 1);
    this.#path = path;
    this.#saveFreq = saveFreq;
    this.#deletes = deleteCheckpoint;
  }

  onTrainBegin({ params }: TrainingControl): void {
    this.#steps = params.steps ?? 0;
  }

  onEpochBegin(epoch: number): void {
    this.#epoch = epoch;
  }

  onBatchBegin(batch: number): void {
    this.#first = batch;
  }

  /**
   * Whether there is a backup after a batch: counted from the first epoch on, however often the fit was interrupted; within the
   * epoch where it is not known how many batches one has. Several batches may run as one, so that a multiple is passed by.
   */
  holdsStep(batch: number): boolean {
    if (this.#saveFreq === 'epoch') return false;
    const earlier = this.#epoch * this.#steps;
    return Math.floor((earlier + batch + 1) / this.#saveFreq) > Math.floor((earlier + this.#first) / this.#saveFreq);
  }

  /** Whether there is a backup after an epoch. */
  get holdsEpoch(): boolean {
    return this.#saveFreq === 'epoch';
  }

  /** Writes where a fit is. No step may be running. */
  async save(
    settings: FitSettings,
    progress: FitProgress,
    runner: StepRunner,
    callbacks: readonly Callback[],
  ): Promise<void> {
    const arrays: NamedArray[] = await readTree(treePrefix, runner.snapshot(progress.batch > 0));
    const states: unknown[] = [];
    for (const [place, callback] of callbacks.entries()) {
      const { values, tensors = [] } = callback.getState?.() ?? { values: null };
      states.push({ values, tensors: tensors.length });
      arrays.push(...(await Promise.all(tensors.map((tensor, i) => arrayOf(`${callbackPrefix(place)}/${i}`, tensor)))));
    }
    const description = { settings, progress, rate: runner.rate.progress, callbacks: states };
    await writeWhole(op, this.#path, encodeChecked(op, format, version, description, arrays));
  }

  /** The backup of a fit, if there is one; `steps` is how many batches an epoch has, if that is known. Throws `E_FILE` where it is damaged, `E_MODEL` where it is of another fit. */
  async find(
    settings: FitSettings,
    runner: StepRunner,
    callbacks: readonly Callback[],
    steps: number = Infinity,
  ): Promise<FoundBackup | undefined> {
    if (!(await exists(op, this.#path))) return undefined;
    const { description, tensors } = decodeChecked(op, await readWhole(op, this.#path), format, [version]);
    const damaged = damagedHeader(op);
    const { settings: kept, progress, rate, callbacks: states } = description;
    if (!isJsonObject(kept) || !isJsonObject(progress) || !isProgress(progress) || !isRateProgress(rate)) {
      return damaged('the backup does not say where the fit is');
    }
    this.#checkSettings(settings, kept);
    const found = progress as unknown as FitProgress;
    if (found.batch > steps) damaged(`the backup is after batch ${found.batch} of ${steps}`);
    const tree = fillTree(op, treePrefix, runner.snapshot(found.batch > 0), tensors);
    const put = this.#callbackStates(states, callbacks, tensors);
    return {
      progress: found,
      apply: () => {
        runner.restore(tree);
        runner.rate.restore(rate);
        put();
      },
    };
  }

  #checkSettings(settings: FitSettings, kept: Data): void {
    for (const [name, value] of Object.entries(settings)) {
      if (kept[name] === value) continue;
      raise('E_MODEL', {
        op,
        argument: name,
        expected: `${String(kept[name]).slice(0, 40)}, as in the fit that ${this.#path} is a backup of`,
        found: String(value),
        hint: 'remove the file to begin anew',
      });
    }
  }

  #callbackStates(
    states: unknown,
    callbacks: readonly Callback[],
    tensors: ReadonlyMap<string, StoredTensor>,
  ): () => void {
    if (!Array.isArray(states) || states.length !== callbacks.length) {
      return raise('E_MODEL', {
        op,
        argument: 'callbacks',
        expected: `${Array.isArray(states) ? states.length : 'the same'} callbacks, as in the fit of the backup`,
        found: String(callbacks.length),
        hint: `remove ${this.#path} to begin anew`,
      });
    }
    const prepared = callbacks.flatMap((callback, place) => {
      const { values, tensors: count } = Object(states[place]) as {
        values?: CallbackState['values'];
        tensors?: unknown;
      };
      if (callback.setState === undefined || values === undefined || values === null) return [];
      const held = Array.from({ length: isCount(count) && count <= tensors.size ? count : 0 }, (_, i) => {
        const stored = tensors.get(`${callbackPrefix(place)}/${i}`);
        if (stored) return tensorOfStored(stored);
        return damagedHeader(op)(`the file has no tensor ${callbackPrefix(place)}/${i}`);
      });
      return [() => callback.setState?.({ values, tensors: held })];
    });
    return () => {
      for (const put of prepared) put();
    };
  }

  /** Removes the backup of a fit that has ended. */
  async finish(): Promise<void> {
    if (this.#deletes) await removeFile(op, this.#path);
  }
}

export type { Backup };

async function arrayOf(name: string, tensor: Tensor): Promise<NamedArray> {
  return { name, dtype: tensor.dtype, shape: tensor.shape, data: (await tensor.data()) as TypedArray };
}

/** The backup among the callbacks. Throws `E_MODEL` where there are several. */
export function backupOf(callbacks: readonly Callback[]): Backup | undefined {
  const [backup, second] = callbacks.filter((callback) => callback instanceof Backup);
  if (second)
    raise('E_MODEL', { op: 'fit', argument: 'callbacks', expected: 'one backupAndRestore', found: 'several' });
  return backup;
}

/**
 * Lets a fit that was interrupted, even by a crash, go on where its last backup was made: call `fit` again with the same
 * model, data, options and callbacks. It ends with the same weights and the same history, bit by bit, as one that was not
 * interrupted.
 *
 * The file is the old backup or the new one whole at any moment. Callbacks take part through `getState` and `setState`;
 * `onTrainBegin` and `onEpochBegin` of the running epoch are called before they get their state back.
 *
 * @param path the file of the backup
 * @throws `E_MODEL` from `fit` where the backup is of a fit with other options, `E_FILE` where it is damaged or of another
 *   model; nothing is changed then
 * @example
 * ```ts
 * import { backupAndRestore, layers, sequential } from '@deft/keras';
 * import { tmpdir } from 'node:os';
 * const model = sequential([layers.dense(1)]);
 * model.compile({ optimizer: 'adam', loss: 'mse' });
 * const callbacks = [backupAndRestore(`${tmpdir()}/deft-backup-example`, { saveFreq: 2 })];
 * const { epochs } = await model.fit([[0], [1], [2]], [0, 2, 4], { epochs: 3, batchSize: 1, callbacks });
 * console.log(epochs.length); // → 3
 * ```
 */
export function backupAndRestore(path: string, options: BackupOptions = {}): Callback {
  return new Backup(path, options);
}
