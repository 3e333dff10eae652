/**
 * Training steps and transforms of captured functions: one program for forward, backward and update, whose memory is planned and whose
 * arguments may be given up; and the same values whatever is captured inside of what.
 */
import {
  add,
  DeftError,
  div,
  exp,
  getBackend,
  grad,
  hessian,
  jit,
  jvp,
  key,
  matmul,
  mean,
  mul,
  profile,
  randomNormal,
  setWarningOutput,
  sin,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  tensorSpec,
  tree,
  type Variable,
  valueAndGrad,
  variable,
  vmap,
  zeros,
} from '@deft/tensor';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

beforeAll(() => {
  setWarningOutput(undefined);
});

const list = (x: Tensor): unknown => x.toArray();
const random = (shape: number[], seed = 1): Tensor => randomNormal(shape, { key: key(seed) }) as Tensor;
const numbers = (x: Tensor): number[] => [...(x.dataSync() as Float32Array)];

interface Weights {
  readonly w: Tensor;
  readonly b: Tensor;
}

const lossOf = ({ w, b }: Weights, x: Tensor, y: Tensor): Tensor =>
  mean(square(sub(tanh(add(matmul(x, w), b)), y))) as Tensor;

interface AdamState {
  readonly weights: Weights;
  readonly m: Weights;
  readonly v: Weights;
}

/** A whole step: forward, backward, Adam. The rate and the number of the step are inputs. */
function adamStep(
  state: AdamState,
  x: Tensor,
  y: Tensor,
  rate: Tensor | number,
  step: Tensor | number,
): { state: AdamState; loss: Tensor } {
  const [loss, gradient] = valueAndGrad(lossOf)(state.weights, x, y);
  const both = (f: (...parts: Tensor[]) => Tensor, ...trees: Weights[]): Weights =>
    tree.map(f as never, ...(trees as [Weights]));
  const m = both((a, g) => add(mul(a, 0.9), mul(g, 0.1)) as Tensor, state.m, gradient);
  const v = both((a, g) => add(mul(a, 0.99), mul(square(g), 0.01)) as Tensor, state.v, gradient);
  const bias = (decay: number): Tensor => sub(1, exp(mul(step, Math.log(decay)))) as Tensor;
  const weights = both(
    (w, a, s) => sub(w, mul(rate, div(div(a, bias(0.9)), add(sqrt(div(s, bias(0.99)) as Tensor), 1e-7)))) as Tensor,
    state.weights,
    m,
    v,
  );
  return { state: { weights, m, v }, loss: loss as Tensor };
}

const start = (): AdamState => {
  const none = { w: zeros([3, 2]) as Tensor, b: zeros([2]) as Tensor };
  return { weights: { w: random([3, 2], 5), b: zeros([2]) as Tensor }, m: none, v: none };
};
const [x, y] = [random([16, 3], 6), tanh(random([16, 2], 7)) as Tensor];

