/** Bodies of captured control flow at their edges: what they give, what they are made of, and what the compiler makes of them. */
import { compileGraph, explain } from '@deft/compiler';
import { abstractValue } from '@deft/core';
import { traceGraph } from '@deft/graph';
import {
  add,
  cast,
  checkpoint,
  complex,
  cond,
  cos,
  customVjp,
  GradientTape,
  grad,
  greater,
  imag,
  jit,
  key,
  matmul,
  maximum,
  mul,
  randomUniform,
  real,
  scan,
  sin,
  sort,
  splitKey,
  sub,
  sum,
  type Tensor,
  take,
  tanh,
  tensor,
  unstack,
  vmap,
  whileLoop,
} from '@deft/tensor';
import { tensorMatchers } from '@deft/test-utils';
import { describe, expect, it } from 'vitest';

const T = (value: unknown): Tensor => tensor(value as number[]) as Tensor;

expect.extend(tensorMatchers);
const expectClose = (found: Tensor, expected: Tensor, digits = 4): void => {
  expect(found).toBeCloseToTensor(expected, { tolerance: 10 ** -digits });
};

const W = T([
  [0.3, -0.4, 0.1],
  [0.2, 0.5, -0.2],
  [-0.6, 0.1, 0.4],
]);
const H = T([0.1, -0.2, 0.3]);
const rows = (length: number): Tensor =>
  tensor(
    Float32Array.from({ length: length * 3 }, (_, i) => Math.sin(1.7 * i + 0.3)),
    { shape: [length, 3] },
  ) as Tensor;
describe('what a body gives may be', () => {
  const same = (f: (xs: Tensor) => unknown, xs: Tensor = rows(4)): void => {
    const flat = (x: unknown): Tensor[] => [x].flat(4) as Tensor[];
    const expected = flat(f(xs));
    flat(jit(f)(xs)).forEach((x, i) => {
      expectClose(x, expected[i] as Tensor);
    });
  };
  type Two = [Tensor, Tensor];

  it('carried values that change places, or what is closed over', () => {
    same((xs) =>
      scan(([a, b]: Two, x: Tensor): [Two, Tensor] => [[b, a], add(a, x) as Tensor], [H, mul(H, 2)] as Two, xs),
    );
    same((xs) => scan(([a, b]: Two, x: Tensor): [Two, Tensor] => [[b, x], a], [H, mul(H, 2)] as Two, xs));
    same((xs) => scan((_: Tensor, x: Tensor): [Tensor, Tensor] => [H, x], sin(H) as Tensor, xs));
    same((xs) =>
      scan((a: Tensor, x: Tensor): [Tensor, Tensor] => [sum(xs, { axis: 0 }) as Tensor, add(a, x) as Tensor], H, xs),
    );
  });

  it('one value several times, as a result and carried', () => {
    same((xs) =>
      scan(
        ([a]: Two, x: Tensor): [Two, Two] => {
          const next = sin(add(a, x)) as Tensor;
          return [
            [next, next],
            [next, next],
          ];
        },
        [H, H] as Two,
        xs,
      ),
    );
  });

  it('constants, and tensors of any dtype and of no elements', () => {
    same((xs) => scan((c: Tensor): [Tensor, number] => [add(c, 1) as Tensor, 7], T(0), xs));
    same((xs) => scan((): [number, boolean] => [3, true] as never, 3 as never, xs));
    const none = tensor(new Float32Array(0), { shape: [0] }) as Tensor;
    same((xs) => scan((c: Tensor, x: Tensor): [Tensor, Tensor] => [mul(c, 2) as Tensor, sum(x) as Tensor], none, xs));
    same((xs) =>
      scan(
        ([flag, n]: Two, x: Tensor): [Two, Tensor] => [
          [greater(sum(x), 0) as Tensor, add(n, 1) as Tensor],
          cond(
            flag,
            () => n,
            () => mul(n, 2) as Tensor,
          ),
        ],
        [tensor(true), tensor(3, { dtype: 'int32' })] as unknown as Two,
        xs,
      ),
    );
  });

  it('sorted, gathered, scattered and drawn at random', () => {
    same((xs) =>
      scan(
        (k: Tensor, x: Tensor): [Tensor, Two] => {
          const [next, own] = unstack(splitKey(k)) as unknown as Two;
          return [next, [sort(x) as Tensor, randomUniform([2], { key: own }) as Tensor]];
        },
        key(3) as unknown as Tensor,
        xs,
      ),
    );
    const places = tensor([2, 0, 1], { dtype: 'int32' });
    const pick = (xs: Tensor): Tensor =>
      sum(scan((c: Tensor, x: Tensor): [Tensor, Tensor] => [mul(take(c, places), x) as Tensor, c], H, xs)[1]) as Tensor;
    same(pick);
    same(grad(pick) as (xs: Tensor) => Tensor);
  });

  it('nothing, or no steps', () => {
    same((xs) => scan((c: Tensor, x: Tensor): [Tensor, Tensor[]] => [add(c, x) as Tensor, []], H, xs));
    const still = (x: Tensor): Tensor =>
      whileLoop(
        () => true,
        (y: Tensor) => mul(y, 2) as Tensor,
        x,
        { maximumIterations: 0 },
      );
    same((xs) => still(xs));
    same(grad((xs: Tensor) => sum(still(xs)) as Tensor) as (xs: Tensor) => Tensor);
  });

  it('computed in checkpoints and by functions with a gradient of their own', () => {
    const block = checkpoint((h: Tensor, x: Tensor) => tanh(add(sin(h), x)) as Tensor);
    const f = (xs: Tensor): Tensor =>
      sum(scan((c: Tensor, x: Tensor): [Tensor, Tensor] => [block(c, x), c], H, xs)[0]) as Tensor;
    same(grad(f) as (xs: Tensor) => Tensor);
    const whole = checkpoint(f);
    same(grad((xs: Tensor) => mul(whole(xs), 2) as Tensor) as (xs: Tensor) => Tensor);
    const clipped = customVjp(
      (x: Tensor) => mul(x, 3) as Tensor,
      (x: Tensor) => [mul(x, 3) as Tensor, x],
      (x, ct) => [maximum(mul(ct as Tensor, x), -0.5) as Tensor],
    );
    const g = (xs: Tensor): Tensor =>
      sum(scan((c: Tensor, x: Tensor): [Tensor, Tensor] => [add(c, clipped(x)) as Tensor, c], H, xs)[0]) as Tensor;
    same(grad(g) as (xs: Tensor) => Tensor);
    const all = (xss: Tensor): Tensor => vmap(grad(g))(xss) as Tensor;
    same(
      all,
      tensor(
        Float32Array.from({ length: 24 }, (_, i) => Math.sin(i)),
        { shape: [2, 4, 3] },
      ) as Tensor,
    );
  });
});

