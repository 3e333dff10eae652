/**
 * Writes down spans: as events of a trace, and added up by what they are. The clock is given, and can be stopped, so that measuring
 * does not count as what is measured. Spans on the stack share one lane, where they nest; spans that are waited for get lanes on which
 * they do not overlap.
 */
import { DeferredCallSite, type EndSpan, type Recorder, type SpanArguments, type SpanCategory } from '@deft/core';
import {
  type ChromeTrace,
  type EventArguments,
  firstKernelLane,
  firstWaitingLane,
  laneNames,
  mainLane,
  processId,
  type TraceEvent,
} from './chrome-trace.ts';

/** Spans of one kind, added up. */
export interface Total {
  readonly name: string;
  readonly category: SpanCategory;
  calls: number;
  /** Milliseconds from beginning to end. */
  milliseconds: number;
  /** Those in which no other span ran within it; none of what is waited for, as others run meanwhile. */
  own: number;
  /** As far as spans say. */
  bytes: number;
}

interface OpenSpan {
  readonly name: string;
  readonly category: SpanCategory;
  readonly start: number;
  readonly lane: number;
  readonly site: DeferredCallSite | undefined;
  /** Milliseconds of the spans within it. */
  within: number;
}

interface EndedSpan extends OpenSpan {
  readonly end: number;
  readonly args: SpanArguments;
}

/** A kernel as it was measured. */
export interface MeasuredKernel {
  readonly name: string;
  readonly seconds: number;
  readonly args: EventArguments;
}

/** What has a line of the user's code worth knowing. */
const withSite: ReadonlySet<SpanCategory> = new Set(['op', 'derivative', 'call', 'read']);

const unfinished: SpanArguments = { unfinished: true };

/** How spans are written down. */
export interface RecorderOptions {
  /** Events that are kept. */
  readonly maxEvents: number;
  /** Whether the lines of the user's code are found out. */
  readonly callSites: boolean;
}

const known = (args: SpanArguments): EventArguments =>
  Object.fromEntries(
    Object.entries(args).filter((entry): entry is [string, string | number | boolean] => entry[1] !== undefined),
  );

/** Writes down spans until it is closed. */
export class TraceRecorder implements Recorder {
  readonly #now: () => number;
  readonly #options: RecorderOptions;
  readonly #origin: number;
  /** Milliseconds for which the clock was stopped. */
  #stopped = 0;
  #end: number | undefined;
  readonly #stack: OpenSpan[] = [];
  readonly #ended: EndedSpan[] = [];
  readonly #waiting: (OpenSpan | undefined)[] = [];
  readonly #kernels: TraceEvent[] = [];
  readonly #kernelLanes: { readonly name: string; end: number }[] = [];
  readonly #totals = new Map<string, Total>();
  /** Spans that are added up and no events, as there were too many. */
  leftOut = 0;

  /** `now` gives milliseconds. */
  constructor(now: () => number, options: RecorderOptions) {
    this.#now = now;
    this.#options = options;
    this.#origin = now();
  }

