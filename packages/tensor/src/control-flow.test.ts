/** Functions that call functions: run, differentiated, batched and captured they give what plain loops give. */
import {
  add,
  associativeScan,
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
  neg,
  scan,
  sin,
  sum,
  switchCase,
  type Tensor,
  tanh,
  tensor,
  vmap,
  whileLoop,
  zeros,
} from '@deft/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const list = (x: Tensor): number[] => Array.from(x.dataSync(), Number);

describe('map', () => {
  const rows = tensor([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  const parts = (xs: { readonly x: Tensor; readonly k: Tensor }): readonly Tensor[] => {
    const { total, scaled } = map(({ x, k }) => ({ total: sum(x) as Tensor, scaled: mul(x, k) as Tensor }), xs);
    return [total, scaled];
  };

  it('stacks what a function gives for every slice, in every mode', () => {
    const given = { x: rows, k: tensor([1, 10, 100]) };
    const expected = [
      [3, 7, 11],
      [1, 2, 30, 40, 500, 600],
    ];
    expect(parts(given).map(list)).toEqual(expected);
    expect(jit(parts)(given).map(list)).toEqual(expected);
  });

  it('differentiates and batches', () => {
    const f = (x: Tensor): Tensor => sum(map((row) => mul(row, row) as Tensor, x)) as Tensor;
    expect(list(grad(f)(rows))).toEqual([2, 4, 6, 8, 10, 12]);
    expect(list(vmap((x: Tensor) => map((row) => mul(row, 2) as Tensor, x))(rows))).toEqual([2, 4, 6, 8, 10, 12]);
  });

  it('gives nothing of nothing, and refuses slices of nothing at all', () => {
    expect(map((row) => sum(row), zeros([0, 2])).shape).toEqual([0]);
    expect(() => map((x) => x, tensor(3))).toThrow(/xs: expected at least rank 1/);
    expect(() => map((x) => x, {})).toThrow(/E_ARGUMENT/);
  });
});

describe('cond', () => {
  const f = (x: Tensor): Tensor =>
    cond(
      greater(x, 0) as Tensor,
      (y: Tensor) => mul(y, y) as Tensor,
      (y: Tensor) => neg(y) as Tensor,
      x,
    );

  it('runs only the function it takes', () => {
    const taken: string[] = [];
    cond(
      true,
      () => taken.push('true'),
      () => taken.push('false'),
    );
    expect(taken).toEqual(['true']);
  });

  it('is one of two functions in every mode', () => {
    expect([f(tensor(3)).item(), f(tensor(-3)).item()]).toEqual([9, 3]);
    const captured = jit(f);
    expect([captured(tensor(3)).item(), captured(tensor(-3)).item(), captured.traceCount]).toEqual([9, 3, 1]);
    expect(list(vmap(f)(tensor([3, -3])) as Tensor)).toEqual([9, 3]);
    expect(list(jit(vmap(f))(tensor([3, -3])) as Tensor)).toEqual([9, 3]);
  });

  it('differentiates, forwards, backwards and twice', () => {
    expect([grad(f)(tensor(3)), grad(f)(tensor(-3))].map((x) => (x as Tensor).item())).toEqual([6, -1]);
    expect(list(vmap(grad(f))(tensor([3, -3])) as Tensor)).toEqual([6, -1]);
    expect((jit(grad(f))(tensor(-3)) as Tensor).item()).toBe(-1);
    expect((hessian(f)(tensor(3)) as Tensor).item()).toBe(2);
    expect((jvp(f, [tensor(3)], [tensor(1)])[1] as Tensor).item()).toBe(6);
  });

  it('names what does not fit', () => {
    expect(() =>
      cond(
        tensor(1),
        () => 1,
        () => 2,
      ),
    ).toThrow(/cond: condition: expected bool, got float32.*E_DTYPE/);
    expect(() =>
      cond(
        tensor([true]),
        () => 1,
        () => 2,
      ),
    ).toThrow(/cond: condition: expected a scalar/);
    const uneven = jit((x: Tensor) =>
      cond(
        greater(x, 0) as Tensor,
        (): Tensor => tensor([1, 2]),
        (): Tensor => tensor([1]),
      ),
    );
    expect(() => uneven(tensor(1))).toThrow(
      /cond: result of onFalse: expected float32\[2\], got float32\[1\].*E_SHAPE/,
    );
    const other = jit((x: Tensor) =>
      cond<[], unknown>(
        greater(x, 0) as Tensor,
        () => ({ a: x }),
        () => [x],
      ),
    );
    expect(() => other(tensor(1))).toThrow(/E_TREE/);
  });
});

it('switchCase takes the nearest branch in every mode', () => {
  const f = (i: Tensor): Tensor =>
    switchCase(
      i,
      [0, 1, 2].map((k) => (x: Tensor) => mul(x, k) as Tensor),
      tensor(5),
    );
  const numbers = tensor(new Int32Array([-4, 0, 1, 2, 9]));
  const expected = [0, 0, 5, 10, 10];
  expect(list(vmap(f)(numbers) as Tensor)).toEqual(expected);
  const captured = jit(f);
  expect([-4, 0, 1, 2, 9].map((i) => captured(tensor(i, { dtype: 'int32' })).item())).toEqual(expected);
  expect([-4, 0, 1, 2, 9].map((i) => f(tensor(i, { dtype: 'int32' })).item())).toEqual(expected);
  expect(() => switchCase(0.5, [() => 1])).toThrow(/switchCase: index: expected a whole number/);
  expect(() => switchCase(0, [])).toThrow(/at least one function/);
});

describe('whileLoop', () => {
  const doubled = (x: Tensor, options?: { maximumIterations: number }): Tensor =>
    whileLoop(
      (y: Tensor) => less(y, 100) as Tensor,
      (y: Tensor) => mul(y, 2) as Tensor,
      x,
      options,
    );

  it('ends where the condition fails, at once if need be', () => {
    expect([3, 50, 200].map((x) => doubled(tensor(x)).item())).toEqual([192, 100, 200]);
    expect(doubled(tensor(3), { maximumIterations: 2 }).item()).toBe(12);
    expect(doubled(tensor(3), { maximumIterations: 0 }).item()).toBe(3);
  });

  it('is captured and batched within a bound', () => {
    const bounded = (x: Tensor): Tensor => doubled(x, { maximumIterations: 8 });
    const captured = jit(bounded);
    expect([3, 50, 200].map((x) => captured(tensor(x)).item())).toEqual([192, 100, 200]);
    expect(list(vmap(bounded)(tensor([3, 50, 200])) as Tensor)).toEqual([192, 100, 200]);
    const unbounded = jit((x: Tensor) => doubled(x));
    expect([3, 50, 200].map((x) => unbounded(tensor(x)).item())).toEqual([192, 100, 200]);
    expect(list(vmap((x: Tensor) => doubled(x))(tensor([3, 50, 200])) as Tensor)).toEqual([192, 100, 200]);
  });

  it('differentiates through the steps taken', () => {
    const bounded = (x: Tensor): Tensor => doubled(x, { maximumIterations: 8 });
    const slopes = [64, 2, 1];
    expect([3, 50, 200].map((x) => (grad((y: Tensor) => doubled(y))(tensor(x)) as Tensor).item())).toEqual(slopes);
    expect(list(vmap(grad(bounded))(tensor([3, 50, 200])) as Tensor)).toEqual(slopes);
    expect([3, 50, 200].map((x) => (jit(grad(bounded))(tensor(x)) as Tensor).item())).toEqual(slopes);
    expect((jvp(bounded, [tensor(3)], [tensor(1)])[1] as Tensor).item()).toBe(64);
  });

  it('refuses a step that changes the kind of the state', () => {
    expect(() =>
      whileLoop(
        () => true,
        (): Tensor => tensor([1, 2]),
        tensor(1) as Tensor,
      ),
    ).toThrow(/whileLoop: the state after a step: expected float32\[\], got float32\[2\]/);
    expect(() =>
      whileLoop(
        () => tensor(1),
        (x: Tensor) => x,
        tensor(1),
      ),
    ).toThrow(/condition: expected bool/);
  });
});

it('foriLoop counts', () => {
  const power = (x: Tensor): Tensor => foriLoop(0, 3, (_, y: Tensor) => mul(y, x) as Tensor, tensor(1));
  expect([power(tensor(2)).item(), (jit(power)(tensor(2)) as Tensor).item()]).toEqual([8, 8]);
  expect((grad(power)(tensor(2)) as Tensor).item()).toBe(12);
  expect(foriLoop(2, 2, () => tensor(5), tensor(1)).item()).toBe(1);
  expect(() => foriLoop(0, 1.5, (_, x) => x, 1)).toThrow(/foriLoop: upper: .*got 1.5/);
});

describe('scan', () => {
  const cell = (h: Tensor, x: Tensor): [Tensor, Tensor] => {
    const next = tanh(add(mul(h, 0.5), sin(x))) as Tensor;
    return [next, mul(next, 2) as Tensor];
  };
  const run = (h: Tensor, xs: Tensor): [Tensor, Tensor] => scan(cell, h, xs);
  const loop = (h: number, xs: readonly number[]): number[] => {
    let state = h;
    return xs.map((x) => {
      state = Math.tanh(state * 0.5 + Math.sin(x));
      return 2 * state;
    });
  };

  it('is a loop, in every mode', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 7 }), (xs) => {
        const expected = loop(0.5, xs);
        for (const f of [run, jit(run)]) {
          const [last, ys] = f(tensor(0.5), tensor(xs));
          list(ys).forEach((y, i) => {
            expect(y).toBeCloseTo(expected[i] as number, 5);
          });
          expect(last.item()).toBeCloseTo((expected.at(-1) as number) / 2, 5);
        }
        const [, backwards] = scan(cell, tensor(0.5), tensor(xs), { reverse: true });
        expect(list(backwards)).toEqual(list(run(tensor(0.5), tensor(xs.toReversed()))[1]).toReversed());
      }),
      { numRuns: 20 },
    );
  });

  it('differentiates and batches as its loop does', () => {
    const total = (h: Tensor, xs: Tensor): Tensor => sum(run(h, xs)[1]) as Tensor;
    const xs = [0.3, -0.2, 0.9];
    const slope = grad(total, { argnums: 1 })(tensor(0.5), tensor(xs)) as Tensor;
    xs.forEach((_, i) => {
      const at = (by: number): number =>
        loop(
          0.5,
          xs.map((x, k) => (k === i ? x + by : x)),
        ).reduce((a, b) => a + b);
      expect(slope.dataSync()[i]).toBeCloseTo((at(1e-4) - at(-1e-4)) / 2e-4, 3);
    });
    const [lasts] = vmap(run)(tensor([0.5, -1]), tensor([xs, xs])) as [Tensor, Tensor];
    expect(list(lasts)[0]).toBeCloseTo(run(tensor(0.5), tensor(xs))[0].item() as number, 6);
  });

  it('takes trees, no slices, and no steps', () => {
    const [state, counts] = scan(
      (s: { n: Tensor; total: Tensor }, _: null): [typeof s, Tensor] => [
        { n: add(s.n, 1) as Tensor, total: add(s.total, s.n) as Tensor },
        s.n,
      ],
      { n: tensor(0), total: tensor(0) },
      null,
      { length: 4 },
    );
    expect([state.n.item(), state.total.item(), list(counts)]).toEqual([4, 6, [0, 1, 2, 3]]);
    const [same, none] = run(tensor(0.5), tensor(new Float32Array(0)));
    expect([same.item(), none.shape, none.dtype]).toEqual([0.5, [0], 'float32']);
  });

  it('names what does not fit', () => {
    expect(() =>
      scan((c: Tensor, x: Tensor): [Tensor, Tensor] => [x, c], tensor([1, 2]) as Tensor, tensor([1]) as Tensor),
    ).toThrow(/scan: the state after a step: expected float32\[2\], got float32\[\]/);
    expect(() => scan((c: Tensor) => [c, c], tensor(1), [tensor([1]), tensor([1, 2])])).toThrow(
      /one length, got 1 and 2/,
    );
    expect(() => scan((c: Tensor) => [c, c], tensor(1), null)).toThrow(/scan: length: expected a number/);
  });
});

it('associativeScan combines as a loop would, along any axis and from either end', () => {
  const f = (a: Tensor, b: Tensor): Tensor => mul(a, b) as Tensor;
  const x = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect(associativeScan(f, x, { axis: 1 }).toArray()).toEqual([
    [1, 2, 6],
    [4, 20, 120],
  ]);
  expect(associativeScan(f, x, { axis: -1, reverse: true }).toArray()).toEqual([
    [6, 6, 3],
    [120, 30, 6],
  ]);
  // A linear recurrence: pairs (a, b) stand for x ↦ a·x + b, whose composition is associative.
  const [, b] = associativeScan(
    ([a1, b1]: [Tensor, Tensor], [a2, b2]: [Tensor, Tensor]): [Tensor, Tensor] => [
      mul(a1, a2) as Tensor,
      add(mul(a2, b1), b2) as Tensor,
    ],
    [tensor([2, 3, 4]), tensor([1, 1, 1])],
  );
  expect(list(b)).toEqual([1, 4, 17]);
  expect(() => associativeScan(f, tensor([1, 2]), { axis: 1 })).toThrow(/E_AXIS/);
});
