/**
 * The workers of one backend, started at the first task and kept until the backend is collected. Tasks are divided in
 * parts by the caller; parts go to those workers that are there, so nothing ever waits for a worker to start. See
 * `control-area.ts` for the protocol.
 */
import { internal } from '@deft/core';
import { makeControlArea, mostArguments, slotOf, slotWords, states, words } from './control-area.ts';
import type { StartedWorker, StartWorker } from './platform.ts';
import { workerCode } from './worker-code.ts';

/** A function that workers can run as well: `(from, to, part, ...arguments)`. */
export interface SharedFunction {
  readonly run: (...args: number[]) => number | undefined;
  readonly moduleId: number;
  /** Where the module's bytes lie in the shared memory. */
  readonly modulePointer: number;
  readonly moduleLength: number;
  /** The function's place among the module's exports. */
  readonly exported: number;
}

/** Options of a pool. */
export interface PoolOptions {
  /** Whether the caller runs parts itself that no worker has begun when its own part is done; true unless told. */
  readonly takesBack?: boolean;
  /** How many milliseconds longer than the caller a worker may take, besides `patience` times as long; 30,000 unless told. */
  readonly graceMilliseconds?: number;
}

/** What a pool's workers share with it. Never refers to the pool, whose collection ends the workers. */
interface Crew {
  readonly control: Int32Array<SharedArrayBuffer>;
  readonly workers: StartedWorker[];
  /** Whether the workers were told to go. */
  left: boolean;
  /** Where the words of workers begin that have ended by themselves. */
  readonly lost: Set<number>;
  /** What is wrong with a worker that had begun to serve. */
  problem: string | undefined;
  /** Why a worker could not be started. */
  notStarted: string | undefined;
}

/** How often to look before sleeping, while a worker finishes its part. */
const looks = 2000;
/** A worker is given up when it takes so many times as long as the caller took for its own part, and a grace period. */
const patience = 100;
const usualGrace = 30_000;
const sleepMilliseconds = 100;

function dismiss(crew: Crew): void {
  crew.left = true;
  Atomics.store(crew.control, words.leave, 1);
  Atomics.add(crew.control, words.turn, 1);
  Atomics.notify(crew.control, words.turn);
  for (const worker of crew.workers.splice(0)) worker.terminate();
}

const collected = new FinalizationRegistry<Crew>(dismiss);

/** Threads that share a memory with their caller. */
export class ThreadPool {
  /** Threads, with the caller. */
  readonly threads: number;
  readonly #memory: WebAssembly.Memory;
  readonly #start: StartWorker;
  readonly #takesBack: boolean;
  readonly #grace: number;
  readonly #crew: Crew;
  #started = false;
  #waits = true;

  constructor(memory: WebAssembly.Memory, threads: number, start: StartWorker, options: PoolOptions = {}) {
    this.threads = threads;
    this.#memory = memory;
    this.#start = start;
    this.#takesBack = options.takesBack ?? true;
    this.#grace = options.graceMilliseconds ?? usualGrace;
    this.#crew = {
      control: makeControlArea(threads - 1),
      workers: [],
      left: false,
      lost: new Set(),
      problem: undefined,
      notStarted: undefined,
    };
    collected.register(this, this.#crew);
  }

  /** Why the pool has fewer threads than it was made for, if that is known. */
  get problem(): string | undefined {
    return this.#crew.notStarted;
  }

