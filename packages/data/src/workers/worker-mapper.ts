/** A function of a module, run on elements in workers: the mapper of `mapInWorkers`. */
import { checkCount, checkSeed } from '../checks.ts';
import type { PipelineStep } from '../cursor.ts';
import type { WorkerOptions } from '../dataset-options.ts';
import type { ElementContext } from '../steps/element-context.ts';
import { type Mapper, parallelMapStep } from '../steps/map-parallel.ts';
import { type StartedWorker, startWorker } from './start-worker.ts';
import { workerCode } from './worker-code.ts';

/** Which function, and in how many workers. */
interface WorkerFunction {
  /** Address of the module. */
  readonly module: string;
  /** The name by which it exports the function. */
  readonly exported: string;
  readonly workers: number;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** One worker, and the elements it has. */
class Desk {
  readonly waiting: Map<number, Waiting> = new Map();
  readonly #worker: Promise<StartedWorker>;
  #failure: string | undefined;

  constructor() {
    this.#worker = startWorker(workerCode, {
      received: (message) => this.#receive(message as { number: number; result?: unknown; message?: string }),
      failed: (message) => {
        this.#failure = message;
        for (const { reject } of this.waiting.values()) reject(new Error(message));
        this.waiting.clear();
      },
    });
  }

  #receive({ number, result, message }: { number: number; result?: unknown; message?: string }): void {
    const waiting = this.waiting.get(number);
    this.waiting.delete(number);
    if (this.waiting.size === 0) void this.#worker.then((worker) => worker.setBusy(false));
    if (message === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(message));
  }

  async call(number: number, request: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.waiting.set(number, { resolve, reject });
      this.#worker
        .then((worker) => {
          if (this.#failure !== undefined) throw new Error(this.#failure);
          worker.post({ ...request, number });
          worker.setBusy(true);
        })
        .catch((error: unknown) => {
          this.waiting.delete(number);
          reject(error);
        });
    });
  }

  async close(): Promise<void> {
    const worker = await this.#worker.catch(() => undefined);
    await worker?.terminate();
  }
}

/** Maps elements in workers, which start with the first and end with the pass. */
function workerMapper<T, U>({ module, exported, workers }: WorkerFunction): Mapper<T, U> {
  const desks: Desk[] = [];
  return {
    call: (value, { index, epoch, seed }: ElementContext) => {
      const hasFree = desks.some((one) => one.waiting.size === 0);
      if (!hasFree && desks.length < workers) desks.push(new Desk());
      const desk = desks.reduce((least, one) => (one.waiting.size < least.waiting.size ? one : least));
      return desk.call(index, { module, exported, value, context: { index, epoch, seed } }) as Promise<U>;
    },
    close: async () => {
      await Promise.all(desks.splice(0).map((desk) => desk.close()));
    },
  };
}

/** Every element through a function that a module exports, in workers. */
export function workerMapStep<T, U>(
  source: PipelineStep<T>,
  module: string | { readonly href: string },
  exported: string,
  { workers = 1, ordered = true, seed = 0 }: WorkerOptions,
): PipelineStep<U> {
  checkCount('mapInWorkers', 'workers', workers, 1);
  checkSeed('mapInWorkers', seed);
  const f = { module: typeof module === 'string' ? module : module.href, exported, workers };
  // One element waits at every worker, so that none has to wait for its next.
  const options = { parallel: 2 * workers, isOrdered: ordered, seed, name: 'mapInWorkers' };
  return parallelMapStep(source, () => workerMapper<T, U>(f), options);
}
