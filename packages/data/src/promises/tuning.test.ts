/** D11: what is tuned while a pass runs changes when elements come, never which; and a report says what a pass did. */
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { closeWorkers, type Dataset, fromArray, range, zip } from '../index.ts';
import { Budget, bytesOf } from '../tuning/budget.ts';
import { TunedCount } from '../tuning/tuned-count.ts';

const later = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
afterAll(closeWorkers);

describe('D11: a count that is tuned', () => {
  let at = 0;
  /** Elements a millisecond of a step whose elements come at `rate(count)`, to a reader that takes `most`. */
  const rateOf = (tuned: TunedCount, rate: (count: number) => number, most: number, elements: number): number => {
    const began = at;
    for (let i = 0; i < elements; i++) {
      const coming = 1 / rate(tuned.count);
      const used = 1 / most;
      at += Math.max(coming, used);
      tuned.gave(at, Math.max(0, coming - used));
    }
    return elements / (at - began);
  };

  it('comes near the best, wherever more at once cease to help or begin to harm', () => {
    const model = fc.record({
      useful: fc.integer({ min: 1, max: 200 }),
      latency: fc.integer({ min: 1, max: 40 }),
      reader: fc.double({ min: 0.01, max: 100, noNaN: true }),
      harm: fc.constantFrom(0, 0.002, 0.01),
    });
    fc.assert(
      fc.property(model, ({ useful, latency, reader, harm }) => {
        const rate = (count: number) => Math.min(count, useful) / latency / (1 + harm * Math.max(0, count - useful));
        const tuned = new TunedCount(1, { settling: 0, window: 4 });
        tuned.begin((count) => count <= 256);
        const best = Math.min(reader, rate(useful));
        rateOf(tuned, rate, reader, 20_000);
        expect(rateOf(tuned, rate, reader, 60_000)).toBeGreaterThan(best / (harm === 0 ? 1.1 : 1.3));
        expect(tuned.count).toBeLessThanOrEqual(256);
      }),
      { numRuns: 200 },
    );
  });

  it('has fewer where it is granted fewer, and goes on in the next pass where it stood', () => {
    const tuned = new TunedCount(1, { settling: 0, window: 4 });
    tuned.begin((count) => count <= 20);
    rateOf(tuned, (count) => count, 1e9, 10_000);
    expect(tuned.count).toBeGreaterThan(10);
    expect(tuned.count).toBeLessThanOrEqual(20);
    const before = tuned.count;
    tuned.begin((count) => count <= 20);
    expect(tuned.count).toBe(before);
    tuned.begin((count) => count <= 5);
    expect(tuned.count).toBeLessThanOrEqual(5);
    tuned.begin(() => false);
    expect(tuned.count).toBe(1);
  });
});

describe('D11: a budget', () => {
  it('is never exceeded by all who use it together', () => {
    const amounts = fc.record({ workers: fc.nat(4), elements: fc.nat(40), bytes: fc.nat(400) });
    const wishes = fc.array(fc.tuple(fc.nat(3), fc.option(amounts)), { maxLength: 40 });
    fc.assert(
      fc.property(amounts, wishes, (most, all) => {
        const budget = new Budget(most);
        const users = [{}, {}, {}, {}];
        const granted = users.map(() => ({ workers: 0, elements: 0, bytes: 0 }));
        for (const [who, wanted] of all) {
          const user = users[who] as object;
          if (wanted === null) budget.release(user);
          else if (!budget.grants(user, wanted)) continue;
          granted[who] = wanted ?? { workers: 0, elements: 0, bytes: 0 };
          for (const name of ['workers', 'elements', 'bytes'] as const) {
            expect(granted.reduce((sum, one) => sum + one[name], 0)).toBeLessThanOrEqual(most[name]);
          }
        }
      }),
    );
  });

  it('counts bytes of arrays, texts and structure', () => {
    expect(bytesOf({ data: new Float32Array(1000), shape: [10, 100] })).toBeGreaterThan(4000);
    expect(bytesOf(['ab', [new Uint8Array(50)], 1n])).toBeLessThan(200);
    expect(() => range(3).budget({ bytes: 0 })).toThrow('E_ATTRIBUTE');
  });

  it('bounds how many elements are worked on and held at once', async () => {
    let running = 0;
    let most = 0;
    const counted = async (x: number) => {
      most = Math.max(most, ++running);
      await later(1);
      running--;
      return new Float32Array(1000).fill(x);
    };
    const tuned = (budget: Parameters<Dataset<number>['budget']>[0]) =>
      range(300).budget(budget).map(counted, { parallel: 'auto' }).prefetch('auto');
    const small = tuned({ elements: 10 }).iterator();
    for await (const _ of small);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(10);
    most = 0;
    // The smallest of those of several datasets holds.
    most = 0;
    for await (const _ of zip([tuned({ elements: 200 }), tuned({ elements: 10 }), range(300)]));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(10);
    most = 0;
    // Each has 4000 bytes, which is known once some are there.
    const light = tuned({ bytes: 40_000 });
    for await (const _ of light);
    most = 0;
    for await (const _ of light);
    expect(most).toBeLessThanOrEqual(16);
  });
});