describe('T8 a training step', () => {
  it('T8 T7 is one program: every step is one run, with the values of the loop at once, whatever rate and step are', () => {
    const captured = jit(adamStep, { dynamic: [3, 4], donate: [0] });
    let [a, b] = [start(), tree.map((t: Tensor) => add(t, 0), start()) as AdamState];
    const losses: number[] = [];
    for (let i = 1; i <= 40; i++) {
      const rate = 0.1 / Math.sqrt(i);
      const atOnce = adamStep(a, x, y, tensor(rate), tensor(i));
      const found = captured(b, x, y, rate, i);
      expect(found.loss.item()).toBeCloseTo(atOnce.loss.item() as number, 4);
      losses.push(found.loss.item() as number);
      [a, b] = [atOnce.state, found.state];
    }
    expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 4);
    expect(captured.compileCount).toBe(1);
    const { trace } = profile(() => captured(b, x, y, 0.01, 41));
    const spans = trace.traceEvents.filter(({ ph }) => ph === 'X').map(({ cat }) => cat);
    expect(spans).toEqual(expect.arrayContaining(['call', 'run']));
    expect(spans.filter((cat) => cat !== 'call')).toEqual(['run']);
  });

  it('T8 F12 so it is where weights and slots are variables, made in the first call, and the state of the generator is one', () => {
    let slots: { w: Variable; m: Variable } | undefined;
    const step = jit(
      (a: Tensor, b: Tensor, rate: Tensor | number) => {
        slots ??= { w: variable(random([3, 2], 5), { name: 'w' }), m: variable(zeros([3, 2]), { name: 'm' }) };
        const { w, m } = slots;
        const loss = (weights: Tensor): Tensor => lossOf({ w: weights, b: randomNormal([2]) as Tensor }, a, b);
        const [value, gradient] = valueAndGrad(loss)(w.value as Tensor);
        m.assign(add(mul(m.value, 0.5), gradient));
        w.assignSub(mul(m.value, rate));
        return value;
      },
      { dynamic: [2] },
    );
    for (let i = 0; i < 10; i++) step(x, y, 0.1 / (i + 1));
    expect([step.compileCount, step.captures().map(({ kind, text }) => `${kind} ${text}`)]).toEqual([
      1,
      expect.arrayContaining(['state variable "w": float32[3, 2]', 'state variable "m": float32[3, 2]']),
    ]);
    const { trace } = profile(() => step(x, y, 0.1));
    expect(trace.traceEvents.filter(({ cat }) => cat === 'run').length).toBe(1);
  });

  it('T8 J7 its memory is planned: what goes on lies where it lay before, and nothing grows', () => {
    const spec = (...shape: number[]): Tensor => tensorSpec(shape, 'float32') as unknown as Tensor;
    const weights = { w: spec(3, 2), b: spec(2) };
    const lowered = jit(adamStep, { donate: [0] }).lower(
      { weights, m: weights, v: weights },
      spec(16, 3),
      spec(16, 2),
      spec(),
      spec(),
    );
    const state = 3 * 4 * (6 + 2);
    expect(lowered.memory()).toMatchObject({ donated: state, results: state + 4 });
    const step = lowered.compile();
    let current = step(start(), x, y, tensor(0.1), tensor(1)).state;
    const held: number[] = [];
    for (let i = 2; i < 12; i++) {
      const next = step(current, x, y, tensor(0.1), tensor(i));
      current = next.state;
      next.loss.dispose();
      held.push(getBackend().memory().residentBytes);
    }
    // What is made for the call is given up when it is collected: two scalars.
    expect(Math.max(...held) - Math.min(...held)).toBeLessThanOrEqual(2 * 64 * held.length);
  });
});

