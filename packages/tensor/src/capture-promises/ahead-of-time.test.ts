/**
 * Ahead of time: what a function does for stated types is known before anything runs, its costs and its memory are exact, and what is
 * compiled is the whole of it; and what a call costs besides its program.
 */
import { nativeUnavailableBecause } from '@deft/backend-native';
import {
  add,
  conv2d,
  type DeftError,
  foriLoop,
  getBackend,
  grad,
  hostCall,
  jit,
  less,
  matmul,
  mean,
  mul,
  profile,
  relu,
  setBackend,
  setWarningOutput,
  square,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  tensorSpec,
  transpose,
  vmap,
  where,
  whileLoop,
  zeros,
} from '@deft/tensor';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

beforeAll(() => {
  setWarningOutput(undefined);
});

/** Stands for a tensor, to the types too. */
const spec = (...shape: number[]): Tensor => tensorSpec(shape, 'float32') as unknown as Tensor;
const list = (x: Tensor): unknown => x.toArray();
const backends = ['reference', 'wasm', ...(nativeUnavailableBecause() === undefined ? ['native'] : [])] as const;
const before = getBackend().name;
afterAll(() => {
  setBackend(before);
});

const network = jit(({ w, v }: { w: Tensor; v: Tensor }, x: Tensor) => relu(matmul(tanh(matmul(x, w)), v)) as Tensor, {
  name: 'network',
});

describe('J8 lower, compile, cost, memory', () => {
  it('J8 flops of a product are 2·m·k·n, whatever the sizes, and of what is made of products and sums what they add up to', () => {
    const size = fc.integer({ min: 1, max: 40 });
    const product = jit((x: Tensor, y: Tensor) => matmul(x, y));
    const batched = jit((x: Tensor, y: Tensor) => add(matmul(x, y), 1));
    fc.assert(
      fc.property(size, size, size, size, (b, m, k, n) => {
        const one = product.lower(spec(m, k), spec(k, n)).cost();
        expect([one.flops, one.isExact]).toEqual([2 * m * k * n, true]);
        const many = batched.lower(spec(b, m, k), spec(b, k, n)).cost();
        expect([many.flops, many.isExact]).toEqual([2 * b * m * k * n + b * m * n, true]);
      }),
      { numRuns: 30 },
    );
    const image = jit((x: Tensor, k: Tensor) => conv2d(x as never, k as never, { padding: 'valid' }) as Tensor);
    expect(image.lower(spec(2, 8, 8, 3), spec(3, 3, 3, 4)).cost().flops).toBe(2 * 2 * 6 * 6 * 4 * 27);
    const loop = jit((x: Tensor) => foriLoop(0, 7, (_, y: Tensor) => matmul(y, x) as Tensor, x));
    expect(loop.lower(spec(5, 5)).cost().flops).toBe(7 * 2 * 125);
  });

  it('J8 where the work depends on data it says so, and on what', () => {
    const until = jit((x: Tensor) =>
      whileLoop(
        (y: Tensor) => less(sum(y), 100) as Tensor,
        (y: Tensor) => mul(y, 2) as Tensor,
        x,
      ),
    );
    const { isExact, inexactBecause } = until.lower(spec(3)).cost();
    expect(isExact).toBe(false);
    expect(inexactBecause.join()).toMatch(/loop|steps/);
  });

  it.each(backends)('J8 compiles, runs and counts the same on %s', (name) => {
    setBackend(name);
    const given = { w: spec(4, 8), v: spec(8, 2) };
    const lowered = network.lower(given, spec(3, 4));
    const compiled = lowered.compile();
    const [w, v, x] = [zeros([4, 8]), add(zeros([8, 2]), 0.5), zeros([3, 4])] as [Tensor, Tensor, Tensor];
    expect(list(compiled({ w: add(w, 1) as Tensor, v: v as Tensor }, add(x, 1) as Tensor))).toEqual(
      list(network({ w: add(w, 1) as Tensor, v: v as Tensor }, add(x, 1) as Tensor)),
    );
    expect(lowered.signature).toBe(
      'network(args[0].v: float32[8, 2], args[0].w: float32[4, 8], args[1]: float32[3, 4]) → float32[3, 2]',
    );
    const { flops, transcendentals, isExact } = lowered.cost();
    expect([flops, transcendentals, isExact]).toEqual([2 * 3 * 4 * 8 + 2 * 3 * 8 * 2 + 6, 24, true]);
    expect(lowered.memory()).toMatchObject({ arguments: 4 * (32 + 16 + 12), results: 24, captured: 0, donated: 0 });
    expect(compiled.explain()).toMatch(/^\d+ kernels?, /);
  });

  it.each(backends)(
    'J8 bytes of results, of arguments that are taken over and of the arena are what a run takes on %s',
    (name) => {
      setBackend(name);
      const step = jit(
        (state: { w: Tensor }, x: Tensor) => ({ w: tanh(matmul(state.w, tanh(matmul(x, transpose(x))))) as Tensor }),
        {
          donate: [0],
        },
      );
      const lowered = step.lower({ w: spec(64, 128) }, spec(128, 32));
      const memory = lowered.memory();
      expect(memory).toMatchObject({ arguments: 4 * (64 * 128 + 128 * 32), results: 4 * 64 * 128 });
      expect(memory.arena).toBeGreaterThanOrEqual(4 * 128 * 128);
      const compiled = lowered.compile();
      const x = add(zeros([128, 32]), 0.1) as Tensor;
      let state = compiled({ w: add(zeros([64, 128]), 0.1) as Tensor }, x);
      const held = getBackend().memory().residentBytes;
      for (let i = 0; i < 3; i++) state = compiled(state, x);
      expect(getBackend().memory().residentBytes).toBe(held);
      expect(list(state.w)).toHaveLength(64);
    },
  );

  it('J8 T7 numbers that are declared inputs stay inputs of what is compiled, at one size and at every size', () => {
    setBackend(before);
    const f = jit(
      (x: Tensor, { rate, on }: { rate: number | Tensor; on: boolean | Tensor }) => where(on, mul(x, rate), x),
      {
        dynamic: [1],
        name: 'f',
      },
    );
    for (const rows of [2, 'n'] as const) {
      const x = tensorSpec([rows, 1], 'float16') as unknown as Tensor;
      const compiled = f.lower(x, { rate: 0.5, on: true }).compile();
      const run = (options: { rate: number | Tensor; on: boolean | Tensor }): Tensor =>
        compiled(tensor([[1], [2]], { dtype: 'float16' }) as Tensor, options) as Tensor;
      expect(compiled.signature).toMatch(/args\[1\]\.on: bool\[\], args\[1\]\.rate: float32\[\]/);
      expect(
        [run({ rate: 3, on: true }), run({ rate: 3, on: false }), run({ rate: tensor(4), on: true })].map(list),
      ).toEqual([
        [[3], [6]],
        [[1], [2]],
        [[4], [8]],
      ]);
      expect(run({ rate: 3, on: true }).dtype).toBe('float16');
      expect(() => run({ rate: 'x' as never, on: true })).toThrow(/args\[1\]\.rate.*E_SIGNATURE/);
    }
  });

  it('J8 what is compiled runs on elements: within a derivative, a batch or a capture it says to call the function itself', () => {
    setBackend(before);
    const f = jit((x: Tensor) => sum(square(x)) as Tensor, { name: 'f' });
    const compiled = f.lower(spec(2)).compile() as (x: Tensor) => Tensor;
    const x = tensor([1, 2]);
    expect(list(compiled(x))).toBe(5);
    for (const [run, inside] of [
      [() => grad(compiled)(x), 'grad'],
      [() => vmap(compiled)(tensor([[1, 2]])), 'vmap'],
      [() => jit(() => compiled(x))(), 'capture'],
    ] as const) {
      expect(run).toThrow(
        `f: a function that was compiled ahead of time cannot be called inside a running ${inside} [E_ARGUMENT]`,
      );
      expect(run).toThrow('call the captured function of which it was lowered');
    }
    expect(list(jit(grad(f))(x))).toEqual([2, 4]);
  });
});

