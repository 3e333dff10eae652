/** Profiles of what the library does: all ops, calls and reads are in them, and nothing is another for being watched. */
import { eagerExecutor } from '@deft/eager';
import { add, DeftError, grad, matmul, mul, relu, sum, type Tensor, tanh, tensor } from '@deft/tensor';
import { expectWellFormedTrace, spansIn } from '@deft/test-utils';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { profile } from './profile.ts';

describe('a profile', () => {
  it('has every op that is executed, as often as it is called', () => {
    const ops = { add, mul, relu, tanh };
    const names = fc.array(fc.constantFrom('add', 'mul', 'relu', 'tanh'), { maxLength: 30 });
    fc.assert(
      fc.property(names, (list) => {
        const x = tensor([1, 2, 3]);
        const apply = (): Tensor =>
          list.reduce((y: Tensor, name) => {
            if (name === 'add' || name === 'mul') return ops[name](y, x) as Tensor;
            return ops[name as 'relu'](y) as Tensor;
          }, x);
        const expected = apply().toArray();
        const { result, trace } = profile(() => apply());
        expect(result.toArray()).toEqual(expected);
        expectWellFormedTrace(trace);
        const found = spansIn(trace).filter(({ cat }) => cat === 'op');
        expect(found.map(({ name }) => name)).toEqual(list);
      }),
      { numRuns: 40 },
    );
  });

  it('tells operands, results, bytes and the line of an op', () => {
    const { trace } = profile(() => add(tensor([[1, 2, 3]]), tensor([[1], [2]])));
    const [event] = spansIn(trace).filter(({ name }) => name === 'add');
    expect(event?.args).toMatchObject({
      operands: 'float32[1, 3], float32[2, 1]',
      results: 'float32[2, 3]',
      bytes: 4 * (3 + 2 + 6),
    });
    expect(event?.args['line']).toMatch(/profile\.test\.ts:\d+:\d+$/);
    const { trace: plain } = profile(() => add(tensor([1]), 1), { callSites: false });
    expect(spansIn(plain).some(({ args }) => 'line' in args)).toBe(false);
  });

  it('has compiling with its parts, and no compiling the second time', () => {
    const f = (): Tensor => mul(tensor([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]), 3);
    const { trace } = profile(f);
    const names = spansIn(trace).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['compile mul', 'graph passes', 'deadCode', 'lower and fuse', 'plan memory']),
    );
    const again = spansIn(profile(f).trace).filter(({ cat }) => cat === 'compile');
    expect(again).toEqual([]);
  });

  it('has both directions of derivatives', () => {
    const f = (x: Tensor): Tensor => sum(tanh(x));
    const slope = grad(f);
    const x = tensor([1, 2]);
    const expected = slope(x).toArray();
    const { result, trace } = profile(() => slope(x));
    expect(result.toArray()).toEqual(expected);
    const names = spansIn(trace)
      .filter(({ cat }) => cat === 'derivative')
      .map(({ name }) => name);
    expect(names).toContain('tanh forward');
    expect(names).toContain('tanh backward');
  });

  it('has reads, and waits for async functions', async () => {
    const x = tensor([1, 2, 3]);
    const { result, trace, summary } = await profile(async () => {
      const [a, b] = await Promise.all([x.data(), add(x, 1).data()]);
      return [...(a as Float32Array), ...(b as Float32Array), x.dataSync().length];
    });
    expect(result).toEqual([1, 2, 3, 2, 3, 4, 3]);
    expectWellFormedTrace(trace);
    const reads = spansIn(trace).filter(({ cat }) => cat === 'read');
    expect(reads.map(({ name, args }) => [name, args['type'], args['bytes']])).toEqual([
      ['data', 'float32[3]', 12],
      ['data', 'float32[3]', 12],
      ['dataSync', 'float32[3]', 12],
    ]);
    expect(new Set(reads.map(({ tid }) => tid)).size).toBe(3);
    expect(summary()).toMatch(/read data +2 /);
  });

  it('ends with an error of the function, which is thrown on', async () => {
    const bad = (): Tensor => matmul(tensor([[1, 2]]), tensor([[1, 2]]) as never);
    expect(() => profile(bad)).toThrow(DeftError);
    await expect(profile(async () => bad())).rejects.toThrow(DeftError);
    // Nothing records any more.
    const before = eagerExecutor().kernelCount;
    add(tensor([1]), 1);
    expect(eagerExecutor().kernelCount).toBe(before + 1);
    expect(spansIn(profile(() => 0).trace)).toEqual([]);
  });

  it('within a profile is a part of it', () => {
    const inner = (): ReturnType<typeof profile<Tensor>> => profile(() => relu(tensor([1])) as Tensor);
    const { result, trace } = profile(() => {
      add(tensor([1]), 1);
      return inner();
    });
    const ops = (events: typeof trace): string[] =>
      spansIn(events).flatMap(({ cat, name }) => (cat === 'op' ? [name] : []));
    expect(ops(trace)).toEqual(['add', 'relu']);
    expect(ops(result.trace)).toEqual(['relu']);
  });
});
