/** The last lines of a run: what was found, held against what was promised. */
import type { ModeComparison } from './mode-comparison.ts';
import type { Agreement } from './second-process.ts';

/** Losses of both modes may differ by so much, relatively. */
const LARGEST_DIFFERENCE = 1e-4;
/** Share of the test images that the default run must read correctly. */
const LEAST_ACCURACY = 0.98;
/** Seconds in which the default run must end, on two cores. */
const MOST_SECONDS = 90;

/** What a run found. */
export interface Findings {
  readonly accuracy: number;
  readonly comparison: ModeComparison;
  readonly agreement: Agreement;
  readonly seconds: number;
  /** Whether accuracy and time were promised: they are for the default settings only. */
  readonly isDefaultJob: boolean;
  /** Paths of the written files, as they are shown. */
  readonly files: readonly string[];
}

/** Whether the two modes' losses agree at every step. */
export function modesAgree({ largestDifference }: ModeComparison): boolean {
  return largestDifference <= LARGEST_DIFFERENCE;
}

/** Whether both processes read every image alike, to the last bit. */
export function processesAgree({ compared, sameClass, sameBits }: Agreement): boolean {
  return compared > 0 && sameClass === compared && sameBits === compared;
}

/** The findings as aligned lines; what was promised stands beside, with whether it holds. */
export function drawSummary(findings: Findings): string {
  const { accuracy, comparison, agreement, seconds, isDefaultJob, files } = findings;
  const { eager, captured, batchSize, largestDifference } = comparison;
  const rate = Math.round((1000 * batchSize) / captured.milliseconds).toLocaleString('en-US');
  const [compared, sameBits] = [agreement.compared, agreement.sameBits].map((count) => count.toLocaleString('en-US'));
  const rows: readonly Row[] = [
    {
      name: 'test accuracy',
      value: `${(100 * accuracy).toFixed(2)} %`,
      ...(isDefaultJob && {
        promise: `at least ${(100 * LEAST_ACCURACY).toFixed(1)} %`,
        holds: accuracy >= LEAST_ACCURACY,
      }),
    },
    {
      name: 'eager and captured loss',
      value: `differ by ${largestDifference === 0 ? '0' : largestDifference.toExponential(1)} over ${eager.losses.length} steps`,
      promise: `at most ${LARGEST_DIFFERENCE.toExponential(0)}, relative`,
      holds: modesAgree(comparison),
    },
    {
      name: 'predictions after reload',
      value: `${sameBits} of ${compared} equal, bit for bit`,
      promise: 'all',
      holds: processesAgree(agreement),
    },
    {
      name: 'a captured step',
      value: `${captured.milliseconds.toFixed(1)} ms (${rate} images/s); eager ${eager.milliseconds.toFixed(1)} ms`,
    },
    {
      name: 'time',
      value: `${seconds.toFixed(1)} s`,
      ...(isDefaultJob && { promise: `at most ${MOST_SECONDS} s on two cores`, holds: seconds <= MOST_SECONDS }),
    },
  ];
  const nameWidth = Math.max(...rows.map(({ name }) => name.length));
  const valueWidth = Math.max(...rows.map(({ value, promise }) => (promise === undefined ? 0 : value.length)));
  const lines = rows.map(({ name, value, promise, holds }) => {
    const left = `  ${name.padEnd(nameWidth)}  ${value}`;
    return promise === undefined ? left : `${left.padEnd(nameWidth + valueWidth + 4)}  ${holds ? '✓' : '✗'} ${promise}`;
  });
  const written = files.map((file, index) => `  ${(index === 0 ? 'files' : '').padEnd(nameWidth)}  ${file}`);
  return [...lines, ...written].join('\n');
}

interface Row {
  readonly name: string;
  readonly value: string;
  readonly promise?: string;
  readonly holds?: boolean;
}
