/**
 * The Trace Event format that Chrome's tracing page and Perfetto read: complete events (`X`) on numbered threads, and metadata (`M`)
 * that names them. Times are microseconds.
 */

/** What is told of an event besides its time. */
export type EventArguments = { readonly [name: string]: string | number | boolean };

/** One event. */
export interface TraceEvent {
  readonly name: string;
  readonly cat: string;
  /** `X`: something that took time. `M`: the name of a process or thread, at time 0. */
  readonly ph: 'X' | 'M';
  /** Microseconds since the profile began. */
  readonly ts: number;
  readonly dur: number;
  readonly pid: number;
  readonly tid: number;
  readonly args: EventArguments;
}

/** A trace that can be written as JSON and opened in Perfetto or in `chrome://tracing`. */
export interface ChromeTrace {
  readonly traceEvents: readonly TraceEvent[];
  readonly displayTimeUnit: 'ms';
  readonly otherData: {
    /** Spans that are in the summary and not among the events, as there were too many. */
    readonly leftOut: number;
  };
}

/** The one process of a trace. */
export const processId = 1;
/** Where what runs is on the stack. */
export const mainLane = 1;
/** What is waited for may overlap: every span has the first lane from here on that is free. */
export const firstWaitingLane = 2;
/** Kernels that were measured alone: they did not run at these times, and have lanes of their own, one for each program. */
export const firstKernelLane = 1000;

function metadata(name: string, tid: number, text: string): TraceEvent {
  return { name, cat: '__metadata', ph: 'M', ts: 0, dur: 0, pid: processId, tid, args: { name: text } };
}

/** The events that name the process and its lanes. */
export function laneNames(waitingLanes: number, kernelLanes: readonly string[]): TraceEvent[] {
  const waiting = Array.from({ length: waitingLanes }, (_, i) => {
    const text = i === 0 ? 'waited for' : `waited for, ${i + 1}`;
    return metadata('thread_name', firstWaitingLane + i, text);
  });
  return [
    metadata('process_name', mainLane, 'Deft'),
    metadata('thread_name', mainLane, 'what ran'),
    ...waiting,
    ...kernelLanes.map((program, i) =>
      metadata('thread_name', firstKernelLane + i, `kernels of ${program}, each measured alone`),
    ),
  ];
}