describe("D11: 'auto'", () => {
  it('gives the same elements as any fixed number, and states that fit every number', async () => {
    const mapped = (parallel: number | 'auto') =>
      range(60).map(
        async (x, { seed }) => {
          await later((x * 7) % 3);
          return [x, seed];
        },
        { parallel, seed: 5 },
      );
    const whole = await mapped(1).toArray({ epoch: 3 });
    const auto = mapped('auto');
    // The second pass begins with what the first has found.
    for (let pass = 0; pass < 2; pass++) expect(await auto.toArray({ epoch: 3 })).toEqual(whole);
    const numbers: (number | 'auto')[] = ['auto', 2, 9];
    for (const from of numbers) {
      for (const to of numbers) {
        const first = mapped(from).iterator({ epoch: 3 });
        for (let i = 0; i < 25; i++) await first.next();
        const second = mapped(to).iterator();
        await second.restore(JSON.parse(JSON.stringify(first.state())) as ReturnType<typeof first.state>);
        await first.close();
        const rest: unknown[] = [];
        for await (const one of second) rest.push(one);
        expect(rest).toEqual(whole.slice(25));
      }
    }
    const quick = mapped('auto').deterministic();
    expect(await quick.toArray({ epoch: 3 })).toEqual(whole);
  });

  it('takes several at once where a function waits, and one at a time where it does not', async () => {
    const waiting = range(200).map(async (x) => later(2).then(() => x), { parallel: 'auto' });
    for await (const _ of waiting);
    expect(waiting.report()?.stages.at(-1)?.chosen?.['parallel']).toBeGreaterThanOrEqual(4);
    const computing = range(200).map((x) => x + 1, { parallel: 'auto' });
    expect(await computing.toArray()).toEqual(await range(1, 201).toArray());
    expect(computing.report()?.stages.at(-1)?.chosen).toEqual({ parallel: 1 });
  });

  it('names the element of a failure, whether others run or not', async () => {
    for (const isAsync of [false, true]) {
      const failing = (x: number): number => {
        if (x === 6) throw new RangeError('no six');
        return x;
      };
      const f = isAsync ? async (x: number) => later(1).then(() => failing(x)) : failing;
      await expect(range(10).map(f, { parallel: 'auto' }).toArray()).rejects.toThrow(/map: element 6: no six/);
    }
  });

  it('takes as many workers as it may, with the same results', async () => {
    const module = `data:text/javascript,${encodeURIComponent(`
      import { threadId } from 'node:worker_threads';
      const spin = (ms) => { const end = performance.now() + ms; while (performance.now() < end); };
      export const slow = (x) => { spin(1); return [2 * x, threadId]; };
    `)}`;
    for (const workers of [1, 2]) {
      const mapped = range(400).budget({ workers }).mapInWorkers<[number, number]>(module, 'slow', { workers: 'auto' });
      const results = await mapped.toArray();
      expect(results.map(([x]) => x)).toEqual(Array.from({ length: 400 }, (_, i) => 2 * i));
      expect(new Set(results.map(([, id]) => id)).size).toBeLessThanOrEqual(workers);
    }
  });

  it('prefetch takes more ahead when what was taken does not last', async () => {
    const bursts = range(60)
      .map(async (x) => later(x % 10 === 0 ? 12 : 0).then(() => x), { parallel: 1 })
      .prefetch('auto');
    const seen: number[] = [];
    for await (const x of bursts) {
      seen.push(x);
      if (x % 10 < 5) await later(3);
    }
    expect(seen).toEqual(await range(60).toArray());
    expect(bursts.report()?.stages.at(-1)?.chosen?.['buffer']).toBeGreaterThan(2);
  });
});

