/** Calls of captured functions in profiles: what was traced, compiled and run in them, and kernels where they are asked for. */
import { jit, matmul, mul, relu, type Tensor, tensor } from '@deft/tensor';
import { expectWellFormedTrace, spansIn } from '@deft/test-utils';
import { describe, expect, it } from 'vitest';
import { profile } from './profile.ts';

describe('calls of captured functions', () => {
  const layer = (x: Tensor, w: Tensor): Tensor => relu(matmul(x as Tensor<[2, 2]>, w as Tensor<[2, 2]>));
  const x = tensor([
    [1, 2],
    [3, 4],
  ]);

  it('tell whether they were traced, and what that took', () => {
    const f = jit(layer, { name: 'layer' });
    const { trace, result } = profile(() => [f(x, x), f(x, x)]);
    expectWellFormedTrace(trace);
    expect(result[0]?.toArray()).toEqual(layer(x, x).toArray());
    const events = spansIn(trace);
    const calls = events.filter(({ cat }) => cat === 'call');
    expect(calls.map(({ name, args }) => [name, args['cache'], args['arguments']])).toEqual([
      ['layer', 'miss', 'float32[2, 2], float32[2, 2]'],
      ['layer', 'hit', 'float32[2, 2], float32[2, 2]'],
    ]);
    expect(events.filter(({ cat, name }) => cat === 'trace' && name === 'trace layer')).toHaveLength(1);
    expect(events.filter(({ cat }) => cat === 'run')).toHaveLength(2);
    const [first, second] = calls;
    const within = (outer: typeof first): string[] =>
      events
        .filter(({ ts, dur }) => outer !== undefined && ts > outer.ts && ts + dur < outer.ts + outer.dur)
        .map(({ cat }) => cat);
    expect(within(first)).toEqual(expect.arrayContaining(['trace', 'compile', 'pass', 'run']));
    expect(within(second)).toEqual(['run']);
  });

  it('have kernels where they are asked for, on a lane of their own', () => {
    const f = jit(layer, { name: 'layer', donate: [0] });
    const fresh = (): Tensor => mul(x, 1) as Tensor;
    const expected = layer(x, x).toArray();
    const { trace, result } = profile(() => [f(fresh(), x), f(fresh(), x)], { kernels: true });
    expect(result.map((one) => one.toArray())).toEqual([expected, expected]);
    expectWellFormedTrace(trace);
    const kernels = spansIn(trace).filter(({ cat }) => cat === 'kernel');
    expect(kernels.length).toBeGreaterThan(0);
    for (const { tid, args } of kernels) {
      expect(tid).toBe(1000);
      expect(args['measured']).toBe('alone, at best of several runs');
    }
    // Once, whatever the number of calls.
    expect(new Set(kernels.map(({ name }) => name)).size).toBe(kernels.length);
    expect(spansIn(profile(() => f(fresh(), x)).trace).some(({ cat }) => cat === 'kernel')).toBe(false);
  });
});
