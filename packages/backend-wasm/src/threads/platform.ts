/**
 * Threads of the environment: how many there are, whether memory can be shared between them, and how one is started, in
 * Node and what follows it, and in browsers. Nothing is imported, so that bundles for pages hold no module of Node.
 */
import { raise } from '@deft/core';

/** A thread that was started. */
export interface StartedWorker {
  terminate(): void;
}

/** Starts workers. */
export type StartWorker = (code: string, data: unknown, failed: (message: string) => void) => StartedWorker;

/** How many threads to compute with, and why not more where it is one. */
export interface ThreadPlan {
  readonly threads: number;
  readonly reason: string | undefined;
  readonly start: StartWorker;
}

/** More than this are never taken. */
const mostThreads = 64;

interface NodeWorker {
  on(event: string, listener: (argument: unknown) => void): void;
  unref(): void;
  terminate(): Promise<number>;
}
interface NodeProcess {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly versions?: { readonly node?: string };
  getBuiltinModule?(name: 'node:os'): { availableParallelism(): number };
  getBuiltinModule?(name: 'node:worker_threads'): { Worker: new (code: string, options: object) => NodeWorker };
}
interface Environment {
  readonly process?: NodeProcess;
  readonly crossOriginIsolated?: boolean;
  readonly navigator?: { readonly hardwareConcurrency?: number };
}

const environment = (): Environment => globalThis as Environment;

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Workers of Node; they never keep the process alive. */
function nodeWorkers(process: NodeProcess): StartWorker | undefined {
  const threads = process.getBuiltinModule?.('node:worker_threads');
  if (threads === undefined) return undefined;
  return (code, data, failed) => {
    // What the process was started with (loaders, hooks) is not for this code.
    const worker = new threads.Worker(code, { eval: true, workerData: data, env: {}, execArgv: [] });
    worker.on('error', (error) => failed(textOf(error)));
    worker.on('exit', (code) => failed(`it ended with code ${code}`));
    worker.unref();
    return { terminate: () => void worker.terminate() };
  };
}

let address: string | undefined;

const pageWorkers: StartWorker = (code, data, failed) => {
  address ??= URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  const worker = new Worker(address);
  worker.onerror = (event) => failed(event.message ?? 'it could not be started');
  worker.postMessage(data);
  return worker;
};

/** The number asked for by `DEFT_THREADS`. */
function threadsOfEnvironment(): number | undefined {
  const text = environment().process?.env?.['DEFT_THREADS'];
  return text === undefined || text === '' ? undefined : checkedThreads(Number(text), `DEFT_THREADS=${text}`);
}

function checkedThreads(count: number, said: string): number {
  if (Number.isInteger(count) && count >= 1) return Math.min(count, mostThreads);
  return raise('E_BACKEND', {
    op: 'wasm',
    expected: 'a number of threads of 1 or more',
    found: said,
    hint: 'leave it out to compute on all cores',
  });
}

/** Decides on threads; `wanted` goes before `DEFT_THREADS`, which goes before the number of cores. */
export function planThreads(wanted: number | undefined): ThreadPlan {
  const { process, crossOriginIsolated, navigator } = environment();
  const asked = wanted === undefined ? threadsOfEnvironment() : checkedThreads(wanted, `threads: ${wanted}`);
  const alone = (reason: string): ThreadPlan => ({ threads: 1, reason, start: pageWorkers });
  if (asked === 1) return alone('one thread was asked for');
  const isNode = process?.versions?.node !== undefined;
  const start = isNode ? nodeWorkers(process) : pageWorkers;
  if (start === undefined) return alone('this version of Node gives no worker threads here');
  if (typeof SharedArrayBuffer !== 'function') return alone('this engine or page has no shared memory');
  if (!isNode && crossOriginIsolated !== true) return alone('the page is not cross-origin isolated');
  if (!isNode && typeof Worker !== 'function') return alone('there are no workers here');
  const cores = isNode ? process.getBuiltinModule?.('node:os').availableParallelism() : navigator?.hardwareConcurrency;
  const threads = asked ?? Math.min(cores ?? 1, mostThreads);
  return threads > 1 ? { threads, reason: undefined, start } : alone('the machine has one core');
}
