/**
 * Workers between passes. A pass takes those that have its module, and gives them back at its end: the next pass over the module,
 * of any dataset, neither starts workers nor loads the module again. Kept ones never keep a process alive, and are closed
 * after a while.
 */
import { timers } from '../environment.ts';
import { StepFailure } from '../errors.ts';
import { PooledWorker } from './pooled-worker.ts';

interface Kept {
  readonly worker: PooledWorker;
  readonly timer: unknown;
}

/** Long enough for the validation between two epochs. */
const idleMilliseconds = 60_000;

/** Of what a pass has given up, a worker ends an element or two before it is free: so long it is waited for, and no longer. */
const finishingMilliseconds = 1000;

/** How many workers of a module a pass has, and had at most. */
interface Use {
  lent: number;
  most: number;
}

/** By pass and module. A pass may have several steps over one module, each with workers of its own. */
const usesByPass = new WeakMap<object, Map<string, Use>>();

function useOf(pass: object, module: string): Use {
  const uses = usesByPass.get(pass) ?? new Map<string, Use>();
  usesByPass.set(pass, uses);
  const use = uses.get(module) ?? { lent: 0, most: 0 };
  uses.set(module, use);
  return use;
}

/** By module, those kept longest first. */
const keptByModule = new Map<string, Kept[]>();

function takeKept(module: string, isWanted: (worker: PooledWorker) => boolean): PooledWorker | undefined {
  const kept = keptByModule.get(module) ?? [];
  const place = kept.findLastIndex(({ worker }) => isWanted(worker));
  if (place < 0) return undefined;
  const [{ worker, timer }] = kept.splice(place, 1) as [Kept];
  timers.clearTimeout(timer);
  return worker;
}

function keep(module: string, worker: PooledWorker): void {
  const timer = timers.setTimeout(() => void closeKept(module, [own]), idleMilliseconds);
  (timer as { unref?(): void }).unref?.();
  const own = { worker, timer };
  keptByModule.set(module, [...(keptByModule.get(module) ?? []), own]);
}

/**
 * A worker for functions of a module: a kept one that has nothing to do, one that ends what nobody waits for, or a new one. To start
 * one and load the module anew takes longer than to wait for an element, as a rule; one that does not end stays where it was.
 */
async function acquireWorker(module: string): Promise<PooledWorker> {
  const free = takeKept(module, ({ isFree }) => isFree);
  if (free) return free;
  const finishing = takeKept(module, ({ isSound }) => isSound);
  if (finishing === undefined) return new PooledWorker();
  await finishing.whenFree(finishingMilliseconds);
  if (finishing.isFree) return finishing;
  keep(module, finishing);
  return new PooledWorker();
}

/** A worker as a pass has it: it may be on its way. */
export class LentWorker {
  readonly #worker: Promise<PooledWorker>;
  /** Elements that are waited for. */
  load = 0;
  readonly #use: Use;
  #isGivenBack = false;

  /** `pass` is any object that is one for all steps of it. */
  constructor(module: string, pass: object) {
    this.#worker = acquireWorker(module);
    this.#use = useOf(pass, module);
    this.#use.most = Math.max(this.#use.most, ++this.#use.lent);
  }

  /** What the worker replies to a request. */
  async call(request: object): Promise<unknown> {
    this.load++;
    try {
      const worker = await this.#worker;
      if (this.#isGivenBack) throw new StepFailure('the pass has ended');
      return await worker.call(request);
    } finally {
      this.load--;
    }
  }

  /** The worker, for which nobody waits any more. */
  async giveBack(): Promise<PooledWorker> {
    this.#isGivenBack = true;
    this.#use.lent--;
    const worker = await this.#worker;
    worker.giveUp();
    return worker;
  }
}

function closeKept(module: string, closed: readonly Kept[]): Promise<unknown> {
  const kept = (keptByModule.get(module) ?? []).filter((one) => !closed.includes(one));
  if (kept.length > 0) keptByModule.set(module, kept);
  else keptByModule.delete(module);
  return Promise.all(
    closed.map(({ worker, timer }) => {
      timers.clearTimeout(timer);
      return worker.close();
    }),
  );
}

/**
 * Gives workers back. As many are kept as the pass had at most: more of them, those kept longest and those that have failed are
 * closed. One that still works on what nobody waits for is taken again when it has ended that.
 */
export async function releaseWorkers(module: string, lent: readonly LentWorker[], pass: object): Promise<void> {
  const { most } = useOf(pass, module);
  for (const worker of await Promise.all(lent.map((one) => one.giveBack()))) keep(module, worker);
  const all = keptByModule.get(module) ?? [];
  const sound = all.filter(({ worker }) => worker.isSound);
  const surplus = sound.slice(0, Math.max(0, sound.length - most));
  await closeKept(module, [...all.filter(({ worker }) => !worker.isSound), ...surplus]);
}

/**
 * Closes the workers that `mapInWorkers` keeps for later passes, which otherwise close after a minute without one. Those of a
 * running pass stay.
 *
 * @example
 * ```ts
 * import { closeWorkers, range } from '@deft/data';
 * const module = 'data:text/javascript,export const twice = (x) => 2 * x;';
 * console.log(await range(3).mapInWorkers<number>(module, 'twice').toArray()); // [0, 2, 4]
 * await closeWorkers();
 * ```
 */
export async function closeWorkers(): Promise<void> {
  await Promise.all([...keptByModule].map(([module, kept]) => closeKept(module, kept)));
}
