/**
 * The words through which the caller and the workers talk, in a small shared buffer of their own (`Int32Array`).
 *
 * Protocol. The caller writes the task, then the range of each worker that takes part, sets those workers' states to
 * `posted`, and at last adds 1 to the word that sleeping workers wait on. A worker takes its part by exchanging `posted` for
 * `running`, reads task and range, runs, and sets `done` or `failed`. The caller, its own part finished, takes back by the
 * same exchange every part that no worker has begun, and runs it itself; the others it waits for. So the task's words
 * stay as they are while any worker may read them, a worker that is slow to wake costs nothing but its help, and one
 * that has ended while it slept does no harm.
 */

/** Words of the area that all threads share. */
export const words = {
  /** Changes with every task; idle workers wait on it. */
  turn: 0,
  /** Other than 0: workers leave. */
  leave: 1,
  /** The module that has the function: a number of its own, where its bytes lie, and how many they are. */
  moduleId: 2,
  modulePointer: 3,
  moduleLength: 4,
  /** The name's place among the exports. */
  exported: 5,
  argumentCount: 6,
  arguments: 8,
} as const;

/** Most arguments that a task can have besides its range. */
export const mostArguments = 240;

/** Words of one worker; they follow those of the task. */
export const slotWords = {
  state: 0,
  from: 1,
  to: 2,
  part: 3,
  /** Characters of the message of a failure, and where they begin. */
  messageLength: 4,
  message: 8,
} as const;

const taskLength = 256;
const slotLength = 256;
/** Most characters that a worker says about its failure. */
export const longestMessage: number = slotLength - slotWords.message;

/** What a worker is doing. */
export const states = { absent: 0, idle: 1, posted: 2, running: 3, done: 4, failed: 5 } as const;

/** Where a worker's words begin. */
export const slotOf = (worker: number): number => taskLength + worker * slotLength;

/** A control area for so many workers. */
export function makeControlArea(workers: number): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(4 * slotOf(workers)));
}