describe('F19 T4 the whole function is compiled', () => {
  it('F19 T4 into one program, whose report names every op, and what is the host’s with the reason', () => {
    const f = jit((x: Tensor) => {
      const y = hostCall((a: Tensor) => a, { results: tensorSpec([2], 'float32'), name: 'mine' }, mul(x, 2) as Tensor);
      return tanh(add(y as Tensor, 1) as Tensor);
    });
    const report = f.explain(tensor([1, 2]));
    expect(report).toMatch(/call of hostCall, on the host/);
    expect(report).toMatch(/mul[\s\S]*hostCall[\s\S]*tanh/);
    const { trace } = profile(() => f(tensor([1, 2])));
    // Nothing runs op by op, not even around the call of the host.
    expect(trace.traceEvents.filter(({ cat, name }) => cat === 'op' && name !== 'mine').length).toBe(0);
    expect(trace.traceEvents.filter(({ cat }) => cat === 'run').length).toBe(1);
  });

  it('F19 or is an error of the whole: there is no slower way that is taken silently', () => {
    const f = jit((x: Tensor, bad: boolean) => {
      const y = matmul(x, x);
      return bad ? matmul(y, zeros([3, 3])) : y;
    });
    const x = zeros([2, 2]);
    let error: DeftError | undefined;
    try {
      f(x, true);
    } catch (thrown) {
      error = thrown as DeftError;
    }
    expect([error?.code, error?.callSite?.file.endsWith('ahead-of-time.test.ts')]).toEqual(['E_MATMUL_INNER', true]);
    expect([f.cacheSize, f.compileCount]).toEqual([0, 0]);
    expect(f(x, false).shape).toEqual([2, 2]);
  });
});

describe('F26 what a call costs besides its program', () => {
  it('F26 T1 one that finds its trace enters no body, traces, lowers and compiles nothing, and runs one program', () => {
    let bodies = 0;
    const step = jit((w: { a: Tensor; b: Tensor[] }, x: Tensor, mode: string) => {
      bodies++;
      const loss = (a: Tensor): Tensor => mean(square(sub(matmul(x, a) as Tensor, w.b[0] as Tensor))) as Tensor;
      return { loss: grad(loss)(w.a), mode };
    });
    const calls = Array.from({ length: 5 }, () => [{ b: [tensor([1, 2])], a: zeros([3, 2]) }, zeros([4, 3]), 'train']);
    const run = (args: unknown): void => {
      step(...(args as Parameters<typeof step>));
    };
    calls.slice(0, 1).forEach(run);
    const { trace } = profile(() => calls.forEach(run));
    const spans = trace.traceEvents.filter(({ ph }) => ph === 'X').map(({ cat }) => cat);
    expect(spans.sort()).toEqual([...new Array(5).fill('call'), ...new Array(5).fill('run')]);
    expect([bodies, step.traceCount, step.compileCount]).toEqual([1, 1, 1]);
  });
});
