/**
 * Control flow as functions: one program whatever is taken and however often it runs, with the derivatives of the loops of JavaScript,
 * in bounded memory.
 */
import { allOperations } from '@deft/core';
import {
  add,
  cast,
  checkpoint,
  cond,
  foriLoop,
  grad,
  greater,
  hessian,
  jit,
  jvp,
  less,
  map,
  mul,
  ones,
  scan,
  setWarningOutput,
  sin,
  sqrt,
  sub,
  sum,
  switchCase,
  type Tensor,
  tanh,
  tensor,
  tensorSpec,
  vmap,
  where,
  whileLoop,
} from '@deft/tensor';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

beforeAll(() => {
  setWarningOutput(undefined);
});

const list = (x: Tensor): unknown => x.toArray();
const item = (x: Tensor): number => x.item() as number;

/** Doubles, in steps that depend on the value, until a limit that depends on another: the loop of ops, and that of JavaScript. */
const growing = (x: Tensor, limit: number): Tensor =>
  whileLoop(
    (y: Tensor) => less(y, limit) as Tensor,
    (y: Tensor) => mul(y, add(1, mul(tanh(y) as Tensor, 0.5))) as Tensor,
    x,
  );
const grownBy = (x: number, limit: number): { steps: number; value: number; slope: number } => {
  let [value, slope, steps] = [x, 1, 0];
  for (; value < limit; steps++) {
    const t = Math.tanh(value);
    slope *= 1 + 0.5 * t + 0.5 * value * (1 - t * t);
    value *= 1 + 0.5 * t;
  }
  return { steps, value, slope };
};

describe('F17 whileLoop', () => {
  it('F17 J4 has the value and the gradients of its steps, however many there are, none among them', () => {
    const runs = [3, 6, 50].map((limit) => ({
      limit,
      f: jit((x: Tensor) => growing(x, limit)),
      slope: jit(grad((x: Tensor) => growing(x, limit))),
    }));
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 60, noNaN: true }), fc.constantFrom(...runs), (x, { limit, f, slope }) => {
        const expected = grownBy(Math.fround(x), limit);
        // At the limit itself rounding decides.
        fc.pre(Math.abs(expected.value - limit) > 1e-3 && Math.abs(x - limit) > 1e-3);
        expect(item(f(tensor(x))) / expected.value).toBeCloseTo(1, 4);
        expect(item(slope(tensor(x)) as Tensor) / expected.slope).toBeCloseTo(1, 3);
      }),
    );
    for (const { f, slope } of runs) expect([f.compileCount, slope.compileCount]).toEqual([1, 1]);
  });

  it('F17 J4 nests, forwards, backwards and twice, and under vmap each example takes its own steps', () => {
    const nested = (x: Tensor): Tensor =>
      whileLoop(
        (y: Tensor) => less(y, 50) as Tensor,
        (y: Tensor) => {
          const limit = mul(y, 3);
          return whileLoop(
            (z: Tensor) => less(z, limit) as Tensor,
            (z: Tensor) => mul(z, z) as Tensor,
            y,
          );
        },
        x,
      );
    // 3 → 9 → 81; 2 → 4 → 16 → 256.
    expect(list(jit(vmap(nested))(tensor([3, 2, 60])))).toEqual([81, 256, 60]);
    expect(list(jit(vmap(grad(nested)))(tensor([3, 2, 60])))).toEqual([4 * 27, 8 * 128, 1]);
    expect(item(jvp(jit(nested), [tensor(3)], [tensor(1)])[1] as Tensor)).toBe(108);
    expect(item(jit(hessian(nested))(tensor(3)) as Tensor)).toBe(108);
  });

  it('F17 its gradient takes the same memory for 10 steps and for 10,000; with a bound as much as the bound says', () => {
    const arena = (steps: number, maximumIterations?: number): number => {
      const f = (x: Tensor): Tensor => {
        const { y } = whileLoop(
          ({ i }: { i: Tensor; y: Tensor }) => less(i, steps),
          ({ i, y }) => ({ i: add(i, 1) as Tensor, y: sin(mul(y, 1.1) as Tensor) as Tensor }),
          { i: tensor(0) as Tensor, y: x },
          maximumIterations === undefined ? {} : { maximumIterations },
        );
        return sum(y) as Tensor;
      };
      return jit(grad(f))
        .lower(tensorSpec([1000], 'float32') as never)
        .memory().arena;
    };
    expect(arena(10_000)).toBe(arena(10));
    expect(arena(10_000)).toBeLessThan(4000 * 80);
    expect(arena(5, 10)).toBeLessThan(4000 * 14);
    expect(arena(5, 100)).toBeGreaterThan(4000 * 100);
  });
});