describe('J7 arguments that are given up', () => {
  const bodies: Readonly<Record<string, (a: Tensor, b: Tensor) => unknown>> = {
    'an update': (a, b) => sub(a, mul(b, 0.5)),
    'one of both': (a) => a,
    'none of them': () => zeros([4]),
    'both, crossed': (a, b) => [add(b, 1), add(a, 1)],
    'both, as they are': (a, b) => ({ b, a }),
    'a sum that reads one twice': (a, b) => [add(a, sum(b)), add(a, 1), mul(b, a)],
  };

  it('J7 leave all values as they are, for any of them; each is gone afterwards, and no other', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(bodies)), fc.subarray([0, 1]), fc.boolean(), (name, donate, sized) => {
        const body = bodies[name] as (a: Tensor, b: Tensor) => unknown;
        const f = jit(body, {
          donate,
          name: 'f',
          ...(sized ? { signature: [tensorSpec(['n']), tensorSpec(['n'])] } : {}),
        });
        for (let i = 0; i < 3; i++) {
          const [a, b] = [tensor([1, 2, 3, 4 + i]), tensor([5, 6, 7, 8])] as [Tensor, Tensor];
          const leaves = (value: unknown): unknown[] => tree.leaves(value).map((leaf) => list(leaf as Tensor));
          const expected = leaves(body(a, b));
          expect(leaves(f(a, b))).toEqual(expected);
          for (const [position, given] of [a, b].entries()) {
            if (!donate.includes(position)) expect(given.size).toBe(4);
            const read = (): unknown => list(given);
            if (donate.includes(position))
              expect(read).toThrow(/donated to f at .*training-steps\.test\.ts:\d+.*E_DISPOSED/s);
            else expect(read).not.toThrow();
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('J7 later use says which call took it, at once and in other captured functions', () => {
    const step = jit((w: Tensor) => mul(w, 2), { donate: [0], name: 'step' });
    const w = tensor([1, 2]) as Tensor;
    step(w);
    for (const use of [
      () => add(w, 1),
      () => step(w),
      () => jit((a: Tensor) => add(a, 1))(w),
      () => grad((a: Tensor) => sum(a) as Tensor)(w),
    ]) {
      expect(use).toThrow(/it was donated to step at .*training-steps\.test\.ts:\d+/);
    }
  });

  it('J7 within derivatives and other captures nothing is given up; a call that throws before it computes takes nothing', () => {
    const f = jit((a: Tensor) => sum(square(a)) as Tensor, { donate: [0] });
    const a = tensor([1, 2]) as Tensor;
    expect([list(grad(f)(a)), list(jit((b: Tensor) => f(b))(a)), list(a)]).toEqual([[2, 4], 5, [1, 2]]);
    const broken = jit((b: Tensor) => add(b, zeros([3])), { donate: [0] });
    expect(() => broken(a)).toThrow(DeftError);
    expect(list(a)).toEqual([1, 2]);
  });
});

/** Chains of smooth functions; any of them may be a captured function of its own. */
const parts: readonly ((v: Tensor) => Tensor)[] = [
  (v) => sin(v) as Tensor,
  (v) => mul(v, v) as Tensor,
  (v) => tanh(add(v, 0.5) as Tensor) as Tensor,
  (v) => exp(mul(v, 0.3) as Tensor) as Tensor,
];

describe('F21 J3 derivatives of captured functions, and captured derivatives', () => {
  const scalar =
    (f: (v: Tensor) => Tensor) =>
    (v: Tensor): Tensor =>
      sum(f(v)) as Tensor;
  const transforms: Readonly<Record<string, (f: (v: Tensor) => Tensor) => (v: Tensor) => Tensor>> = {
    value: (f) => f,
    grad: (f) => grad(scalar(f)) as (v: Tensor) => Tensor,
    'grad of grad': (f) => grad(scalar(grad(scalar(f)) as (v: Tensor) => Tensor)) as (v: Tensor) => Tensor,
    jvp: (f) => (v) => jvp(f, [v], [tensor([1, 0.5, -2])])[1] as Tensor,
    'vmap of grad': (f) => vmap(grad(f)) as (v: Tensor) => Tensor,
    'grad of vmap': (f) => grad(scalar(vmap(f))) as (v: Tensor) => Tensor,
    hessian: (f) => hessian(scalar(f)) as (v: Tensor) => Tensor,
  };
  const point = tensor([0.3, -0.7, 1.1]);

  for (const [name, transform] of Object.entries(transforms)) {
    it(`F21 J3 ${name}: the same at once, captured outside, inside and both, and compiled ahead of time`, () => {
      fc.assert(
        fc.property(
          fc.array(fc.tuple(fc.constantFrom(...parts), fc.boolean()), { minLength: 1, maxLength: 3 }),
          (chain) => {
            const plain = (v: Tensor): Tensor => chain.reduce((u, [part]) => part(u), v);
            const pieces = chain.map(([part, isCaptured]) => (isCaptured ? jit(part) : part));
            const inner = (v: Tensor): Tensor => pieces.reduce((u, part) => part(u), v);
            const expected = numbers(transform(plain)(point));
            const lowered = jit(transform(inner)).lower(tensorSpec([3], 'float32') as never);
            const ways = [
              transform(jit(plain)),
              jit(transform(plain)),
              jit(transform(jit(inner))),
              lowered.compile() as (v: Tensor) => Tensor,
            ];
            for (const way of ways) {
              for (const [i, value] of numbers(way(point)).entries())
                expect(value).toBeCloseTo(expected[i] as number, 4);
            }
          },
        ),
        { numRuns: 8 },
      );
    });
  }
});

describe('J12 calls', () => {
  it('J12 have ended when they return: errors are theirs, and reading later gives what reading at once gives', async () => {
    const f = jit((a: Tensor) => add(mul(a, 2), 1) as Tensor);
    const results = Array.from({ length: 5 }, (_, i) => f(tensor([i])));
    const atOnce = results.map(numbers);
    const later = await Promise.all(results.map(async (r) => [...((await r.data()) as Float32Array)]));
    expect(later).toEqual(atOnce);
    const gone = f(tensor([1]));
    gone.dispose();
    await expect(gone.data()).rejects.toThrow('E_DISPOSED');
    expect(() => add(gone, 1)).toThrow('E_DISPOSED');
  });
});
