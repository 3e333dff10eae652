/** Profiles of whatever a function does: what ran when, as a trace for Perfetto, and added up as a table. */
import { startRecording } from '@deft/core';
import type { ChromeTrace } from './chrome-trace.ts';
import { summaryText } from './profile-summary.ts';
import { wantKernels } from './recorded-run.ts';
import { TraceRecorder } from './trace-recorder.ts';

/** Every JavaScript engine has this clock, but the language's own types don't know it. */
const { performance } = globalThis as unknown as { readonly performance: { now(): number } };

/** What a profile tells besides what it does by itself. */
export interface ProfileOptions {
  /**
   * Whether the kernels of captured functions are timed: each is run alone, several times, on the values of the first call of its
   * program, before that call goes on. The clock of the profile stands meanwhile. Programs that call functions of the host are left out.
   */
  readonly kernels?: boolean;
  /** Whether ops and calls tell their line of your code; true unless told. Finding it out takes some microseconds each. */
  readonly callSites?: boolean;
  /** Events that are kept, 100,000 unless told; further ones are in the summary only. */
  readonly maxEvents?: number;
}

/** What a function gave, and what happened meanwhile. */
export interface Profile<R> {
  readonly result: R;
  /** To be written as JSON, for Perfetto (`https://ui.perfetto.dev`) or `chrome://tracing`. */
  readonly trace: ChromeTrace;
  /** A table: what was called how often, how long it took, its share, and the bytes it moved. */
  summary(): string;
}

/**
 * Runs a function and writes down what the library does meanwhile: every op that is executed at once, every call of a captured
 * function, tracing, compiling, runs of compiled programs and reads. An async function is waited for; what other code does in the
 * meantime is written down, too. An error of the function is thrown on.
 *
 * @example
 * ```ts
 * import { add, mul, profile, tensor } from '@deft/tensor';
 * const { result, trace, summary } = profile(() => {
 *   const x = tensor([1, 2, 3]);
 *   return add(mul(x, x), x);
 * });
 * console.log(result.toArray()); // [2, 6, 12]
 * console.log(trace.traceEvents.filter(({ cat }) => cat === 'op').map(({ name }) => name)); // ['mul', 'add']
 * console.log(summary().includes('op mul')); // true
 * ```
 */
export function profile<R>(f: () => Promise<R>, options?: ProfileOptions): Promise<Profile<R>>;
export function profile<R>(f: () => R, options?: ProfileOptions): Profile<R>;
export function profile<R>(f: () => R | Promise<R>, options: ProfileOptions = {}): Profile<R> | Promise<Profile<R>> {
  const { callSites = true, kernels = false, maxEvents = 100_000 } = options;
  const spans = new TraceRecorder(() => performance.now(), { callSites, maxEvents });
  const ends = [startRecording(spans), ...(kernels ? [wantKernels(spans)] : [])];
  const end = (): void => {
    for (const each of ends) each();
    spans.close();
  };
  let result: R | Promise<R>;
  try {
    result = f();
  } catch (error) {
    end();
    throw error;
  }
  if (!(result instanceof Promise)) {
    end();
    return profileOf(result, spans);
  }
  return result.finally(end).then((value) => profileOf(value, spans));
}

function profileOf<R>(result: R, spans: TraceRecorder): Profile<R> {
  let trace: ChromeTrace | undefined;
  return {
    result,
    // Spelling the lines of code out takes longer than recording them.
    get trace() {
      trace ??= spans.trace;
      return trace;
    },
    summary: () => summaryText(spans.totals, spans.milliseconds, spans.leftOut),
  };
}
