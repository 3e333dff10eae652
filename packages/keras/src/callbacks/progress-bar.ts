/** `progressBar`: how far a run is, on the terminal. */
import { standardOutput, steadyTime, type TextOutput } from '../environment.ts';
import type { BatchLogs, Callback, Logs, RunParameters } from './callback.ts';
import { checkNumber } from './option-checks.ts';
import { barLine, type ProgressLine, plainLine } from './progress-line.ts';

/** Options of `progressBar`. */
export interface ProgressBarOptions {
  /** 1 for a bar, 2 for a line an epoch; the `verbose` of the run unless told, and 1 where that is 0. */
  readonly verbose?: 1 | 2;
  /** Where it is written: a stream of Node, or an object with `write`; the standard output unless told. */
  readonly output?: TextOutput;
  /** The bar is drawn at most once in so many milliseconds; 50 unless told. */
  readonly interval?: number;
}

/** The figures of a batch without what is of the batch alone. */
function withoutBatch({ size: _, batchLoss: __, ...figures }: BatchLogs): Logs {
  return figures as Logs;
}

/** What was seen of one pass over batches. */
class Pass {
  readonly #params: RunParameters;
  readonly #start: number = steadyTime();
  #afterFirst = 0;
  /** How many were done when the first call came. */
  #first = 0;
  #done = 0;

  constructor(params: RunParameters) {
    this.#params = params;
  }

  /** Counts all batches up to one. */
  step(batch: number): void {
    if (this.#done === 0) {
      this.#afterFirst = steadyTime();
      this.#first = batch + 1;
    }
    this.#done = batch + 1;
  }

  /** What there is to tell now. The first step, which compiles, does not count for the pace once there are others. */
  line(figures: Logs): ProgressLine {
    const now = steadyTime();
    const done = this.#done;
    const later = done - this.#first;
    const perStep = later > 0 ? (now - this.#afterFirst) / later : done > 0 ? (now - this.#start) / done : 0;
    return { done, steps: this.#params.steps, elapsed: now - this.#start, perStep, figures };
  }
}

/**
 * Shows how far a run is: batches, time and figures. On a terminal one line is written again and again; elsewhere, and with
 * `verbose: 2`, there is one line at the end of every epoch. `fit`, `evaluate` and `predict` add it for `verbose: 1` and `2`.
 * The validation within `fit` is silent.
 *
 * @throws `E_MODEL` for an interval that is no number of at least 0
 * @example
 * ```ts
 * import { layers, progressBar, sequential } from '@deft/keras';
 * import { ones } from '@deft/tensor';
 * const model = sequential([layers.dense(1)], { inputShape: [2] });
 * model.compile({ optimizer: 'sgd', loss: 'mse' });
 * const lines: string[] = [];
 * const output = { write: (text: string) => void lines.push(text) };
 * await model.fit(ones([8, 2]), ones([8, 1]), { epochs: 2, batchSize: 4, callbacks: [progressBar({ output })] });
 * console.log(lines.length, lines[0]?.startsWith('Epoch 1/2 - 2/2 - 0s - ')); // → 2 true
 * ```
 */
export function progressBar(options: ProgressBarOptions = {}): Callback {
  const { output = standardOutput(), interval = 50 } = options;
  checkNumber('progressBar', 'interval', interval, 0);
  let heading = '';
  let draws = false;
  let pass: Pass | undefined;
  let drawn = 0;

  const begin = (params: RunParameters, title: string): void => {
    draws = output.isTTY === true && (options.verbose ?? params.verbose) !== 2;
    pass = new Pass(params);
    heading = title;
    drawn = -Infinity;
    if (draws && title !== '') output.write(`${title}\n`);
  };
  /** Writes a line over the last one, cut to what fits into one. */
  const draw = (text: string): void => {
    const { columns } = output;
    output.write(`\r${columns ? text.slice(0, columns - 1) : text}\u001b[K`);
  };
  const step = (batch: number, figures: Logs): void => {
    pass?.step(batch);
    const now = steadyTime();
    if (!pass || !draws || now - drawn < interval) return;
    drawn = now;
    draw(barLine(pass.line(figures), false));
  };
  const end = (figures: Logs): void => {
    if (!pass) return;
    const line = pass.line(figures);
    pass = undefined;
    if (!draws) {
      output.write(`${heading}${heading && ' - '}${plainLine(line)}\n`);
      return;
    }
    draw(barLine(line, true));
    output.write('\n');
  };
  return {
    onEpochBegin: (epoch, { params }) => begin(params, params.epochs > 1 ? `Epoch ${epoch + 1}/${params.epochs}` : ''),
    onBatchEnd: (batch, logs) => step(batch, withoutBatch(logs)),
    onEpochEnd: (_, logs) => end(logs),
    onTestBegin: ({ method, params }) => {
      if (method !== 'fit') begin(params, '');
    },
    onTestBatchEnd: (batch, logs, { method }) => {
      if (method !== 'fit') step(batch, withoutBatch(logs));
    },
    onTestEnd: (logs, { method }) => {
      if (method !== 'fit') end(logs);
    },
    onPredictBegin: ({ params }) => begin(params, ''),
    onPredictBatchEnd: (batch) => step(batch, {}),
    onPredictEnd: () => end({}),
  };
}
