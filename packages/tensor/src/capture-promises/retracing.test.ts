/**
 * What is compiled again, and why: every trace says which argument caused it, warnings name that argument and the way out, the cache
 * is bounded and says what it dropped, and nothing is ever run some slower way instead.
 */
import {
  add,
  getBackend,
  grad,
  jit,
  mean,
  mul,
  profile,
  reshape,
  setWarningOutput,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
  tensorSpec,
  variable,
  zeros,
} from '@deft/tensor';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';

let warnings: string[] = [];
beforeEach(() => {
  warnings = [];
  setWarningOutput((text) => warnings.push(text));
});

class Config {
  readonly width: number;
  constructor(width: number) {
    this.width = width;
  }
}

/** The lines of the report on traces. */
const lines = (f: { explain(): string }): string[] =>
  f
    .explain()
    .split('\n')
    .filter((line) => line.startsWith('trace '));

describe('T1 T2 why a function was traced', () => {
  it('T1 T2 F2 is said of every trace: the argument, what it was and what it is, and where the call stands', () => {
    const f = jit((x: Tensor, options: { rate: number; mode: string; config: Config }) => mul(x, options.rate), {
      name: 'f',
      shapes: 'exact',
    });
    const config = new Config(3);
    const base = { rate: 1, mode: 'a', config };
    f(zeros([2]), base);
    f(zeros([3]), base);
    f(zeros([3], 'int32'), base);
    f(zeros([3], 'int32'), { ...base, rate: 2 });
    f(zeros([3], 'int32'), { ...base, rate: 2, mode: 'b' });
    f(zeros([3], 'int32'), { ...base, rate: 2, mode: 'b', config: new Config(3) });
    f(zeros([3], 'int32'), { ...base, rate: 2, mode: 'b', more: 1 } as never);
    const reasons = lines(f).map((line) => /because (.*), at .*retracing\.test\.ts:\d+:\d+$/.exec(line)?.[1]);
    expect(reasons).toEqual([
      'the first call',
      'args[0] was float32[2], is float32[3]',
      'args[0] was float32[3], is int32[3]',
      'args[1].rate was 1, is 2',
      'args[1].mode was "a", is "b"',
      'args[1].config was an instance of Config, is an instance of Config, another one',
      expect.stringMatching(/^args was \[\*,\{.*\}\], is \[\*,\{.*"more":\*.*\}\]$/),
    ]);
    const [head] = f.explain().split('\n');
    expect(head).toBe('f: 7 calls, 7 traces, 7 compiled, 7 of at most 64 signatures kept, 0 dropped');
  });

  it('T2 names all arguments that differ from the closest call before, whichever that is', () => {
    const f = jit((x: Tensor, a: number, b: number, c: number) => add(x, a + b + c), { name: 'f' });
    f(tensor(1), 1, 1, 1);
    f(tensor(1), 2, 2, 2);
    f(tensor(1), 2, 2, 1);
    f(tensor(1), 1, 1, 3);
    expect(lines(f).map((line) => /because (.*), at/.exec(line)?.[1])).toEqual([
      'the first call',
      'args[1] was 1, is 2; args[2] was 1, is 2; args[3] was 1, is 2',
      'args[3] was 2, is 1',
      'args[3] was 1, is 3',
    ]);
  });

  it('T1 the key is all there is to check: a call that finds its trace runs nothing but the program', () => {
    let bodies = 0;
    const f = jit((x: Tensor) => {
      bodies++;
      return add(mul(x, 2), 1);
    });
    f(tensor([1]));
    const { trace } = profile(() => f(tensor([2])));
    const spans = trace.traceEvents.map(({ cat }) => cat).filter((cat) => cat !== '__metadata');
    expect([new Set(spans), bodies]).toEqual([new Set(['call', 'run']), 1]);
  });
});

