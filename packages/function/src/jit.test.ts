import type { ProgramExecutor } from '@deft/compiler';
import { baseInterpreter } from '@deft/core';
import {
  add,
  broadcastTo,
  exp,
  grad,
  matmul,
  mul,
  reshape,
  scan,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  vmap,
} from '@deft/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jit } from './jit.ts';

const vector = (...values: number[]): Tensor => tensor(values) as Tensor;
const numbers = (x: Tensor): unknown => x.toArray();

describe('a captured function', () => {
  it('runs its body once for each signature, and gives what the body gives', () => {
    let bodies = 0;
    const f = jit(
      (x: Tensor, y: Tensor) => {
        bodies++;
        return add(mul(x, y), 1) as Tensor;
      },
      { shapes: 'exact' },
    );
    fc.assert(
      fc.property(
        fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 5 }),
        (values) => {
          const x = vector(...values);
          expect(numbers(f(x, x))).toEqual(numbers(add(mul(x, x), 1) as Tensor));
        },
      ),
    );
    expect(bodies).toBe(f.traceCount);
    expect(f.compileCount).toBe(f.traceCount);
    expect(f.traceCount).toBeLessThanOrEqual(5);
    expect(f.cacheSize).toBe(f.traceCount);
  });

  it('takes and gives nested structures, and plain values in results', () => {
    const f = jit(({ a, list }: { a: Tensor; list: [Tensor, number] }) => ({
      total: add(a, list[0]) as Tensor,
      parts: [mul(a, list[1]) as Tensor],
      label: 'done',
    }));
    const result = f({ a: vector(1, 2), list: [vector(3, 4), 10] });
    expect(numbers(result.total)).toEqual([4, 6]);
    expect(numbers(result.parts[0] as Tensor)).toEqual([10, 20]);
    expect(result.label).toBe('done');
  });

  it('reads tensors from outside as they are at each call of the same trace', () => {
    const outside = vector(1, 2);
    const f = jit((x: Tensor) => add(x, outside) as Tensor);
    expect(numbers(f(vector(1, 1)))).toEqual([2, 3]);
    expect(numbers(f(vector(2, 2)))).toEqual([3, 4]);
    expect(f.traceCount).toBe(1);
  });

  it('may be called inside of another one, of a derivative and of a batch', () => {
    const square = jit((x: Tensor) => mul(x, x) as Tensor);
    const outer = jit((x: Tensor) => sum(square(x)) as Tensor);
    expect(outer(vector(1, 2)).item()).toBe(5);
    expect(numbers(grad(outer as (x: Tensor) => Tensor)(vector(1, 2)) as Tensor)).toEqual([2, 4]);
    expect(numbers(jit(grad((x: Tensor) => sum(square(x)) as Tensor))(vector(1, 2)) as Tensor)).toEqual([2, 4]);
    expect(numbers(vmap((x: Tensor) => square(x))(vector(1, 2, 3)) as Tensor)).toEqual([1, 4, 9]);
  });

  it('forgets the least recently used signature when its cache is full', () => {
    const f = jit((x: Tensor) => add(x, 1) as Tensor, { cacheSize: 2 });
    f(vector(1));
    f(vector(1, 2));
    f(vector(1));
    f(vector(1, 2, 3));
    expect(f.cacheSize).toBe(2);
    f(vector(1));
    expect(f.traceCount).toBe(3);
    f(vector(1, 2));
    expect(f.traceCount).toBe(4);
    f.clear();
    expect(f.cacheSize).toBe(0);
  });

  it('shows its graph as text, the same each time', () => {
    const f = jit((x: Tensor) => add(x, 1) as Tensor);
    expect(f.graphText(vector(1, 2))).toBe(f.graphText(vector(3, 4)));
    expect(f.graphText(vector(1, 2))).toContain('add(');
  });

  it('explains its kernels, and measures them without giving anything up', () => {
    const f = jit(
      (x: Tensor, w: Tensor) => [
        sum(exp(matmul(x, w) as Tensor)) as Tensor,
        scan((c: Tensor, y: Tensor): [Tensor, Tensor] => [add(c, y) as Tensor, c], mul(w, 0) as Tensor, w)[1] as Tensor,
      ],
      { donate: [0] },
    );
    const [x, w] = [tensor([[1, 2]]), tensor([[1], [-1]])] as [Tensor, Tensor];
    const [head, ...lines] = f.explain(x, w).split('\n');
    expect(head).toMatch(/^\d+ kernels, .* op, arena \d+ B$/);
    expect(lines[0]).toMatch(/^fullest at kernel \d+: \d+ B from kernel/);
    expect(lines.filter((line) => /^\d+: /.test(line)).length).toBe(Number.parseInt(head as string, 10));
    const [measured, roofline, ...kernels] = f.profile(x, w).split('\n');
    expect(measured).toMatch(/ in kernels$/);
    expect(roofline).toMatch(/^roofline: .*op\/s, .*B\/s$/);
    for (const line of kernels.filter((one) => /^\d+: /.test(one)))
      expect(line).toMatch(/(µs|ms), \d+ % of the roofline$/);
    expect(f.traceCount).toBe(1);
    expect(x.toArray()).toEqual([[1, 2]]);
  });
});