it('what a loop computes the same in every step is computed once, before it', () => {
  const f = jit((w: Tensor, xs: Tensor) =>
    scan((h: Tensor, x: Tensor): [Tensor, Tensor] => [add(matmul(matmul(w, w), h), x) as Tensor, h], H, xs),
  );
  const { graph } = traceGraph(
    ([w, xs]) =>
      scan(
        (h: Tensor, x: Tensor): [Tensor, Tensor] => [add(matmul(matmul(w as Tensor, w as Tensor), h), x) as Tensor, h],
        H,
        xs as Tensor,
      ),
    [W, rows(4)].map((x) => abstractValue(x.abstract.shape, x.dtype)),
  );
  const { program } = compileGraph(graph);
  const loops = program.kernels.filter((kernel) => kernel.form === 'repeat');
  expect(program.kernels.filter((kernel) => kernel.form === 'contract')).toHaveLength(1);
  expect(explain(compileGraph(graph))).toMatch(/repeat at most 4 steps of \d kernels: loop;.*\n {3}0: /);
  expect(loops.flatMap((loop) => loop.body.filter((kernel) => kernel.form === 'contract'))).toHaveLength(1);
  const without = compileGraph(graph, { without: ['hoistInvariants'] }).program;
  expect(without.kernels.filter((kernel) => kernel.form === 'contract')).toHaveLength(0);
  expect(f(W, rows(4))[0].shape).toEqual([3]);
});

it('the gradient of what a loop closes over is one product after it', () => {
  const loss = (w: Tensor, xs: Tensor): Tensor =>
    sum(
      scan((h: Tensor, x: Tensor): [Tensor, Tensor] => [tanh(add(matmul(w, h), x)) as Tensor, h], H, xs)[0],
    ) as Tensor;
  const { graph } = traceGraph(
    ([w, xs]) => [grad(loss)(w as Tensor, xs as Tensor) as Tensor],
    [W, rows(4)].map((x) => abstractValue(x.abstract.shape, x.dtype)),
  );
  const { program } = compileGraph(graph);
  const last = program.kernels.findLastIndex((kernel) => kernel.form === 'repeat');
  expect(program.kernels.slice(last + 1).some((kernel) => kernel.form === 'contract')).toBe(true);
  const back = program.kernels[last];
  const carried = back?.form === 'repeat' ? back.carries.map((carry) => program.buffers[carry.result]?.length) : [];
  expect(carried).toEqual([3]);
});

