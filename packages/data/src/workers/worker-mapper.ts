/** A function of a module, run on elements in workers: the mapper of `mapInWorkers`. */
import { checkCount, checkOnError, checkSeed } from '../checks.ts';
import type { Pass, PipelineStep } from '../cursor.ts';
import type { WorkerOptions } from '../dataset-options.ts';
import type { ElementContext } from '../steps/element-context.ts';
import { type Mapper, parallelMapStep } from '../steps/map-parallel.ts';
import type { Parallelism, TunedParallelism } from '../tuning/parallelism.ts';
import { addressOf } from './start-worker.ts';
import { LentWorker, releaseWorkers } from './worker-pool.ts';

/** Which function, and in how many workers. */
interface WorkerFunction {
  /** Address of the module. */
  readonly module: string;
  /** The name by which it exports the function. */
  readonly exported: string;
}

/** Maps elements in workers, which are taken as they are needed and given back with the end of the pass. */
function workerMapper<T, U>({ module, exported }: WorkerFunction, workers: () => number, pass: object): Mapper<T, U> {
  const lent: LentWorker[] = [];
  return {
    call: (value, { index, epoch, seed }: ElementContext) => {
      const most = workers();
      const hasFree = lent.slice(0, most).some(({ load }) => load === 0);
      if (!hasFree && lent.length < most) lent.push(new LentWorker(module, pass));
      const worker = lent.slice(0, most).reduce((least, one) => (one.load < least.load ? one : least));
      return worker.call({ module, exported, value, context: { index, epoch, seed } }) as Promise<U>;
    },
    close: () => releaseWorkers(module, lent.splice(0), pass),
  };
}

/** One element waits at every worker, so that none has to wait for its next. */
const elementsEach = 2;
/** A new worker starts and loads its module before it is of use. */
const tunedWorkers: TunedParallelism = { name: 'workers', elementsEach, settling: 150, window: 100 };

/** Every element through a function that a module exports, in workers. */
export function workerMapStep<T, U>(
  source: PipelineStep<T>,
  module: string | { readonly href: string },
  exported: string,
  { workers = 1, ordered = true, seed = 0, ...onError }: WorkerOptions,
): PipelineStep<U> {
  if (workers !== 'auto') checkCount('mapInWorkers', 'workers', workers, 1);
  checkSeed('mapInWorkers', seed);
  checkOnError('mapInWorkers', onError.onError);
  const f = { module: addressOf(module), exported };
  const parallel = workers === 'auto' ? tunedWorkers : elementsEach * workers;
  const workersOf = ({ elements }: Parallelism) => elements / elementsEach;
  const options = { parallel, isOrdered: ordered, seed, name: 'mapInWorkers', onError };
  const mapperOf = (parallelism: Parallelism, { budget }: Pass) =>
    workerMapper<T, U>(f, () => workersOf(parallelism), budget);
  return parallelMapStep(source, mapperOf, options);
}
