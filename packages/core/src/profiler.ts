/**
 * Where what the library does can be watched: one variable, which holds nothing unless a profile is being taken. What takes time
 * calls `span`, which costs a look at the variable then. There is no clock here: whoever records brings one.
 *
 * A span ends in the order of calls, however it ends, so spans nest. What is waited for is not on the stack and overlaps with what
 * runs meanwhile; it is told apart by `spanOfPromise`.
 */

/** What a span is about. */
export type SpanCategory =
  /** An op that was executed at once. */
  | 'op'
  /** A direction of the derivative of such an op. */
  | 'derivative'
  /** A call of a captured function. */
  | 'call'
  /** The body of a captured function, run to write down its ops. */
  | 'trace'
  | 'compile'
  /** One pass over a graph. */
  | 'pass'
  /** A compiled program. */
  | 'run'
  /** Elements that go to the host. */
  | 'read';

/** What is known of a span: `bytes` is what it reads and writes. */
export interface SpanArguments {
  readonly [name: string]: string | number | boolean | undefined;
  readonly bytes?: number;
}

/** Ends a span. `failed` says that an error ended it. */
export type EndSpan = (args: SpanArguments | undefined, failed: boolean) => void;

/** Writes down spans. */
export interface Recorder {
  /** Begins a span, within those that have begun and not ended unless it is `waited` for. */
  begin(name: string, category: SpanCategory, waited: boolean): EndSpan;
}

const recorders: Recorder[] = [];

/** What writes down spans now. */
export let recorder: Recorder | undefined;

function choose(): void {
  const all = [...recorders];
  recorder = all.length > 1 ? togetherOf(all) : all[0];
}

function togetherOf(all: readonly Recorder[]): Recorder {
  return {
    begin: (...about) => {
      const ends = all.map((each) => each.begin(...about));
      return (args, failed) => {
        for (const end of ends) end(args, failed);
      };
    },
  };
}

/** Lets `added` write down all spans that begin from now on, beside others that do; gives the function that ends that. */
export function startRecording(added: Recorder): () => void {
  recorders.push(added);
  choose();
  return () => {
    const place = recorders.indexOf(added);
    if (place >= 0) recorders.splice(place, 1);
    choose();
  };
}

/** Runs `f` while nobody records, for what is done on behalf of whoever records. */
export function withoutRecording<R>(f: () => R): R {
  recorder = undefined;
  try {
    return f();
  } finally {
    choose();
  }
}

/**
 * Runs `f`, as a span if somebody records. `args` is asked at the end, so it may tell what came out.
 *
 * @example
 * ```ts
 * import { span, startRecording } from '@deft/core';
 * const lines: string[] = [];
 * const stop = startRecording({
 *   begin: (name) => {
 *     lines.push(`${name} begins`);
 *     return (args) => lines.push(`${name} ends`, JSON.stringify(args));
 *   },
 * });
 * const sum = span('adding up', 'op', () => ({ bytes: 8 }), () => 1 + 2);
 * stop();
 * console.log(sum, lines); // 3 ['adding up begins', 'adding up ends', '{"bytes":8}']
 * ```
 */
export function span<R>(name: string, category: SpanCategory, args: (() => SpanArguments) | undefined, f: () => R): R {
  const current = recorder;
  if (current === undefined) return f();
  const end = current.begin(name, category, false);
  let failed = true;
  try {
    const result = f();
    failed = false;
    return result;
  } finally {
    end(args?.(), failed);
  }
}

/** Waits for what `f` gives, as a span that others may overlap with if somebody records. */
export function spanOfPromise<R>(
  name: string,
  category: SpanCategory,
  args: (() => SpanArguments) | undefined,
  f: () => Promise<R>,
): Promise<R> {
  const current = recorder;
  return current === undefined ? f() : waitedFor(current.begin(name, category, true), args, f);
}

async function waitedFor<R>(end: EndSpan, args: (() => SpanArguments) | undefined, f: () => Promise<R>): Promise<R> {
  let failed = true;
  try {
    const result = await f();
    failed = false;
    return result;
  } finally {
    end(args?.(), failed);
  }
}