it('gives gradients by fewer operands than were recorded', () => {
  const f = (h: Tensor, w: Tensor, xs: Tensor): Tensor =>
    sum(
      scan((c: Tensor, x: Tensor): [Tensor, Tensor] => [tanh(add(matmul(w, c), x)) as Tensor, c], h, xs)[0],
    ) as Tensor;
  const slopes = (h: Tensor, w: Tensor, xs: Tensor): Tensor[] => {
    const tape = new GradientTape({ persistent: true });
    const loss = tape.record(f, h, w, xs);
    return [w, h, xs].map((source) => tape.gradient(loss, source) as Tensor);
  };
  const expected = slopes(H, W, rows(4));
  jit(slopes)(H, W, rows(4)).forEach((slope, i) => {
    expectClose(slope, expected[i] as Tensor);
  });
});

it('a checkpoint within a body keeps what it reads alone', () => {
  const chain = (h: Tensor, x: Tensor): Tensor => {
    let y = add(h, x) as Tensor;
    for (let i = 0; i < 6; i++) y = tanh(sin(y)) as Tensor;
    return y;
  };
  const stacksOf = (step: (h: Tensor, x: Tensor) => Tensor): number => {
    const loss = (h: Tensor, xs: Tensor): Tensor =>
      sum(scan((c: Tensor, x: Tensor): [Tensor, Tensor[]] => [step(c, x), []], h, xs)[0]) as Tensor;
    const { graph } = traceGraph(
      ([h, xs]) => [grad(loss)(h as Tensor, xs as Tensor) as Tensor],
      [H, rows(4)].map((x) => abstractValue(x.abstract.shape, x.dtype)),
    );
    const { program } = compileGraph(graph);
    return program.kernels.flatMap((kernel) => (kernel.form === 'repeat' ? kernel.writes : [])).length;
  };
  expect(stacksOf(checkpoint(chain))).toBe(1);
  expect(stacksOf(chain)).toBeGreaterThan(6);
});

describe('captured loops of other dtypes', () => {
  for (const dtype of ['float16', 'bfloat16', 'int8', 'uint8', 'int64', 'float64'] as const) {
    it(`give what plain loops give: ${dtype}`, () => {
      const xs = cast(mul(rows(4), 9), dtype) as Tensor;
      const f = (given: Tensor): [Tensor, Tensor] =>
        scan(
          (c: Tensor, x: Tensor): [Tensor, Tensor] => {
            const next = cond(
              greater(sum(x), 0) as Tensor,
              () => add(c, x) as Tensor,
              () => mul(x, 2) as Tensor,
            );
            return [next, sub(next, c) as Tensor];
          },
          cast(H, dtype) as Tensor,
          given,
        ) as [Tensor, Tensor];
      const [expected, found] = [f(xs), jit(f)(xs)];
      expected.forEach((x, i) => {
        expect(found[i]?.dtype).toBe(dtype);
        expect(String(found[i]?.dataSync())).toBe(String(x.dataSync()));
      });
    });
  }

  it('differentiate in float16', () => {
    const f = (w: Tensor): Tensor =>
      sum(
        scan(
          (c: Tensor, x: Tensor): [Tensor, Tensor] => [tanh(mul(w, add(c, x))) as Tensor, c],
          mul(w, 0),
          cast(rows(4), 'float16') as Tensor,
        )[0],
      ) as Tensor;
    const w = cast(H, 'float16') as Tensor;
    expectClose(jit(grad(f))(w) as Tensor, grad(f)(w) as Tensor, 2);
  });

  it('carry, slice and stack complex numbers, with derivatives', () => {
    const f = (w: Tensor, xs: Tensor): Tensor => {
      const turn = complex(cos(w), sin(w)) as Tensor;
      const [last, ys] = scan(
        (c: Tensor, x: Tensor): [Tensor, Tensor] => [add(mul(c, turn), x) as Tensor, mul(c, x) as Tensor],
        complex(w, 1) as Tensor,
        complex(xs, mul(xs, 0.5)) as Tensor,
      ) as [Tensor, Tensor];
      return add(sum(real(last)), sum(imag(ys))) as Tensor;
    };
    expectClose(jit(f)(H, rows(4)), f(H, rows(4)));
    for (const argnums of [0, 1]) {
      const slope = grad(f, { argnums });
      expectClose(jit(slope)(H, rows(4)) as Tensor, slope(H, rows(4)) as Tensor);
    }
    const picked = (x: Tensor): Tensor =>
      real(
        cond(
          greater(sum(x), 0) as Tensor,
          () => complex(x, 1) as Tensor,
          () => complex(1, x) as Tensor,
        ),
      ) as Tensor;
    expectClose(jit(picked)(H), picked(H));
  });
});