describe('the cache key', () => {
  const keyed = (): ((...args: unknown[]) => number) & { traceCount: number } => {
    const f = jit((...args: unknown[]) => add(vector(1), args.length) as Tensor);
    return Object.defineProperty((...args: unknown[]) => f(...args).size, 'traceCount', {
      get: () => f.traceCount,
    }) as never;
  };
  const instance = new (class Box {})();
  const cases: [label: string, first: unknown, second: unknown, same: boolean][] = [
    ['tensors of one shape and dtype', vector(1, 2), vector(3, 4), true],
    ['tensors of two shapes', vector(1, 2), vector(1), false],
    ['tensors of two dtypes', vector(1), tensor([1], { dtype: 'int32' }), false],
    ['equal numbers', 3, 3, true],
    ['different numbers', 3, 4, false],
    ['zero and negative zero', 0, -0, false],
    ['NaN and NaN', Number.NaN, Number.NaN, true],
    ['equal strings', 'a', 'a', true],
    ['a string and a number', '3', 3, false],
    ['booleans', true, false, false],
    ['null and undefined', null, undefined, false],
    ['bigints and numbers', 3n, 3, false],
    ['objects with keys in another order', { a: 1, b: 2 }, { b: 2, a: 1 }, true],
    ['objects with other values', { a: 1 }, { a: 2 }, false],
    ['arrays', [1, [2]], [1, [2]], true],
    ['arrays and objects', [1], { 0: 1 }, false],
    ['one instance', instance, instance, true],
    ['two instances of one class', instance, new (class Box {})(), false],
    ['one function', Math.sin, Math.sin, true],
    ['two functions', () => 1, () => 1, false],
  ];
  for (const [label, first, second, same] of cases) {
    it(`of ${label} is ${same ? 'the same' : 'different'}`, () => {
      const f = keyed();
      f(first);
      f(second);
      expect(f.traceCount).toBe(same ? 1 : 2);
    });
  }

  it('refuses arrays of elements that would be frozen in', () => {
    expect(() => jit((x: unknown) => x)(new Float32Array(3))).toThrow(
      /args\[0\]: expected a tensor, got Float32Array.*\[E_ARGUMENT\]/,
    );
  });
});

describe('capture is sound', () => {
  const capture = (f: (x: Tensor) => unknown) => () => jit(f)(vector(1, 2));
  it('elements cannot be read', () => {
    expect(capture((x) => x.dataSync())).toThrow(/not known yet.*\[E_CAPTURE_READ\]/s);
    expect(capture((x) => sum(x).item())).toThrow(/E_CAPTURE_READ/);
    expect(capture((x) => x.toArray())).toThrow(/E_CAPTURE_READ/);
  });

  it('tensors are no plain values', () => {
    expect(capture((x) => Number(x))).toThrow(/E_VALUE/);
    expect(capture((x) => (x as unknown as number) > 0)).toThrow(/E_VALUE/);
    expect(capture((x) => [...(x as unknown as Iterable<number>)])).toThrow(/E_VALUE/);
  });

  it('a tensor cannot leave but as a result', () => {
    let kept: Tensor | undefined;
    capture((x) => {
      kept = x;
      return x;
    })();
    expect(() => add(kept as Tensor, 1)).toThrow(/return it from the function.*/s);
    expect(() => jit((x: Tensor) => x)(kept as Tensor)).toThrow(/E_CAPTURE_LEAK/);
  });

  it('what is no function is refused', () => {
    expect(() => jit(3 as never)).toThrow(
      /jit: function: expected a function, or options for a decorator, got 3 \[E_ARGUMENT\]/,
    );
    expect(() => jit()(vector(1) as never, undefined as never)).toThrow(/expected @jit\(\) on a method, got a value/);
  });

  it('an async function is refused', () => {
    expect(capture(async (x) => x)).toThrow(/async|promise/);
  });

  it('an error in the body leaves nothing behind', () => {
    const f = jit((x: Tensor, broken: boolean) => (broken ? add(x, vector(1, 2, 3)) : add(x, 1)) as Tensor);
    expect(() => f(vector(1, 2), true)).toThrow(/E_BROADCAST/);
    expect(f.cacheSize).toBe(0);
    expect(numbers(f(vector(1, 2), false))).toEqual([2, 3]);
  });
});