describe('F7 warnings', () => {
  const causes: readonly (readonly [
    label: string,
    call: (f: (x: Tensor, y?: unknown) => unknown, i: number) => void,
    says: RegExp,
  ])[] = [
    [
      'shapes',
      (f, i) => f(zeros([i + 1, 2])),
      /because args\[0\] was float32\[\d, 2\], is float32\[\d, 2\]\n {2}hint: state the dims that change by names/,
    ],
    ['ranks', (f, i) => f(zeros(new Array<number>(i).fill(1))), /args\[0\] was float32.*hint: state the dims/s],
    [
      'strings',
      (f, i) => f(tensor(1), `epoch ${i}`),
      /args\[1\] was "epoch \d", is "epoch \d"\n {2}hint: every value is compiled for itself/,
    ],
    [
      'objects',
      (f, i) => f(tensor(1), new Config(i)),
      /args\[1\] was an instance of Config.*another one\n {2}hint: pass the same object every time/,
    ],
    ['functions', (f) => f(tensor(1), () => 1), /args\[1\] was a function, is a function, another one/],
    [
      'structures',
      (f, i) => f(tensor(1), new Array<number>(i).fill(0)),
      /args was .*\n {2}hint: pass objects and arrays of one structure/,
    ],
  ];
  it.each(causes)('F7 name your cause and its way out, and no other: %s', (_, call, says) => {
    const f = jit((x: Tensor, _other?: unknown) => add(x, 1), { name: 'step', shapes: 'exact' });
    for (let i = 0; i < 5; i++) call(f, i);
    expect(warnings.length).toBe(1);
    expect(warnings[0]).toMatch(/^deft: step was compiled 5 times within 10 calls/);
    expect(warnings[0]).toMatch(says);
    expect(warnings[0]?.match(/hint:/g)?.length).toBe(1);
  });

  it('F7 T7 J1 name a number at its third value, with dynamic and its position', () => {
    const f = jit((x: Tensor, options: { rate: number }) => mul(x, options.rate), { name: 'step' });
    for (let i = 0; i < 9; i++) f(tensor(1), { rate: i / 8 });
    expect(warnings[0]).toBe(
      'deft: step is compiled again for every value of the number at args[1].rate (0, 0.125, 0.25, …)\n' +
        '  hint: pass a tensor, or declare it an input: dynamic: [1]',
    );
    expect(warnings.filter((text) => text.includes('every value of the number')).length).toBe(1);
  });

  it('F7 are at most two of a function, however often it is compiled', () => {
    const f = jit((x: Tensor, _label: string) => add(x, 1), { name: 'step' });
    for (let i = 0; i < 100; i++) f(tensor(1), `label ${i}`);
    expect(warnings.length).toBe(2);
  });

  it('F7 are none where five compilations do not come within ten calls, nor for sizes that one program serves', () => {
    const f = jit((x: Tensor, _label: string) => add(x, 1));
    for (let i = 0; i < 20; i++) for (let call = 0; call < 3; call++) f(tensor(1), `label ${i}`);
    const g = jit((x: Tensor) => mean(x));
    for (let n = 1; n < 40; n++) g(zeros([n]));
    expect(warnings).toEqual([]);
  });
});

