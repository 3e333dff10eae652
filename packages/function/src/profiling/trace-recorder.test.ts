/** Laws of traces: events of one lane nest, every span is one event and counts once, own times add up, whatever ends in which order. */
import { type EndSpan, span, spanOfPromise, startRecording } from '@deft/core';
import { expectWellFormedTrace, spansIn } from '@deft/test-utils';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { summaryText } from './profile-summary.ts';
import { TraceRecorder } from './trace-recorder.ts';

const all = { maxEvents: 1e6, callSites: false };

/** A clock that goes on by one whenever it is read. */
function ticking(): () => number {
  let time = 0;
  return () => time++;
}

/** Nested calls: a name, what is within, and whether it fails in the end. */
interface Call {
  readonly name: string;
  readonly within: readonly Call[];
  readonly fails: boolean;
}

const call = fc.memo((depth): fc.Arbitrary<Call> => {
  const within = depth <= 1 ? fc.constant([]) : fc.array(call(), { maxLength: 3 });
  return fc.record({ name: fc.constantFrom('a', 'b', 'c'), within, fails: fc.boolean() });
});
const calls = fc.array(call(4), { maxLength: 4 });

function run({ name, within, fails }: Call): void {
  span(
    name,
    'op',
    () => ({ bytes: 1 }),
    () => {
      for (const each of within) {
        try {
          run(each);
        } catch {
          // The next one is called all the same.
        }
      }
      if (fails) throw new Error(name);
    },
  );
}

const count = (list: readonly Call[]): number => list.reduce((sum, { within }) => sum + 1 + count(within), 0);

