/**
 * Shows how training goes. On a terminal one line per epoch is redrawn in place; elsewhere (a file, a pipe,
 * a CI log) a plain line is printed at each quarter of an epoch. Nothing is read from the environment: stream
 * and clock are given.
 */

/** State of the training, counted in images. */
export interface Progress {
  /** The current epoch, from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Images of this epoch that were trained on. */
  readonly done: number;
  /** Images in an epoch. */
  readonly total: number;
  /** Mean loss of this epoch so far. */
  readonly loss: number;
  /** Share of images of this epoch that were read correctly so far, 0 to 1. */
  readonly accuracy: number;
  readonly imagesPerSecond: number;
  /** Accuracy on the test images, known at the end of an epoch at most. */
  readonly testAccuracy?: number | undefined;
}

/** What the bar writes to; `process.stdout` fits. */
export interface ProgressStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** How the bar behaves. */
export interface ProgressBarOptions {
  readonly stream: ProgressStream;
  /** Milliseconds from any origin; keeps redraws apart. */
  readonly now: () => number;
}

const MILLISECONDS_BETWEEN_REDRAWS = 66;
const LONGEST_BAR = 30;
const SHORTEST_BAR = 8;
const ASSUMED_COLUMNS = 80;
const CLEAR_LINE = '\r\u001b[K';

/**
 * A progress line for training.
 *
 * @example
 * ```ts
 * const bar = new ProgressBar({ stream: process.stdout, now: () => performance.now() });
 * bar.update({ epoch: 1, epochs: 3, done: 64, total: 8000, loss: 2.3, accuracy: 0.1, imagesPerSecond: 900 });
 * bar.end();
 * ```
 */
export class ProgressBar {
  readonly #stream: ProgressStream;
  readonly #now: () => number;
  #lastRedraw = Number.NEGATIVE_INFINITY;
  /** The line on the terminal that is not finished by a line break yet. */
  #open: string | undefined;
  /** Epoch of the last update. */
  #epoch = 0;
  /** What the last plain line was printed for. */
  #printed = '';

  constructor({ stream, now }: ProgressBarOptions) {
    this.#stream = stream;
    this.#now = now;
  }

  /**
   * Shows `progress`; cheap enough to be called after every step. The end of an epoch may be shown twice, first without
   * and then with `testAccuracy`. Another epoch begins another line.
   */
  update(progress: Progress): void {
    if (progress.epoch !== this.#epoch) {
      this.end();
      this.#epoch = progress.epoch;
      this.#printed = '0';
    }
    if (this.#stream.isTTY === true) {
      this.#redraw(progress);
    } else {
      this.#printQuarter(progress);
    }
  }

  /** Prints a line of text above the bar. */
  log(text: string): void {
    if (this.#open === undefined) {
      this.#stream.write(`${text}\n`);
    } else {
      this.#stream.write(`${CLEAR_LINE}${text}\n${this.#open}`);
    }
  }

  /** Leaves the line as it stands and goes to the next. To be called when training ends or fails; harmless twice. */
  end(): void {
    if (this.#open !== undefined) {
      this.#open = undefined;
      this.#stream.write('\n');
    }
  }

  #redraw(progress: Progress): void {
    const complete = progress.done >= progress.total;
    const now = this.#now();
    if (!complete && now - this.#lastRedraw < MILLISECONDS_BETWEEN_REDRAWS) {
      return;
    }
    this.#lastRedraw = now;
    // One column stays free: some terminals wrap as soon as the last one is filled.
    this.#open = barLine(progress, (this.#stream.columns ?? ASSUMED_COLUMNS) - 1);
    this.#stream.write(`${CLEAR_LINE}${this.#open}`);
  }

  #printQuarter(progress: Progress): void {
    const quarter = Math.floor(4 * fraction(progress));
    const tested = progress.testAccuracy === undefined ? '' : ' tested';
    if (this.#printed !== `${quarter}${tested}`) {
      this.#printed = `${quarter}${tested}`;
      this.#stream.write(`${plainLine(progress)}\n`);
    }
  }
}

/** The terminal's line: as much of it as fits into `columns`, the least important parts left out first. */
export function barLine(progress: Progress, columns: number): string {
  const before = `Epoch ${progress.epoch}/${progress.epochs}`;
  const parts = [numbers(progress), speed(progress), remaining(progress), counts(progress)].filter(
    (part) => part !== '',
  );
  while (parts.length > 0) {
    const room = columns - before.length - 2 - parts.reduce((sum, part) => sum + part.length + 2, 0);
    if (room >= SHORTEST_BAR) {
      return `${before}  ${bar(progress, Math.min(room, LONGEST_BAR))}  ${parts.join('  ')}`;
    }
    parts.pop();
  }
  return `${before}  ${percentage(fraction(progress), 0)}`.slice(0, Math.max(columns, 0));
}

/** The line for anything but a terminal. */
export function plainLine(progress: Progress): string {
  const done = percentage(fraction(progress), 0).padStart(4);
  const parts = [numbers(progress), speed(progress), remaining(progress)].filter((part) => part !== '');
  return [`Epoch ${progress.epoch}/${progress.epochs}`, done, ...parts].join('  ');
}

/** A bar of `━` in steps of half a character. */
function bar(progress: Progress, width: number): string {
  const halves = Math.round(2 * width * fraction(progress));
  const full = '━'.repeat(halves >> 1);
  return (full + (halves % 2 === 1 ? '╸' : '')).padEnd(width, '┄');
}

function fraction({ done, total }: Progress): number {
  return total > 0 ? Math.min(Math.max(done / total, 0), 1) : 1;
}

function numbers({ loss, accuracy, testAccuracy }: Progress): string {
  const training = `loss ${loss.toFixed(4)}  accuracy ${percentage(accuracy, 2)}`;
  return testAccuracy === undefined ? training : `${training}  test ${percentage(testAccuracy, 2)}`;
}

function counts({ done, total }: Progress): string {
  const all = total.toLocaleString('en-US');
  return `${done.toLocaleString('en-US').padStart(all.length)}/${all}`;
}

function speed({ imagesPerSecond }: Progress): string {
  return Number.isFinite(imagesPerSecond) ? `${Math.round(imagesPerSecond).toLocaleString('en-US')} images/s` : '';
}

/** Time left for this epoch and those after it, at the present speed. */
function remaining({ epoch, epochs, done, total, imagesPerSecond }: Progress): string {
  const seconds = (total - done + (epochs - epoch) * total) / imagesPerSecond;
  return Number.isFinite(seconds) && seconds >= 0 ? `${duration(seconds)} left` : '';
}

/** `0:09`, `12:34` or `1:02:03`. */
function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = String(rest).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
}

function percentage(share: number, digits: number): string {
  return `${(100 * share).toFixed(digits)}%`;
}