describe('F17 cond', () => {
  it('F17 gives one structure, of which only the branch that is taken is computed and differentiated', () => {
    const f = (x: Tensor): { a: Tensor; b: [Tensor] } =>
      cond(
        greater(x, 0),
        () => ({ a: sqrt(x) as Tensor, b: [x] as [Tensor] }),
        () => ({ b: [mul(x, 2) as Tensor] as [Tensor], a: mul(x, 0) as Tensor }),
      );
    const captured = jit(f);
    for (const x of [4, -4]) {
      const [{ a, b }, expected] = [captured(tensor(x)), f(tensor(x))];
      expect([list(a), b.map(list)]).toEqual([list(expected.a), expected.b.map(list)]);
    }
    expect(captured.traceCount).toBe(1);
    const slope = grad((x: Tensor) => f(x).a);
    // The root of −1 would make a NaN of it.
    for (const run of [slope, jit(slope)])
      expect([4, -1].map((x) => list(run(tensor(x)) as Tensor))).toEqual([0.25, 0]);
    expect(list(jit(vmap(slope))(tensor([4, -1])) as Tensor)).toEqual([0.25, 0]);
  });

  it('F17 where(…) computes both sides: the input is chosen too where one side has no value', () => {
    const once = (x: Tensor): Tensor => where(greater(x, 0), sqrt(x), mul(x, 0)) as Tensor;
    const twice = (x: Tensor): Tensor => {
      const isGood = greater(x, 0);
      return where(isGood, sqrt(where(isGood, x, 1) as Tensor), mul(x, 0)) as Tensor;
    };
    expect(list(jit(grad(once))(tensor(-1)) as Tensor)).toBeNaN();
    expect(list(jit(grad(twice))(tensor(-1)) as Tensor)).toBe(0);
  });

  it('F17 and switchCase take branches that are there for nothing but what they do', () => {
    const f = jit((x: Tensor, i: Tensor) => switchCase(i, [() => undefined, () => undefined]) ?? x);
    expect(list(f(tensor(1), tensor(0, { dtype: 'int32' })))).toBe(1);
  });
});