describe('a trace', () => {
  it('has every span once, nested as the calls were, and ended however they ended', () => {
    fc.assert(
      fc.property(calls, (list) => {
        const recorder = new TraceRecorder(ticking(), all);
        const stop = startRecording(recorder);
        for (const each of list) {
          try {
            run(each);
          } catch {
            // As above.
          }
        }
        stop();
        recorder.close();
        const { trace, totals, milliseconds } = recorder;
        expectWellFormedTrace(trace);
        expect(spansIn(trace)).toHaveLength(count(list));
        expect(totals.reduce((sum, total) => sum + total.calls, 0)).toBe(count(list));
        expect(totals.reduce((sum, total) => sum + total.bytes, 0)).toBe(
          spansIn(trace).filter(({ args }) => args['bytes'] === 1).length,
        );
        const own = totals.reduce((sum, total) => sum + total.own, 0);
        const outer = spansIn(trace).filter(({ ts, dur }) =>
          spansIn(trace).every((other) => other.ts >= ts || other.ts + other.dur < ts + dur),
        );
        expect(own).toBeCloseTo(outer.reduce((sum, { dur }) => sum + dur, 0) / 1000);
        expect(own).toBeLessThanOrEqual(milliseconds);
      }),
    );
  });

  it('gives what is waited for lanes on which nothing overlaps', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(9)), { maxLength: 40 }), (steps) => {
        const recorder = new TraceRecorder(ticking(), all);
        const open: EndSpan[] = [];
        for (const [begins, which] of steps) {
          if (begins || open.length === 0) open.push(recorder.begin('data', 'read', true));
          else open.splice(which % open.length, 1)[0]?.(undefined, false);
        }
        recorder.close();
        for (const end of open) end(undefined, false);
        expectWellFormedTrace(recorder.trace);
        const began = steps.reduce(
          ({ open: left, all: sum }, [begins]) =>
            begins || left === 0 ? { open: left + 1, all: sum + 1 } : { open: left - 1, all: sum },
          { open: 0, all: 0 },
        ).all;
        expect(spansIn(recorder.trace)).toHaveLength(began);
      }),
    );
  });

  it('says what failed and what had not ended', () => {
    const recorder = new TraceRecorder(ticking(), all);
    const stop = startRecording(recorder);
    expect(() => span('fails', 'op', undefined, () => JSON.parse('{'))).toThrow();
    recorder.begin('outer', 'call', false);
    recorder.begin('inner', 'op', false);
    stop();
    recorder.close();
    const args = Object.fromEntries(spansIn(recorder.trace).map((event) => [event.name, event.args]));
    expect(args).toEqual({ fails: { failed: true }, outer: { unfinished: true }, inner: { unfinished: true } });
    expectWellFormedTrace(recorder.trace);
  });

  it('waits for promises, and says which failed', async () => {
    const recorder = new TraceRecorder(ticking(), all);
    const stop = startRecording(recorder);
    const good = spanOfPromise(
      'good',
      'read',
      () => ({ bytes: 4 }),
      async () => 3,
    );
    const bad = spanOfPromise('bad', 'read', undefined, async () => {
      throw new Error('no');
    });
    expect(await good).toBe(3);
    await expect(bad).rejects.toThrow('no');
    stop();
    recorder.close();
    const events = spansIn(recorder.trace);
    expect(events.map(({ name, tid, args }) => [name, tid, args])).toEqual([
      ['good', 2, { bytes: 4 }],
      ['bad', 3, { failed: true }],
    ]);
  });

  it('keeps so many events and counts all', () => {
    const recorder = new TraceRecorder(ticking(), { maxEvents: 3, callSites: false });
    for (let i = 0; i < 10; i++) recorder.begin('a', 'op', false)(undefined, false);
    recorder.close();
    expect(spansIn(recorder.trace)).toHaveLength(3);
    expect(recorder.trace.otherData.leftOut).toBe(7);
    expect(recorder.totals[0]?.calls).toBe(10);
    expect(summaryText(recorder.totals, recorder.milliseconds, 7)).toContain('7 spans');
  });

  it('goes on as if no time had passed while its clock stood', () => {
    let time = 0;
    const recorder = new TraceRecorder(() => time, all);
    const end = recorder.begin('a', 'call', false);
    time += 1;
    recorder.withClockStopped(() => {
      time += 1000;
    });
    recorder.addKernels('f', [
      { name: 'k', seconds: 0.5, args: {} },
      { name: 'l', seconds: 0.25, args: {} },
    ]);
    recorder.addKernels('f', [{ name: 'm', seconds: 1, args: {} }]);
    time += 2;
    end(undefined, false);
    recorder.close();
    expect(recorder.milliseconds).toBe(3);
    expectWellFormedTrace(recorder.trace);
    const events = spansIn(recorder.trace).map(({ name, ts, dur, tid }) => [name, ts, dur, tid]);
    expect(events).toEqual([
      ['a', 0, 3000, 1],
      ['k', 1000, 500_000, 1000],
      ['l', 501_000, 250_000, 1000],
      ['m', 751_000, 1_000_000, 1000],
    ]);
    const names = recorder.trace.traceEvents.filter(({ ph }) => ph === 'M').map(({ args }) => args['name']);
    expect(names).toEqual(['Deft', 'what ran', 'kernels of f, each measured alone']);
  });
});

describe('recording', () => {
  it('reaches all that record, from their beginning to their end', () => {
    const recorders = [new TraceRecorder(ticking(), all), new TraceRecorder(ticking(), all)] as const;
    const stops = [startRecording(recorders[0])];
    span('first', 'op', undefined, () => 0);
    stops.push(startRecording(recorders[1]));
    span('both', 'op', undefined, () => 0);
    stops[0]?.();
    span('second', 'op', undefined, () => 0);
    stops[1]?.();
    span('none', 'op', undefined, () => 0);
    const names = recorders.map(({ trace }) => spansIn(trace).map(({ name }) => name));
    expect(names).toEqual([
      ['first', 'both'],
      ['both', 'second'],
    ]);
  });
});

describe('the table', () => {
  it('has a line for each kind, shares of the whole, and the rest', () => {
    const times = [0, 0, 4, 6, 10, 20];
    const recorder = new TraceRecorder(() => times.shift() as number, all);
    const outer = recorder.begin('step', 'call', false);
    recorder.begin('mul', 'op', false)({ bytes: 12_000 }, false);
    outer(undefined, false);
    recorder.close();
    expect(summaryText(recorder.totals, recorder.milliseconds, 0).split('\n')).toEqual([
      '20.000 ms; "own" is without what ran within, and shares are of it',
      'what       calls  total ms  own ms   share  bytes',
      'call step      1    10.000   8.000  40.0 %',
      'op mul         1     2.000   2.000  10.0 %  12 kB',
      'elsewhere                   10.000  50.0 %',
    ]);
  });
});