describe('memory that runs out', () => {
  it('is an error that says what for, at once and captured, and leaves everything as it was', () => {
    const long = broadcastTo(tensor([1]), [65_536]) as Tensor;
    const outer = (x: Tensor): Tensor => sum(exp(matmul(reshape(x, [-1, 1]), reshape(x, [1, -1])) as Tensor)) as Tensor;
    const words = /matmul: expected room for \d+ bytes in WebAssembly memory.*E_MEMORY/s;
    expect(() => outer(long)).toThrow(words);
    const captured = jit(outer, { name: 'outer' });
    const report =
      /outer: expected room for \d+ bytes.*262144 bytes of arguments, 4 of results.*fullest at kernel 0: 17.2 GB.*dotGeneral/s;
    expect(() => captured(long)).toThrow(report);
    expect(() => captured(long)).toThrow(/E_MEMORY/);
    expect(numbers(sum(long) as Tensor)).toBe(65_536);
    expect(numbers(captured(vector(1, 1)) as Tensor)).toBeCloseTo(4 * Math.E, 5);
  });
});

describe('a training step in its steady state', () => {
  it('holds the same memory after every step', () => {
    const step = jit(
      (state: { w: Tensor; m: Tensor }, x: Tensor) => {
        const g = grad((w: Tensor) => sum(exp(matmul(x, w) as Tensor)) as Tensor)(state.w) as unknown as Tensor;
        const m = add(mul(state.m, 0.9), g) as Tensor;
        return { state: { w: add(state.w, mul(m, -1e-3)) as Tensor, m }, loss: sum(m) as Tensor };
      },
      { donate: [0] },
    );
    const x = broadcastTo(tensor([[0.1]]), [32, 64]) as Tensor;
    const start = broadcastTo(tensor([[0.01]]), [64, 48]) as Tensor;
    let state = { w: add(start, 0) as Tensor, m: mul(start, 0) as Tensor };
    const { backend } = baseInterpreter() as unknown as ProgramExecutor;
    const held: string[] = [];
    for (let i = 0; i < 30; i++) {
      const next = step(state, x);
      state = next.state;
      next.loss.dispose();
      const { residentBytes, reservedBytes, storages } = backend.memory();
      held.push(`${residentBytes} resident, ${reservedBytes} reserved, ${storages} storages`);
    }
    expect(new Set(held.slice(3)).size).toBe(1);
    expect(step.traceCount).toBe(1);
  });
});

describe('a memory budget', () => {
  const layers = (x: Tensor, w: Tensor): Tensor =>
    sum(Array.from({ length: 12 }).reduce<Tensor>((y) => tanh(matmul(y, w)) as Tensor, x)) as Tensor;
  const start = Array.from({ length: 16 }, (_, i) => Array.from({ length: 16 }, (_, j) => Math.sin(i * 16 + j) / 4));

  it('is met by computing again, with the same bits', () => {
    const [x, w] = [tensor(start) as Tensor, tensor(start) as Tensor];
    const plain = jit(grad(layers));
    const bytes = Number(/arena ([\d.]+) kB/.exec(plain.explain(x, w))?.[1]) * 1000;
    const small = jit(grad(layers), { memoryBudget: bytes * 0.6 });
    expect(small.explain(x, w)).toMatch(/^memory budget .* met$/m);
    expect(numbers(small(x, w) as never)).toEqual(numbers(plain(x, w) as never));
  });

  it('is a number of bytes', () => {
    expect(() => jit(layers, { memoryBudget: -1 })).toThrow('E_ARGUMENT');
    expect(() => jit(layers, { memoryBudget: Number.NaN })).toThrow('E_ARGUMENT');
    expect(() => jit(layers, { memoryBudget: 1, shapes: 'symbolic' })).toThrow('symbolic shapes');
  });
});

