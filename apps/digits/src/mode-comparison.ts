/**
 * The two modes side by side: the same training steps, once op by op and once captured, from the same weights and the
 * same seed. The modes take turns step by step, so that whatever else the machine does slows both alike.
 */
import type { Model, TrainStep } from '@deft/keras';
import { type LabelledImages, takeImages } from './labelled-images.ts';
import { inputsOf } from './network.ts';

/** Steps that both modes take. */
export const COMPARED_STEPS = 20;

/** What one mode did. */
export interface ModeRun {
  /** Loss of every step's batch. */
  readonly losses: readonly number[];
  /** Time of the first step, with everything that is prepared once. */
  readonly firstMilliseconds: number;
  /** Median time of the later steps. */
  readonly milliseconds: number;
}

/** What both did. */
export interface ModeComparison {
  readonly eager: ModeRun;
  readonly captured: ModeRun;
  readonly batchSize: number;
  /** The largest relative difference of two losses; infinite when one of them is not a finite number. */
  readonly largestDifference: number;
}

/**
 * Takes the same steps in both modes on copies of the model's weights; the model stays as it is.
 *
 * @param now - milliseconds from any origin
 */
export async function compareModes(
  model: Model,
  train: LabelledImages,
  batchSize: number,
  now: () => number,
): Promise<ModeComparison> {
  const stopwatches = [
    new TimedSteps(await model.trainStep({ jit: false }), now),
    new TimedSteps(await model.trainStep({ jit: true }), now),
  ] as const;
  for (let step = 0; step < COMPARED_STEPS; step += 1) {
    const batch = batchAt(train, step, Math.min(batchSize, train.labels.length));
    for (const stopwatch of stopwatches) {
      await stopwatch.take(batch);
    }
  }
  const [eager, captured] = [stopwatches[0].result(), stopwatches[1].result()];
  const differences = eager.losses.map((loss, step) => relativeDifference(loss, captured.losses[step] ?? Number.NaN));
  return {
    eager,
    captured,
    batchSize: Math.min(batchSize, train.labels.length),
    largestDifference: Math.max(...differences),
  };
}

/** The distance of two numbers, measured by the larger one; infinite when one of them is not finite. */
export function relativeDifference(a: number, b: number): number {
  if (!Number.isFinite(a) || !Number.isFinite(b)) {
    return Number.POSITIVE_INFINITY;
  }
  return a === b ? 0 : Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
}

/** Both modes' losses at every step, in two columns of steps, and below them both speeds. */
export function drawComparison({ eager, captured, batchSize }: ModeComparison): string {
  const header = [' step', '     eager', '  captured', '  difference'].join('');
  const rows = eager.losses.map((loss, step) => {
    const other = captured.losses[step] ?? Number.NaN;
    const difference = relativeDifference(loss, other);
    return [
      String(step + 1).padStart(5),
      loss.toFixed(6).padStart(10),
      other.toFixed(6).padStart(10),
      (difference === 0 ? '0' : difference.toExponential(1)).padStart(12),
    ].join('');
  });
  const half = Math.ceil(rows.length / 2);
  const table = rows.slice(0, half).map((row, line) => `${row}  ${rows[half + line] ?? ''}`.trimEnd());
  const speed = (name: string, run: ModeRun): string => {
    const rate = Math.round((1000 * batchSize) / run.milliseconds).toLocaleString('en-US');
    const [later, first] = [run.milliseconds, run.firstMilliseconds].map((time) => time.toFixed(1));
    return `  ${name.padEnd(9)}${later?.padStart(7)} ms per step ${rate.padStart(7)} images/s   (first step ${first} ms)`;
  };
  return [`${header}  ${header}`, ...table, '', speed('eager', eager), speed('captured', captured)].join('\n');
}

/** One mode's steps with their times. */
class TimedSteps {
  readonly #step: TrainStep;
  readonly #now: () => number;
  readonly #losses: number[] = [];
  readonly #times: number[] = [];

  constructor(step: TrainStep, now: () => number) {
    this.#step = step;
    this.#now = now;
  }

  async take(batch: LabelledImages): Promise<void> {
    const start = this.#now();
    const { loss } = await this.#step.run(inputsOf(batch), batch.labels);
    this.#times.push(this.#now() - start);
    this.#losses.push(loss);
  }

  result(): ModeRun {
    const [first = 0, ...later] = this.#times;
    return { losses: this.#losses, firstMilliseconds: first, milliseconds: median(later) };
  }
}

/** The images of a step: the next `size` ones, from the beginning again after the last. */
function batchAt(set: LabelledImages, step: number, size: number): LabelledImages {
  return takeImages(
    set,
    Int32Array.from({ length: size }, (_, index) => (step * size + index) % set.labels.length),
  );
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}
