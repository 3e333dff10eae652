/** `pageProgress`: how far a fit is, for a page to show. */
import { nextTask, steadyTime } from '../environment.ts';
import type { BatchLogs, Callback, Logs, RunParameters } from './callback.ts';
import { checkNumber } from './option-checks.ts';
import { figuresText } from './progress-line.ts';

/** How far a fit is. */
export interface Progress {
  /** The running epoch, counted from 0. */
  readonly epoch: number;
  /** The epoch to stop before. */
  readonly epochs: number;
  /** Batches of the epoch that are done. */
  readonly batch: number;
  /** Batches in an epoch. */
  readonly batches: number | undefined;
  /** Whether this is the last word: the fit is over. */
  readonly isOver: boolean;
  /** The figures so far; at the end of an epoch with those of validation. */
  readonly figures: Logs;
}

/** Options of `pageProgress`. */
export interface PageProgressOptions {
  /** At most one report in so many milliseconds, but for the ends of epochs; 100 unless told. */
  readonly interval?: number;
}

/**
 * Calls a function with how far a fit is: after batches, but not too often, at the end of every epoch and at the end. After each
 * call the page gets the time to paint and to handle events, which training by itself does not give it.
 *
 * @param report what is called, for example `showProgress(element)`; promises are waited for
 * @throws `E_MODEL` for an interval that is no number of at least 0
 * @example
 * ```ts
 * import { layers, pageProgress, sequential } from '@deft/keras';
 * import { ones } from '@deft/tensor';
 * const model = sequential([layers.dense(1)], { inputShape: [2] });
 * model.compile({ optimizer: 'sgd', loss: 'mse' });
 * const shares: number[] = [];
 * const report = pageProgress(({ batch, batches }) => void shares.push(batch / (batches ?? 1)), { interval: 0 });
 * await model.fit(ones([8, 2]), ones([8, 1]), { batchSize: 4, callbacks: [report] });
 * console.log(shares); // → [0.5, 1, 1, 1]
 * ```
 */
export function pageProgress(
  report: (progress: Progress) => void | Promise<void>,
  options: PageProgressOptions = {},
): Callback {
  const { interval = 100 } = options;
  checkNumber('pageProgress', 'interval', interval, 0);
  let epoch = 0;
  let batch = 0;
  let reported = -Infinity;
  const tell = async ({ epochs, steps }: RunParameters, figures: Logs, isOver: boolean): Promise<void> => {
    await report({ epoch, epochs, batch, batches: steps, isOver, figures });
    reported = steadyTime();
    await nextTask();
  };
  return {
    onTrainBegin: () => {
      reported = -Infinity;
      batch = 0;
    },
    onEpochBegin: (begun) => {
      epoch = begun;
      batch = 0;
    },
    onBatchEnd: async (ended, { size: _, batchLoss: __, ...figures }: BatchLogs, { params }) => {
      batch = ended + 1;
      if (steadyTime() - reported >= interval) await tell(params, figures as Logs, false);
    },
    onEpochEnd: (_, logs, { params }) => tell(params, { ...logs }, false),
    onTrainEnd: (logs, { params }) => tell(params, { ...logs }, true),
  };
}

/**
 * A function for `pageProgress` that writes a line into an element: `epoch 2/5, batch 30/100 - loss: 0.6931`. Sets text, never
 * markup.
 *
 * @param element an element of a page, or anything with `textContent`
 * @example
 * ```ts
 * import { pageProgress, showProgress } from '@deft/keras';
 * const element = { textContent: '' }; // document.querySelector('#progress')
 * const callbacks = [pageProgress(showProgress(element))];
 * ```
 */
export function showProgress(element: { textContent: string | null }): (progress: Progress) => void {
  return ({ epoch, epochs, batch, batches, figures, isOver }) => {
    const place = `epoch ${epoch + 1}/${epochs}, batch ${batch}${batches === undefined ? '' : `/${batches}`}`;
    element.textContent = `${place}${figuresText(figures)}${isOver ? ' - done' : ''}`;
  };
}
