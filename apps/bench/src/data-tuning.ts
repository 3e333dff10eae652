/**
 * Whether pipelines that tune themselves do as well as the best setting that a user could have chosen: the time of a pass with
 * `'auto'` against those with fixed numbers, in turns. The first pass, in which it is found out what is best, is left out.
 */
import { closeWorkers, type Dataset, range } from '@deft/data';

/** Milliseconds of a pass. */
export interface DataTuning {
  readonly name: string;
  /** The fixed setting with the shortest pass. */
  readonly best: number;
  readonly fixed: number;
  readonly auto: number;
  /** What was chosen. */
  readonly chosen: number;
  /** The pass with `'auto'` by the one with the best fixed setting. */
  readonly ratio: number;
}

interface Workload {
  readonly settings: readonly number[];
  readonly make: (setting: number | 'auto') => Dataset<unknown>;
  readonly use?: () => unknown;
}

const rounds = 4;
const later = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
const spin = (duration: number): void => {
  const end = performance.now() + duration;
  while (performance.now() < end);
};

/** Runs so many at once; the others wait in a row. */
function serverOf(places: number): (milliseconds: number) => Promise<void> {
  const queue: (() => void)[] = [];
  let free = places;
  return async (milliseconds) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => queue.push(resolve));
    await later(milliseconds);
    const next = queue.shift();
    if (next) next();
    else free++;
  };
}

const module = `data:text/javascript,${encodeURIComponent(`
  const spin = ${spin.toString()};
  export function prepare(i) {
    spin(5);
    return i;
  }
`)}`;

const workloads: Readonly<Record<string, Workload>> = {
  'a map that waits 5 ms': {
    settings: [4, 16, 64, 256],
    make: (parallel) => range(1000).map((i) => later(5).then(() => i), { parallel }),
  },
  'a map that waits for a server with 8 places': {
    settings: [2, 8, 32],
    make: (
      (serve) => (parallel) =>
        range(600).map((i) => serve(5).then(() => i), { parallel })
    )(serverOf(8)),
  },
  'a map that computes a little': {
    settings: [1, 4],
    make: (parallel) =>
      range(50_000)
        .map((i) => 2 * i, { parallel })
        .batch(32),
  },
  'a map in workers, 5 ms, and 2 ms of use': {
    settings: [1, 2],
    make: (workers) => range(150).mapInWorkers(module, 'prepare', { workers }).prefetch(2),
    use: () => spin(2),
  },
  'every tenth element 25 ms late, and 3 ms of use': {
    settings: [1, 4, 16, 64],
    make: (count) =>
      range(100)
        .map((i) => later(i % 10 === 0 ? 25 : 0).then(() => i))
        .prefetch(count),
    use: () => later(3),
  },
};

async function passOf(dataset: Dataset<unknown>, use: (() => unknown) | undefined): Promise<number> {
  const start = performance.now();
  for await (const _ of dataset) await use?.();
  return performance.now() - start;
}

/** Times every workload. */
export async function dataTuning(): Promise<readonly DataTuning[]> {
  const results: DataTuning[] = [];
  for (const [name, { settings, make, use }] of Object.entries(workloads)) {
    const all = [...settings, 'auto' as const].map((setting) => ({ setting, dataset: make(setting), best: Infinity }));
    for (const { dataset } of all) await passOf(dataset, use);
    for (let round = 0; round < rounds; round++) {
      for (const one of all) one.best = Math.min(one.best, await passOf(one.dataset, use));
    }
    await closeWorkers();
    const fixed = all.slice(0, -1).reduce((best, one) => (one.best < best.best ? one : best));
    const auto = all.at(-1) as (typeof all)[0];
    const chosen = auto.dataset.report()?.stages.flatMap((stage) => Object.values(stage.chosen ?? {})) ?? [];
    results.push({
      name,
      best: fixed.setting as number,
      fixed: fixed.best,
      auto: auto.best,
      chosen: chosen[0] as number,
      ratio: auto.best / fixed.best,
    });
  }
  return results;
}
