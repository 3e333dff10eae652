/**
 * Workers between passes. A pass takes those that have its module, and gives them back at its end: the next pass over the module,
 * of any dataset, neither starts workers nor loads the module again. Kept ones never keep a process alive, and are closed
 * after a while.
 */
import { PooledWorker } from './pooled-worker.ts';

interface Kept {
  readonly worker: PooledWorker;
  readonly timer: unknown;
}

interface Timers {
  setTimeout(run: () => void, milliseconds: number): unknown;
  clearTimeout(timer: unknown): void;
}

const timers = globalThis as unknown as Timers;

/** Long enough for the validation between two epochs. */
const idleMilliseconds = 60_000;

/** By module, those kept longest first. */
const keptByModule = new Map<string, Kept[]>();

/** A worker for functions of a module: a kept one that has nothing to do, or a new one. */
export function acquireWorker(module: string): PooledWorker {
  const kept = keptByModule.get(module) ?? [];
  const place = kept.findLastIndex(({ worker }) => worker.isFree);
  if (place < 0) return new PooledWorker();
  const [{ worker, timer }] = kept.splice(place, 1) as [Kept];
  timers.clearTimeout(timer);
  return worker;
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
 * Gives workers back. So many are kept: more of them, those kept longest and those that have failed are closed. One that still
 * works on what nobody waits for is taken again when it has ended that.
 */
export async function releaseWorkers(module: string, pooled: readonly PooledWorker[], most: number): Promise<void> {
  for (const worker of pooled) worker.giveUp();
  const added = pooled.map((worker): Kept => {
    const timer = timers.setTimeout(() => void closeKept(module, [own]), idleMilliseconds);
    (timer as { unref?(): void }).unref?.();
    const own = { worker, timer };
    return own;
  });
  const all = [...(keptByModule.get(module) ?? []), ...added];
  keptByModule.set(module, all);
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
