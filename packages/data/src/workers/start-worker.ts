/** Workers of the environment: those of Node, and those of pages. */
import { raise } from '@deft/core';

/** A worker that runs. */
export interface StartedWorker {
  post(message: unknown): void;
  /** Whether something is waited for: only then, and from `terminate` until it has ended, does it keep the process alive. */
  setBusy(isBusy: boolean): void;
  terminate(): Promise<void>;
}

/** What is heard of a worker. */
export interface WorkerListener {
  received(message: unknown): void;
  failed(message: string): void;
}

interface NodeWorker {
  on(event: string, listener: (argument: never) => void): void;
  postMessage(message: unknown): void;
  ref(): void;
  unref(): void;
  terminate(): Promise<number>;
}

interface PageWorker {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onmessageerror: (() => void) | null;
  onerror: ((event: { readonly message?: string }) => void) | null;
  postMessage(message: unknown): void;
  terminate(): void;
}

interface Environment {
  readonly process?: { readonly versions?: { readonly node?: string } };
  readonly Worker?: new (address: string) => PageWorker;
  readonly Blob: new (parts: readonly string[], options: { readonly type: string }) => unknown;
  readonly URL: {
    new (address: string, base: string | undefined): { readonly href: string };
    createObjectURL(blob: unknown): string;
    revokeObjectURL(address: string): void;
  };
  readonly document?: { readonly baseURI: string };
  readonly location?: { readonly href: string };
}

const environment = globalThis as unknown as Environment;
const unreadable = (reason: string): string => `a message of the worker cannot be read: ${reason}`;

async function startNodeWorker(code: string, listener: WorkerListener): Promise<StartedWorker> {
  // Not a literal, so that bundlers for the browser leave it alone.
  const specifier = 'node:worker_threads';
  const { Worker } = (await import(/* @vite-ignore */ specifier)) as {
    readonly Worker: new (code: string, options: object) => NodeWorker;
  };
  // What the process was started with (loaders, hooks) is not for this code.
  const worker = new Worker(code, { eval: true, execArgv: [] });
  worker.on('message', (message: unknown) => listener.received(message));
  worker.on('messageerror', (error: Error) => listener.failed(unreadable(error.message)));
  worker.on('error', (error: Error) => listener.failed(error.message));
  worker.on('exit', (status: number) => listener.failed(`the worker ended with code ${status}`));
  worker.unref();
  let isEnding = false;
  return {
    post: (message) => worker.postMessage(message),
    setBusy: (isBusy) => {
      // Replies come until it has ended. `terminate` takes a reference, which they must not give away: somebody waits for the end.
      if (isEnding) return;
      if (isBusy) worker.ref();
      else worker.unref();
    },
    terminate: async () => {
      isEnding = true;
      await worker.terminate();
    },
  };
}

function startPageWorker(code: string, listener: WorkerListener): StartedWorker {
  const { Worker, Blob, URL } = environment;
  if (Worker === undefined) {
    return raise('E_PIPELINE', { op: 'mapInWorkers', says: 'there are no workers here', hint: 'use map' });
  }
  const address = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  const worker = new Worker(address);
  worker.onmessage = ({ data }) => listener.received(data);
  worker.onmessageerror = () => listener.failed(unreadable('it cannot be copied here'));
  worker.onerror = ({ message }) =>
    listener.failed(
      message ?? 'the worker could not be started (does a policy of the page keep it from workers of blob:?)',
    );
  return {
    post: (message) => worker.postMessage(message),
    setBusy: () => {},
    terminate: async () => {
      worker.terminate();
      URL.revokeObjectURL(address);
    },
  };
}

const isNode = (): boolean => environment.process?.versions?.node !== undefined;

/** Starts a worker that runs a program given as text. */
export async function startWorker(code: string, listener: WorkerListener): Promise<StartedWorker> {
  return isNode() ? startNodeWorker(code, listener) : startPageWorker(code, listener);
}

/** The address of a module as workers understand it, whose own address is not that of the page. */
export function addressOf(module: string | { readonly href: string }): string {
  if (typeof module !== 'string') return module.href;
  if (isNode()) return module;
  return new environment.URL(module, environment.document?.baseURI ?? environment.location?.href).href;
}
