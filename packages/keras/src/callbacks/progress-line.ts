/** The words of a progress bar: the bar, times and figures, laid out as Keras does it. */
import type { Logs } from './callback.ts';

/** What a line tells. */
export interface ProgressLine {
  readonly done: number;
  /** Unknown for streams. */
  readonly steps: number | undefined;
  /** Milliseconds since the first step began. */
  readonly elapsed: number;
  /** Milliseconds that a step takes. */
  readonly perStep: number;
  readonly figures: Logs;
}

const barWidth = 20;

/** `7s`, `1:07`, `1:01:07`. */
function clockText(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 60) return `${seconds}s`;
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/** `2s/step`, `12ms/step`, `340us/step`. */
function paceText(milliseconds: number): string {
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(0)}s/step`;
  if (milliseconds >= 1) return `${milliseconds.toFixed(0)}ms/step`;
  return `${(milliseconds * 1000).toFixed(0)}us/step`;
}

/** ` - loss: 0.6931 - accuracy: 0.5000` */
export function figuresText(figures: Logs): string {
  return Object.entries(figures)
    .map(([name, value]) => {
      const isSmall = value !== 0 && Math.abs(value) <= 1e-3;
      return ` - ${name}: ${isSmall ? value.toExponential(4) : value.toFixed(4)}`;
    })
    .join('');
}

/** `3/10`, the first number as wide as the second; `3` where it is not known how many there are. */
const countText = ({ done, steps }: ProgressLine): string =>
  steps === undefined ? String(done) : `${String(done).padStart(String(steps).length)}/${steps}`;

/** A line for a terminal. While steps are missing it says how long they will take, after that how long all took. */
export function barLine(line: ProgressLine, isOver: boolean): string {
  const { done, steps, elapsed, perStep, figures } = line;
  if (steps === undefined)
    return `${countText(line)} ${clockText(elapsed)} ${paceText(perStep)}${figuresText(figures)}`;
  const filled = steps > 0 ? Math.min(barWidth, Math.floor((barWidth * done) / steps)) : 0;
  const bar = '━'.repeat(filled) + '─'.repeat(barWidth - filled);
  const time = clockText(isOver ? elapsed : perStep * (steps - done));
  return `${countText(line)} ${bar} ${time} ${paceText(perStep)}${figuresText(figures)}`;
}

/** A line without a bar, for the end of an epoch. */
export function plainLine(line: ProgressLine): string {
  return `${countText(line)} - ${clockText(line.elapsed)} - ${paceText(line.perStep)}${figuresText(line.figures)}`;
}