describe('F18 J4 scan and map', () => {
  const recurrent =
    (length: number) =>
    (x: Tensor): Tensor =>
      scan(
        (state: Tensor, _: null): [Tensor, Tensor] => {
          const next = tanh(add(mul(state, 1.5), 0.1) as Tensor) as Tensor;
          return [next, next];
        },
        x,
        null,
        { length },
      )[1] as Tensor;

  it('F18 the body is written down once: the graph is as long for 10 steps as for 10,000', () => {
    let bodies = 0;
    const lines = (length: number): number => {
      const f = jit((x: Tensor) => {
        bodies++;
        return recurrent(length)(x);
      });
      return f.graphText(tensor(0.5)).split('\n').length;
    };
    expect(lines(10_000)).toBe(lines(10));
    expect(bodies).toBe(2);
  });

  it('F18 J4 have the gradients of the loop of JavaScript, from either end, checkpointed or not', () => {
    const xs = tensor([0.5, -1, 2, 0.25]);
    const step = (state: Tensor, x: Tensor): Tensor => tanh(add(mul(state, x), x) as Tensor) as Tensor;
    const inJavaScript = (all: Tensor, reverse: boolean): Tensor => {
      const pieces = [0, 1, 2, 3].map(
        (i) => sum(mul(all, tensor([0, 1, 2, 3].map((k) => (k === i ? 1 : 0))))) as Tensor,
      );
      return (reverse ? pieces.reverse() : pieces).reduce(step, tensor(0.1) as Tensor);
    };
    for (const reverse of [false, true]) {
      const expected = grad((all: Tensor) => inJavaScript(all, reverse))(xs).toArray() as number[];
      for (const body of [step, checkpoint(step)]) {
        const f = (all: Tensor): Tensor =>
          scan((c: Tensor, x: Tensor): [Tensor, Tensor] => [body(c, x), c], tensor(0.1) as Tensor, all, {
            reverse,
          })[0];
        const found = [grad(f)(xs), jit(grad(f))(xs)].map((slopes) => slopes.toArray() as number[]);
        for (const slopes of found) {
          for (const [i, slope] of slopes.entries()) expect(slope).toBeCloseTo(expected[i] as number, 5);
        }
      }
    }
  });

  it('F18 J4 backwards a checkpointed body keeps one state of a step, not what is inside it', () => {
    const body = (x: Tensor): Tensor => [1, 2, 3, 4].reduce((y) => sin(mul(y, 1.1) as Tensor) as Tensor, x);
    const arena = (f: (x: Tensor) => Tensor): number => {
      const loop = (x: Tensor): Tensor => sum(foriLoop(0, 100, (_, y: Tensor) => f(y), x)) as Tensor;
      return jit(grad(loop))
        .lower(tensorSpec([1000], 'float32') as never)
        .memory().arena;
    };
    expect(arena(body) / arena(checkpoint(body))).toBeGreaterThan(3);
  });

  it('F18 map stacks what a function gives, of any dtype and structure, as vmap does', () => {
    const f = (x: Tensor): { isLarge: Tensor; whole: Tensor } => ({
      isLarge: greater(sum(x), 3) as Tensor,
      whole: cast(mul(x, 2), 'int32') as Tensor,
    });
    const xs = tensor([
      [1, 2],
      [3, 4],
    ]);
    const expected = {
      isLarge: [false, true],
      whole: [
        [2, 4],
        [6, 8],
      ],
    };
    for (const run of [(x: Tensor) => map(f, x), jit((x: Tensor) => map(f, x)), jit(vmap(f))]) {
      const { isLarge, whole } = run(xs) as { isLarge: Tensor; whole: Tensor };
      expect({ isLarge: list(isLarge), whole: list(whole) }).toEqual(expected);
      expect(whole.dtype).toBe('int32');
    }
  });

  it('F18 every op says how it is batched', () => {
    const silent = allOperations().filter(({ batch, kind }) => batch === undefined && kind !== 'composite');
    expect(silent.map(({ name }) => name)).toEqual([]);
    expect(allOperations().length).toBeGreaterThan(400);
  });

  it('J4 a loop whose number of steps is data differentiates backwards, by the steps that were taken', () => {
    const power = (x: Tensor, n: Tensor): Tensor =>
      whileLoop(
        ({ i }: { i: Tensor; y: Tensor }) => less(i, n),
        ({ i, y }) => ({ i: add(i, 1) as Tensor, y: mul(y, x) as Tensor }),
        { i: tensor(0) as Tensor, y: ones([]) as Tensor },
      ).y;
    const slope = jit(grad(power));
    for (const n of [0, 1, 5, 100]) expect(item(slope(tensor(1), tensor(n)) as Tensor)).toBe(n);
    expect(slope.compileCount).toBe(1);
    expect(
      item(jit(grad((x: Tensor) => sub(power(x, tensor(3)), power(x, tensor(2))) as Tensor))(tensor(2)) as Tensor),
    ).toBe(8);
  });
});