describe('F7 T3 the cache', () => {
  it('F7 T3 is bounded, drops what was used least recently, says so, and always runs compiled code', () => {
    const f = jit((x: Tensor, _mode: string) => add(x, 1), { name: 'f', cacheSize: 3 });
    const modes = ['a', 'b', 'c', 'a', 'd', 'a', 'b'];
    for (const mode of modes) expect(f(tensor(1), mode).item()).toBe(2);
    expect([f.traceCount, f.compileCount, f.cacheSize]).toEqual([5, 5, 3]);
    expect(f.explain()).toMatch(/^f: 7 calls, 5 traces, 5 compiled, 3 of at most 3 signatures kept, 2 dropped/);
    expect(lines(f).at(-1)).toContain('because it was dropped before, as the cache was full');
    for (const mode of modes) {
      const { trace } = profile(() => f(tensor(1), mode));
      expect(trace.traceEvents.filter(({ cat }) => cat === 'op')).toEqual([]);
    }
  });

  it('F7 T3 follows a cache of that size in any order of calls', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 30 }),
        (size, calls) => {
          const f = jit((x: Tensor, mode: number) => add(x, mode), { cacheSize: size });
          let kept: number[] = [];
          let traces = 0;
          for (const mode of calls) {
            if (!kept.includes(mode)) traces++;
            kept = [...kept.filter((one) => one !== mode), mode].slice(-size);
            expect(f(tensor(1), mode).item()).toBe(1 + mode);
            expect([f.traceCount, f.cacheSize]).toEqual([traces, kept.length]);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('F7 J1 is emptied by clear, after which everything works as before', () => {
    const count = variable(0);
    const f = jit((x: Tensor) => {
      count.assignAdd(1);
      return add(x, count.value);
    });
    expect([f(tensor(1)), f(tensor(1))].map((y) => y.item())).toEqual([2, 3]);
    f.clear();
    expect([f.cacheSize, f.captures()]).toEqual([0, []]);
    expect(f(tensor(1)).item()).toBe(4);
  });

  it('F7 holds bounded memory over 1,000 shapes, by code for every size and for each', () => {
    const body = (x: Tensor): Tensor => sum(mul(add(x, 1), x)) as Tensor;
    for (const [shapes, count] of [
      ['auto', 1000],
      ['exact', 300],
    ] as const) {
      const f = jit(body, { shapes, cacheSize: 8 });
      const run = (from: number): void => {
        for (let n = from; n < from + count / 2; n++) f(zeros([n])).dispose();
      };
      run(1);
      const before = getBackend().memory();
      run(1 + count / 2);
      const after = getBackend().memory();
      expect(f.cacheSize).toBe(8);
      expect(f.compileCount).toBe(shapes === 'auto' ? 2 : count);
      // Inputs go when they are collected: what grows with the number of shapes would be far more.
      expect(after.reservedBytes - before.reservedBytes).toBeLessThan(4 * 1000 * count);
    }
  });
});

describe('T7 J1 numbers that change', () => {
  const step = (w: Tensor, g: Tensor, rate: Tensor | number): Tensor => sub(w, mul(g, rate)) as Tensor;

  it('T7 of a schedule over 1,000 steps compile once: as tensors, as numbers that are declared, from variables', () => {
    const rate = variable(0, { name: 'rate' });
    const functions: readonly (readonly [
      { readonly compileCount: number },
      (w: Tensor, g: Tensor, i: number) => Tensor,
    ])[] = (() => {
      const byTensor = jit(step);
      const byNumber = jit(step, { dynamic: [2] });
      const byVariable = jit((w: Tensor, g: Tensor) => step(w, g, rate.value));
      return [
        [byTensor, (w, g, i) => byTensor(w, g, tensor(1 / i))],
        [byNumber, (w, g, i) => byNumber(w, g, 1 / i)],
        [
          byVariable,
          (w, g, i) => {
            rate.assign(1 / i);
            return byVariable(w, g);
          },
        ],
      ];
    })();
    const weights = functions.map(([f, run]) => {
      let w = tensor([1, -1]) as Tensor;
      for (let i = 1; i <= 1000; i++) w = run(w, tensor([0.125, 0.5]), i);
      expect(f.compileCount).toBe(1);
      return w.toArray();
    });
    expect(weights[1]).toEqual(weights[0]);
    expect(weights[2]).toEqual(weights[0]);
    expect(warnings).toEqual([]);
  });

  it('T7 that are declared take the dtype of their neighbours, keep their gradients, and lie anywhere in the argument', () => {
    const scaled = jit((x: Tensor, { by }: { by: (number | Tensor)[] }) => mul(x, by[1] as Tensor), { dynamic: [1] });
    for (const dtype of ['float32', 'float64', 'float16'] as const) {
      expect(scaled(tensor([1, 2], { dtype }), { by: [7, 0.5] }).dtype).toBe(dtype);
    }
    expect(scaled(tensor([1, 2], { dtype: 'int32' }), { by: [0, 3] }).toArray()).toEqual([3, 6]);
    const loss = jit(
      (x: Tensor, by: number | Tensor) => grad((k: Tensor) => sum(square(mul(x, k))) as Tensor)(by as Tensor),
      {
        dynamic: [1],
      },
    );
    expect([1, 2, 3].map((k) => loss(tensor([1, 2]), k).item())).toEqual([10, 20, 30]);
    expect(loss.compileCount).toBe(1);
  });

  it('J1 ragged last batches: named dims, or as many rows as a few sizes have', () => {
    const named = jit((x: Tensor) => mean(square(x), { axis: 0 }), { signature: [tensorSpec(['batch', 4])] });
    for (const n of [32, 32, 7, 32, 7, 1]) named(zeros([n, 4]));
    expect(named.compileCount).toBe(1);
    const bucketed = jit((x: Tensor) => sum(x), { shapes: 'exact' });
    for (let n = 1; n <= 32; n++) {
      const rows = 2 ** Math.ceil(Math.log2(n));
      bucketed(reshape(zeros([4 * rows]) as never, [rows, 4]) as Tensor);
    }
    expect(bucketed.compileCount).toBe(6);
  });
});
