/**
 * Whether a pipeline works while training does: an epoch whose map takes as long as a step, against the longer of both alone. The
 * map runs in a worker, the step holds this thread; both compute until a time is over, so that what is measured is the pipeline.
 */
import { range } from '@deft/data';

/** Milliseconds an epoch. */
export interface DataOverlap {
  readonly map: number;
  readonly steps: number;
  readonly epoch: number;
  /** The epoch by the longer of both. */
  readonly ratio: number;
}

const milliseconds = 20;
const count = 100;
const rounds = 3;

const spin = (duration: number): void => {
  const end = performance.now() + duration;
  while (performance.now() < end);
};

const module = `data:text/javascript,${encodeURIComponent(`
  const spin = ${spin.toString()};
  export function prepare(i) {
    spin(${milliseconds});
    return new Float32Array(784).fill(i);
  }
`)}`;

async function timed(run: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/** Times the map alone, the steps alone, and an epoch of both. */
export async function dataOverlap(): Promise<DataOverlap> {
  const mapped = range(count).mapInWorkers<Float32Array>(module, 'prepare').prefetch(2);
  const best = { map: Infinity, steps: Infinity, epoch: Infinity };
  // In turns, so that a busy machine slows all three.
  for (let round = 0; round < rounds; round++) {
    const times = {
      map: await timed(async () => {
        for await (const _ of mapped);
      }),
      steps: await timed(async () => {
        for (let i = 0; i < count; i++) spin(milliseconds);
      }),
      epoch: await timed(async () => {
        for await (const _ of mapped) spin(milliseconds);
      }),
    };
    for (const name of ['map', 'steps', 'epoch'] as const) best[name] = Math.min(best[name], times[name]);
  }
  return { ...best, ratio: best.epoch / Math.max(best.map, best.steps) };
}