describe('donated arguments', () => {
  it('are gone after the call, and the error says where they went', () => {
    const step = jit((state: { w: Tensor }, x: Tensor) => ({ w: add(state.w, x) as Tensor }), {
      donate: [0],
      name: 'step',
    });
    const state = { w: vector(1, 2) };
    const x = vector(10, 20);
    const next = step(state, x);
    expect(numbers(next.w)).toEqual([11, 22]);
    expect(numbers(x)).toEqual([10, 20]);
    expect(() => state.w.toArray()).toThrow(/donated to step at .*jit\.test\.ts.*\[E_DISPOSED\]/s);
    expect(numbers(step(next, x).w)).toEqual([21, 42]);
  });

  const next = (w: Tensor, g: Tensor): Tensor => sub(w, mul(g, 0.5)) as Tensor;

  it('leave the values as they are without donation, step after step', () => {
    const state = (): { w: Tensor; m: Tensor } => ({ w: vector(1, 2, 3), m: vector(0, 0, 0) });
    const step = ({ w, m }: { w: Tensor; m: Tensor }, x: Tensor) => {
      const average = add(mul(m, 0.9), mul(x, w));
      return { w: sub(w, mul(average, 0.1)) as Tensor, m: average as Tensor };
    };
    const [plain, donating] = [jit(step), jit(step, { donate: [0] })];
    let [a, b] = [state(), state()];
    for (let i = 0; i < 5; i++) {
      const x = vector(i, -i, 0.5);
      [a, b] = [plain(a, x), donating(b, x)];
      expect([numbers(b.w), numbers(b.m)]).toEqual([numbers(a.w), numbers(a.m)]);
    }
  });

  it('may be given twice, be held by others, and be captured', () => {
    const update = jit(next, { donate: [0] });
    const twice = vector(2, 4);
    expect(numbers(update(twice, twice))).toEqual([1, 2]);
    expect(() => twice.toArray()).toThrow('E_DISPOSED');
    const held = vector(2, 4);
    const alias = jit((x: Tensor) => x)(held);
    expect(numbers(update(held, vector(2, 2)))).toEqual([1, 3]);
    expect(numbers(alias)).toEqual([2, 4]);
    const captured = vector(2, 4);
    const closed = jit((w: Tensor) => next(w, captured), { donate: [0] });
    expect(numbers(closed(vector(1, 1)))).toEqual([0, -1]);
    expect(numbers(closed(captured))).toEqual([1, 2]);
  });

  it('are written over by code for every size too', () => {
    const step = (w: Tensor, x: Tensor) => sub(w, mul(sum(mul(x, w), { axis: 0 }), 0.5)) as Tensor;
    const [plain, donating] = [jit(step), jit(step, { donate: [0] })];
    const x = (rows: number): Tensor => broadcastTo(tensor([[0.25, -0.5, 1]]), [rows, 3]) as Tensor;
    let [a, b] = [vector(1, 2, 3), vector(1, 2, 3)];
    for (const rows of [2, 5, 7, 3, 11]) {
      const before = b;
      [a, b] = [plain(a, x(rows)), donating(b, x(rows))];
      expect(numbers(b)).toEqual(numbers(a));
      expect(() => before.toArray()).toThrow('E_DISPOSED');
    }
    expect(donating.compileCount).toBe(2);
    expect(donating.explain(b, x(13))).toMatch(/output over buffer 0/);
  });

  it('are still there after a call that throws before anything is computed', () => {
    const update = jit(next, { donate: [0] });
    const [w, gone] = [vector(2, 4), vector(1, 1)];
    gone.dispose();
    expect(() => update(w, gone)).toThrow('E_DISPOSED');
    expect(() => update(w, vector(1, 2, 3))).toThrow(/\[E_/);
    expect(numbers(w)).toEqual([2, 4]);
    expect(numbers(update(w, vector(2, 2)))).toEqual([1, 3]);
  });

  it('survive as a result that passes them through', () => {
    const f = jit((x: Tensor) => x, { donate: [0] });
    expect(numbers(f(vector(1, 2)))).toEqual([1, 2]);
  });
});

describe('@jit()', () => {
  class Scaler {
    readonly factor: number;
    bodies = 0;
    constructor(factor: number) {
      this.factor = factor;
    }

    @jit()
    scale(x: Tensor): Tensor {
      this.bodies++;
      return mul(x, this.factor) as Tensor;
    }

    @jit({ name: 'twice' })
    static twice(x: Tensor): Tensor {
      return mul(x, 2) as Tensor;
    }
  }

  it('captures methods, with a cache for every instance', () => {
    const [two, three] = [new Scaler(2), new Scaler(3)];
    for (let i = 0; i < 3; i++) {
      expect(numbers(two.scale(vector(1, 2)))).toEqual([2, 4]);
      expect(numbers(three.scale(vector(1, 2)))).toEqual([3, 6]);
    }
    expect([two.bodies, three.bodies]).toEqual([1, 1]);
  });

  it('captures static methods', () => {
    expect(numbers(Scaler.twice(vector(1, 2)))).toEqual([2, 4]);
  });
});