  #time(): number {
    return this.#now() - this.#origin - this.#stopped;
  }

  begin(name: string, category: SpanCategory, waited: boolean): EndSpan {
    // Before the clock is read: finding out where one is takes longer than many an op.
    const site = this.#options.callSites && withSite.has(category) ? DeferredCallSite.here() : undefined;
    const lane = waited ? this.#freeLane() : mainLane;
    const span: OpenSpan = { name, category, start: this.#time(), lane, site, within: 0 };
    if (waited) this.#waiting[lane - firstWaitingLane] = span;
    else this.#stack.push(span);
    return (args, failed) => this.#finish(span, failed ? { ...args, failed } : (args ?? {}));
  }

  #freeLane(): number {
    const free = this.#waiting.indexOf(undefined);
    return firstWaitingLane + (free < 0 ? this.#waiting.push(undefined) - 1 : free);
  }

  #finish(span: OpenSpan, args: SpanArguments): void {
    const isWaited = span.lane !== mainLane;
    const place = isWaited ? this.#waiting.indexOf(span) : this.#stack.indexOf(span);
    // Closed meanwhile.
    if (place < 0) return;
    const end = this.#end ?? this.#time();
    if (isWaited) this.#waiting[place] = undefined;
    // What lies above it and has not ended will not.
    while (!isWaited && this.#stack.length > place + 1) this.#add(this.#stack.pop() as OpenSpan, end, unfinished);
    if (!isWaited) this.#stack.pop();
    this.#add(span, end, args);
  }

  #add(span: OpenSpan, end: number, args: SpanArguments): void {
    const { name, category, start, lane } = span;
    const milliseconds = end - start;
    const outer = lane === mainLane ? this.#stack.at(-1) : undefined;
    if (outer !== undefined) outer.within += milliseconds;
    const key = `${category} ${name}`;
    let total = this.#totals.get(key);
    if (total === undefined) {
      total = { name, category, calls: 0, milliseconds: 0, own: 0, bytes: 0 };
      this.#totals.set(key, total);
    }
    total.calls++;
    total.milliseconds += milliseconds;
    if (lane === mainLane) total.own += Math.max(0, milliseconds - span.within);
    total.bytes += args.bytes ?? 0;
    if (this.#ended.length < this.#options.maxEvents) this.#ended.push({ ...span, end, args });
    else this.leftOut++;
  }

  /** Runs `f` while the clock stands. */
  withClockStopped<R>(f: () => R): R {
    const before = this.#now();
    try {
      return f();
    } finally {
      this.#stopped += this.#now() - before;
    }
  }

  /** Puts kernels that were measured alone one behind the other, from now on, on the lane of their program. */
  addKernels(program: string, kernels: readonly MeasuredKernel[]): void {
    let lane = this.#kernelLanes.findIndex(({ name }) => name === program);
    if (lane < 0) lane = this.#kernelLanes.push({ name: program, end: 0 }) - 1;
    const place = this.#kernelLanes[lane] as { end: number };
    let at = Math.max(place.end, this.#time());
    for (const { name, seconds, args } of kernels) {
      const dur = seconds * 1e6;
      const tid = firstKernelLane + lane;
      this.#kernels.push({ name, cat: 'kernel', ph: 'X', ts: at * 1000, dur, pid: processId, tid, args });
      at += seconds * 1000;
    }
    place.end = at;
  }

  /** Ends all spans; nothing is written down any more. */
  close(): void {
    if (this.#end !== undefined) return;
    this.#end = this.#time();
    const open = [...this.#stack, ...this.#waiting.filter((span) => span !== undefined)];
    for (const span of open.reverse()) this.#finish(span, unfinished);
  }

  /** Milliseconds from the beginning to the end. */
  get milliseconds(): number {
    return this.#end ?? this.#time();
  }

  /** What was written down, added up, what took longest first. */
  get totals(): readonly Total[] {
    return [...this.#totals.values()].sort((a, b) => b.own - a.own || b.milliseconds - a.milliseconds);
  }

  /** What was written down, in the order of beginnings. */
  get trace(): ChromeTrace {
    const events = this.#ended.map(({ name, category, start, end, lane, args, site }): TraceEvent => {
      const line = site?.value?.text;
      return {
        name,
        cat: category,
        ph: 'X',
        ts: start * 1000,
        dur: (end - start) * 1000,
        pid: processId,
        tid: lane,
        args: known({ ...args, line }),
      };
    });
    const all = [...events, ...this.#kernels].sort((a, b) => a.ts - b.ts || b.dur - a.dur);
    const kernelLanes = this.#kernelLanes.map(({ name }) => name);
    return {
      traceEvents: [...laneNames(this.#waiting.length, kernelLanes), ...all],
      displayTimeUnit: 'ms',
      otherData: { leftOut: this.leftOut },
    };
  }
}