  /** How many threads would take part in a task now. Starts the workers when it is first asked. */
  available(): number {
    if (!this.#started) this.#startAll();
    const { control, left } = this.#crew;
    let count = 1;
    if (left) return count;
    for (let worker = 0; worker < this.threads - 1; worker++) {
      if (Atomics.load(control, slotOf(worker) + slotWords.state) === states.idle) count++;
    }
    return count;
  }

  /** Ends the workers; later tasks run on the caller. */
  end(): void {
    dismiss(this.#crew);
  }

  #startAll(): void {
    this.#started = true;
    const crew = this.#crew;
    for (let worker = 0; worker < this.threads - 1; worker++) {
      const slot = slotOf(worker);
      try {
        const data = { memory: this.#memory, control: crew.control, slot };
        crew.workers.push(this.#start(workerCode, data, (message) => lost(crew, slot, message)));
      } catch (error) {
        crew.notStarted = `a worker could not be started: ${error instanceof Error ? error.message : error}`;
        return;
      }
    }
  }

  /**
   * Runs a function over consecutive ranges: part `i` from `bounds[i]` to `bounds[i + 1]`, the first one on the caller.
   * Returns when all are done. A part without a worker runs on the caller.
   */
  run(task: SharedFunction, bounds: readonly number[], args: readonly number[]): void {
    const crew = this.#crew;
    if (crew.problem !== undefined) {
      const { problem } = crew;
      crew.problem = undefined;
      internal(problem);
    }
    const begun = Date.now();
    const slots = args.length > mostArguments ? [] : this.#post(task, bounds, args);
    let part = 0;
    let ran = false;
    try {
      task.run(bounds[0] as number, bounds[1] as number, 0, ...args);
      for (part = slots.length + 1; part < bounds.length - 1; part++) {
        task.run(bounds[part] as number, bounds[part + 1] as number, part, ...args);
      }
      for (let i = slots.length - 1; i >= 0 && this.#takesBack; i--) {
        if (!this.#takeBack(slots[i] as number)) continue;
        slots.splice(i, 1);
        task.run(bounds[i + 1] as number, bounds[i + 2] as number, i + 1, ...args);
      }
      ran = true;
    } finally {
      const deadline = Date.now() + this.#grace + patience * (Date.now() - begun);
      const failures: string[] = [];
      for (const slot of slots) {
        // When the caller's own part has failed, what nobody has begun need not be run.
        if (!ran && this.#takeBack(slot)) continue;
        const failure = this.#finished(slot, deadline);
        if (failure !== undefined) failures.push(failure);
      }
      // An error of the caller's own part goes on its way.
      if (ran && failures.length > 0) internal(`a worker failed: ${failures[0]}`);
    }
  }

  /** Writes the task and wakes as many idle workers as there are parts for; gives the words of those. */
  #post(task: SharedFunction, bounds: readonly number[], args: readonly number[]): number[] {
    const { control, left } = this.#crew;
    const slots: number[] = [];
    if (left) return slots;
    for (let worker = 0; worker < this.threads - 1 && slots.length < bounds.length - 2; worker++) {
      const slot = slotOf(worker);
      if (Atomics.load(control, slot + slotWords.state) === states.idle) slots.push(slot);
    }
    if (slots.length === 0) return slots;
    control[words.moduleId] = task.moduleId;
    control[words.modulePointer] = task.modulePointer;
    control[words.moduleLength] = task.moduleLength;
    control[words.exported] = task.exported;
    control[words.argumentCount] = args.length;
    control.set(args, words.arguments);
    for (const [i, slot] of slots.entries()) {
      control[slot + slotWords.from] = bounds[i + 1] as number;
      control[slot + slotWords.to] = bounds[i + 2] as number;
      control[slot + slotWords.part] = i + 1;
      Atomics.store(control, slot + slotWords.state, states.posted);
    }
    Atomics.add(control, words.turn, 1);
    Atomics.notify(control, words.turn);
    return slots;
  }

  #takeBack(slot: number): boolean {
    const state = slot + slotWords.state;
    return Atomics.compareExchange(this.#crew.control, state, states.posted, states.idle) === states.posted;
  }

  /** Waits for a worker; says what went wrong there. */
  #finished(slot: number, deadline: number): string | undefined {
    const { control } = this.#crew;
    const state = slot + slotWords.state;
    for (let look = 0; ; look++) {
      const now = Atomics.load(control, state);
      if (now === states.done || now === states.failed) {
        const failure = now === states.failed ? messageOf(control, slot) : undefined;
        Atomics.store(control, state, states.idle);
        return failure;
      }
      if (look < looks) continue;
      if (Date.now() > deadline) {
        // It might still write: it has to go before the memory is used again.
        this.end();
        return 'it did not come back';
      }
      this.#sleep(state, now);
    }
  }

  #sleep(state: number, value: number): void {
    if (!this.#waits) return;
    try {
      Atomics.wait(this.#crew.control, state, value, sleepMilliseconds);
    } catch {
      this.#waits = false; // The main thread of a page may not sleep: it goes on looking.
    }
  }
}

function messageOf(control: Int32Array, slot: number): string {
  const start = slot + slotWords.message;
  return String.fromCharCode(...control.subarray(start, start + (control[slot + slotWords.messageLength] as number)));
}

/** A worker has ended that should not have. */
function lost(crew: Crew, slot: number, message: string): void {
  if (crew.left || crew.lost.has(slot)) return;
  crew.lost.add(slot);
  const served = Atomics.exchange(crew.control, slot + slotWords.state, states.absent) !== states.absent;
  if (served) crew.problem ??= `a worker was lost: ${message}`;
  else crew.notStarted ??= `a worker could not be started: ${message}`;
}