describe('D11: a report', () => {
  it('counts the elements of every stage, once for a step that is opened again, and none inside interleave', async () => {
    const passes = range(5).shuffle(3).repeat(4);
    const dataset = passes
      .interleave((x) => range(x).map((y) => y))
      .batch(3)
      .prefetch(2);
    const pass = dataset.iterator();
    const given: unknown[] = [];
    for await (const one of pass) given.push(one);
    const { stages, milliseconds } = pass.report();
    expect(stages.map(({ name, elements }) => [name, elements])).toEqual([
      ['range(0, 5, 1)', 20],
      ['shuffle(3, 0, true)', 20],
      ['repeat(4)', 20],
      ['interleave(4, 1)', 40],
      ['batch(3)', 14],
      ['prefetch(2)', given.length],
    ]);
    for (const { own, waited, queue = 0 } of stages) {
      expect(own).toBeGreaterThanOrEqual(0);
      expect(waited).toBeLessThanOrEqual(milliseconds);
      expect(queue).toBeLessThanOrEqual(1);
    }
    expect(range(3).report()).toBe(undefined);
  });

  it('tells the stage that takes the time, and that of a step from its function', async () => {
    const spin = (milliseconds: number): void => {
      const end = performance.now() + milliseconds;
      while (performance.now() < end);
    };
    const slow = fromArray(Array.from({ length: 40 }, (_, i) => i))
      .map((x) => x + 1)
      .map((x) => {
        spin(1);
        return x;
      })
      .batch(4);
    for await (const _ of slow);
    const [source, light, heavy, batch] = slow.report()?.stages ?? [];
    expect(heavy?.own).toBeGreaterThan(35);
    expect(batch?.waited).toBeGreaterThan(35);
    for (const one of [source, light, batch]) expect(one?.own).toBeLessThan(heavy?.own as number);
    const waiting = range(40).map(async (x) => later(2).then(() => x), { parallel: 8 });
    for await (const _ of waiting);
    const map = waiting.report()?.stages[1];
    expect(map?.own).toBeGreaterThan(70);
    expect(map?.waited).toBeLessThan(map?.own as number);
  });

  it('goes on where a pass is restored, and is the same form for a map that tuned itself to one at a time', async () => {
    const spin = (milliseconds: number): void => {
      const end = performance.now() + milliseconds;
      while (performance.now() < end);
    };
    const mapped = range(20).map(() => spin(1), { parallel: 'auto' });
    const pass = mapped.iterator();
    expect(pass.report()).toMatchObject({ milliseconds: 0, stages: [] });
    for (let i = 0; i < 10; i++) await pass.next();
    const { milliseconds, stages } = pass.report();
    expect(stages[1]?.own).toBeGreaterThan(9);
    await pass.restore(pass.state());
    for await (const _ of pass);
    expect(pass.report().milliseconds).toBeGreaterThan(milliseconds + 9);
    expect(pass.report().stages.map(({ elements }) => elements)).toEqual([20, 20]);
  });

  it('is a table as a text', async () => {
    const dataset = range(64)
      .map(async (x) => x, { parallel: 'auto' })
      .batch(32)
      .prefetch(3);
    for await (const _ of dataset);
    const lines = `${dataset.report()}`.split('\n');
    expect(lines[0]).toMatch(/^stage +elements +own ms +waited ms +queue +chosen$/);
    expect(lines.slice(1, 5).map((line) => line.split(/ {2,}/)[0])).toEqual([
      'range(0, 64, 1)',
      'map()',
      'batch(32)',
      'prefetch(3)',
    ]);
    expect(lines[2]).toMatch(/^map\(\) +64 .* % +parallel \d+$/);
    expect(lines[5]).toMatch(/^\d+\.\d ms$/);
  });
});
