/**
 * Shows how far a loop is: one line redrawn in place on a terminal, a plain line at each quarter elsewhere. Stream and
 * clock are given, nothing is read from the environment.
 */
import type { ProgressStream } from '@deft/digits';

/** The state of a loop, shown. */
export interface Progress {
  /** Shows that `done` steps are done, with figures behind the bar; cheap enough to be called after every step. */
  update(done: number, figures: Readonly<Record<string, number>>): void;
  /** Leaves the line as it stands. Harmless twice. */
  end(): void;
}

const MILLISECONDS_BETWEEN_REDRAWS = 66;
const BAR = 24;
const CLEAR_LINE = '\r\u001b[K';

/** Begins to show a loop of `total` steps. */
export function startProgress(
  label: string,
  total: number,
  { stream, now }: { readonly stream: ProgressStream; readonly now: () => number },
): Progress {
  const start = now();
  let lastDraw = Number.NEGATIVE_INFINITY;
  let lastQuarter = 0;
  let open = false;
  return {
    update: (done, figures) => {
      const line = progressLine(label, done, total, figures, now() - start);
      if (stream.isTTY === true) {
        if (done < total && now() - lastDraw < MILLISECONDS_BETWEEN_REDRAWS) {
          return;
        }
        lastDraw = now();
        open = true;
        stream.write(CLEAR_LINE + line.slice(0, (stream.columns ?? 80) - 1));
        return;
      }
      const quarter = Math.floor((4 * done) / total);
      if (quarter > lastQuarter) {
        lastQuarter = quarter;
        stream.write(`${line}\n`);
      }
    },
    end: () => {
      if (open) {
        open = false;
        stream.write('\n');
      }
    },
  };
}

/** The line: label, bar, share, figures, and how long it will take at the present speed. */
export function progressLine(
  label: string,
  done: number,
  total: number,
  figures: Readonly<Record<string, number>>,
  milliseconds: number,
): string {
  const share = Math.min(done / total, 1);
  const bar = '━'.repeat(Math.round(share * BAR)).padEnd(BAR, '┄');
  const texts = Object.entries(figures).map(([name, value]) => `${name} ${value.toFixed(4)}`);
  const left = Math.ceil((milliseconds * (total - done)) / Math.max(done, 1) / 1000);
  const parts = [`${label}  ${bar}`, `${done}/${total}`, ...texts, ...(done < total ? [`${left} s left`] : [])];
  return parts.join('  ');
}
