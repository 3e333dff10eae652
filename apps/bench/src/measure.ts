/**
 * Timing: the best of several runs after warm-up. A run that is much shorter than the clock's noise is repeated within
 * one measurement.
 */

/** How often to run. */
export interface Repetitions {
  readonly warmUp: number;
  readonly runs: number;
}

/** Milliseconds of the fastest run of `f`; a promise it returns is waited for. */
export async function bestOf(f: () => unknown, { warmUp, runs }: Repetitions): Promise<number> {
  for (let i = 0; i < warmUp; i++) await f();
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    const result = f();
    if (result instanceof Promise) await result;
    best = Math.min(best, performance.now() - start);
  }
  return best;
}
