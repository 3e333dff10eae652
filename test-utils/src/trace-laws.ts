/** What holds for every trace in Chrome's format that this library writes. */
import { expect } from 'vitest';

interface TraceEvent {
  readonly name: string;
  readonly ph: 'X' | 'M';
  readonly ts: number;
  readonly dur: number;
  readonly pid: number;
  readonly tid: number;
}

/** The events that took time. */
export const spansIn = <E extends TraceEvent>({ traceEvents }: { readonly traceEvents: readonly E[] }): E[] =>
  traceEvents.filter(({ ph }) => ph === 'X');

/** Throws unless a trace is well formed: every event is whole, and those of one lane lie within each other or apart. */
export function expectWellFormedTrace(trace: { readonly traceEvents: readonly TraceEvent[] }): void {
  expect(JSON.parse(JSON.stringify(trace))).toEqual(trace);
  const open = new Map<number, number[]>();
  let before = Number.NEGATIVE_INFINITY;
  for (const { name, ph, ts, dur, pid, tid } of trace.traceEvents) {
    expect(typeof name).toBe('string');
    for (const figure of [ts, dur, pid, tid]) expect(Number.isFinite(figure)).toBe(true);
    expect(dur).toBeGreaterThanOrEqual(0);
    if (ph === 'M') continue;
    expect(ts).toBeGreaterThanOrEqual(before);
    before = ts;
    const ends = open.get(tid) ?? [];
    open.set(tid, ends);
    // Microseconds are scaled milliseconds, which rounds.
    const tolerance = 1e-6 * Math.max(1, ts + dur);
    while (ends.length > 0 && (ends.at(-1) as number) <= ts + tolerance) ends.pop();
    if (ends.length > 0) expect(ts + dur).toBeLessThanOrEqual((ends.at(-1) as number) + tolerance);
    ends.push(ts + dur);
  }
}
