/** One worker, and the elements it has: requests go out under numbers, and replies come back under them. */
import { timers } from '../environment.ts';
import { StepFailure } from '../errors.ts';
import { type StartedWorker, startWorker } from './start-worker.ts';
import { workerCode } from './worker-code.ts';

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

interface Reply {
  readonly number: number;
  readonly result?: unknown;
  readonly message?: string;
  /** Whether it was no element that failed, but the module. */
  readonly isOfModule?: boolean;
}

/** A worker, with those who wait for it. */
export class PooledWorker {
  readonly #waiting = new Map<number, Waiting>();
  readonly #worker: Promise<StartedWorker>;
  #asked = 0;
  #answered = 0;
  #failure: string | undefined;
  /** Called when it is free, or will never be. */
  #freed: (() => void) | undefined;

  constructor() {
    this.#worker = startWorker(workerCode, {
      received: (message) => this.#receive(message as Reply),
      failed: (message) => {
        this.#failure ??= message;
        this.#rejectAll(message);
        this.#freed?.();
      },
    });
    // Whoever asks is told.
    this.#worker.catch((error: Error) => {
      this.#failure = error.message;
    });
  }

  /** Whether it still works. */
  get isSound(): boolean {
    return this.#failure === undefined;
  }

  /** Whether it works and has nothing to do, also nothing that was given up. */
  get isFree(): boolean {
    return this.isSound && this.#asked === this.#answered;
  }

  #rejectAll(message: string): void {
    for (const { reject } of this.#waiting.values()) reject(new StepFailure(message));
    this.#waiting.clear();
  }

  #setBusy(isBusy: boolean): void {
    this.#worker.then((worker) => worker.setBusy(isBusy)).catch(() => {});
  }

  #receive({ number, result, message, isOfModule }: Reply): void {
    this.#answered++;
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (this.#waiting.size === 0) this.#setBusy(false);
    if (this.isFree) this.#freed?.();
    if (message === undefined) waiting?.resolve(result);
    else waiting?.reject(isOfModule ? new StepFailure(message) : new Error(message));
  }

  /** What the worker replies to a request. */
  call(request: object): Promise<unknown> {
    const number = this.#asked++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      this.#worker
        .then((worker) => {
          if (this.#failure !== undefined) throw new StepFailure(this.#failure);
          worker.post({ ...request, number });
          worker.setBusy(this.#waiting.size > 0);
        })
        .catch((error: unknown) => {
          // It was never sent.
          this.#answered++;
          this.#waiting.delete(number);
          reject(error);
        });
    });
  }

  /** Settles when it is free, or has failed, or so many milliseconds have passed. */
  whenFree(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = timers.setTimeout(resolve, milliseconds);
      this.#freed = () => {
        timers.clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Nobody waits any more for what it has; the worker ends it unheard. */
  giveUp(): void {
    this.#rejectAll('the pass has ended');
    this.#setBusy(false);
  }

  async close(): Promise<void> {
    this.#failure ??= 'the worker was closed';
    const worker = await this.#worker.catch(() => undefined);
    await worker?.terminate();
  }
}
