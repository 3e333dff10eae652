/** Captured scans: what a node with a region gives is what a plain loop gives, in every mode and order of transforms; and the text of such graphs. */
import { compileGraph } from '@deft/compiler';
import { abstractValue } from '@deft/core';
import { parseGraph, printGraph, traceGraph } from '@deft/graph';
import { interpretProgram, parseProgram, printProgram, verifyProgram } from '@deft/kernel';
import {
  add,
  cond,
  grad,
  greater,
  hessian,
  jit,
  jvp,
  less,
  matmul,
  maximum,
  mul,
  relu,
  scan,
  sigmoid,
  sin,
  stopGradient,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  vmap,
  whileLoop,
} from '@deft/tensor';
import { tensorMatchers } from '@deft/test-utils';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const T = (value: unknown): Tensor => tensor(value as number[]) as Tensor;
expect.extend(tensorMatchers);
const expectClose = (found: Tensor, expected: Tensor, digits = 4): void => {
  expect(found).toBeCloseToTensor(expected, { tolerance: 10 ** -digits });
};

/** One step of a random body: of a state (a vector and a scalar), a slice and something closed over. */
type Step = (h: Tensor, c: Tensor, x: Tensor, w: Tensor) => Tensor;
const parts: readonly Step[] = [
  (h, _c, x) => add(h, x) as Tensor,
  (h, _c, _x, w) => tanh(matmul(w, h)) as Tensor,
  (h, c) => mul(h, c) as Tensor,
  (h, _c, x) => sin(sub(x, h)) as Tensor,
  (h, _c, x) => maximum(h, mul(x, 0.5)) as Tensor,
  (h) => mul(sigmoid(h), relu(h)) as Tensor,
  (h, c) =>
    cond(
      greater(c, 0.2) as Tensor,
      () => mul(h, c) as Tensor,
      () => sub(h, 1) as Tensor,
    ),
  (h, _c, x) => mul(stopGradient(h), x) as Tensor,
  (_h, _c, x) => x,
  (h) => h,
];

interface Body {
  readonly steps: readonly number[];
  readonly closed: number;
  readonly reverse: boolean;
}

const body = fc.record({
  steps: fc.array(fc.nat(parts.length - 1), { minLength: 1, maxLength: 4 }),
  closed: fc.nat(3),
  reverse: fc.boolean(),
});

type Loop = (h: Tensor, xs: Tensor, w: Tensor) => [Tensor, Tensor];

function loopOf({ steps, reverse }: Body): Loop {
  return (h, xs, w) => {
    const [[last, c], ys] = scan(
      ([state, scale]: [Tensor, Tensor], x: Tensor): [[Tensor, Tensor], Tensor] => {
        let next = state;
        for (const step of steps) next = (parts[step] as Step)(next, scale, x, w);
        return [[tanh(next) as Tensor, mul(scale, 0.9) as Tensor], next];
      },
      [h, T(0.5)] as [Tensor, Tensor],
      xs,
      { reverse },
    ) as unknown as [[Tensor, Tensor], Tensor];
    return [mul(last, c) as Tensor, ys];
  };
}

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
const total =
  (f: Loop) =>
  (h: Tensor, xs: Tensor, w: Tensor): Tensor => {
    const [last, ys] = f(h, xs, w);
    return add(sum(last), sum(mul(ys, ys))) as Tensor;
  };
const lengths = [1, 2, 5];

describe('a captured scan', () => {
  it('is traced once, and its graph is as long for 10 steps as for 10,000', () => {
    let bodies = 0;
    const run = jit(
      (xs: Tensor) =>
        scan(
          (h: Tensor, x: Tensor): [Tensor, Tensor] => {
            bodies++;
            return [tanh(add(h, x)) as Tensor, h];
          },
          T(0),
          xs,
        ),
      { shapes: 'exact' },
    );
    const lines = [10, 10_000].map(
      (length) => run.graphText(tensor(new Float32Array(length)) as Tensor).split('\n').length,
    );
    expect(bodies).toBe(2);
    expect(lines[0]).toBe(lines[1]);
    expect(lines[0]).toBeLessThan(12);
  });

  it('gives what a plain loop gives, for all lengths', () => {
    fc.assert(
      fc.property(body, fc.constantFrom(...lengths, 0), (made, length) => {
        const f = loopOf(made);
        const eager = f(H, rows(length), W);
        const captured = jit(f)(H, rows(length), W);
        expectClose(captured[0], eager[0]);
        expectClose(captured[1], eager[1]);
      }),
      { numRuns: 60 },
    );
  });

  it('has the gradients of the plain loop, in any order of capture and derivative', () => {
    fc.assert(
      fc.property(body, fc.constantFrom(...lengths), (made, length) => {
        const f = total(loopOf(made));
        const slopes = grad(f, { argnums: [0, 1, 2] })(H, rows(length), W) as readonly Tensor[];
        const inside = jit(grad(f, { argnums: [0, 1, 2] }))(H, rows(length), W) as readonly Tensor[];
        const outside = grad(jit(f) as typeof f, { argnums: [0, 1, 2] })(H, rows(length), W) as readonly Tensor[];
        slopes.forEach((slope, i) => {
          expectClose(inside[i] as Tensor, slope);
          expectClose(outside[i] as Tensor, slope);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('has the derivatives of the plain loop forwards', () => {
    fc.assert(
      fc.property(body, fc.constantFrom(...lengths), (made, length) => {
        const f = total(loopOf(made));
        const g = (h: Tensor, xs: Tensor, w: Tensor): Tensor[] => {
          const direction = mul(xs, 0.5) as Tensor;
          const [y, dy] = jvp(f, [h, xs, w], [mul(h, 2) as Tensor, direction, w]) as [Tensor, Tensor];
          const [, dh] = jvp((one: Tensor) => f(one, xs, w), [h], [h]) as [Tensor, Tensor];
          return [y, dy, dh];
        };
        const eager = g(H, rows(length), W);
        jit(g)(H, rows(length), W).forEach((x, i) => {
          expectClose(x, eager[i] as Tensor);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('has the second derivatives of the plain loop', () => {
    fc.assert(
      fc.property(body, fc.constantFrom(1, 3), (made, length) => {
        const f = total(loopOf(made));
        const g = (h: Tensor): Tensor => f(h, rows(length), W);
        expectClose(jit(hessian(g))(H) as Tensor, hessian(g)(H) as Tensor, 3);
        const slope = (w: Tensor): Tensor =>
          sum(mul(grad((v: Tensor) => f(H, rows(length), v))(w) as Tensor, W)) as Tensor;
        expectClose(jit(grad(slope))(W) as Tensor, grad(slope)(W) as Tensor, 3);
      }),
      { numRuns: 15 },
    );
  });

  it('batches as a loop over examples, whatever is batched, with derivatives inside and outside', () => {
    const hs = T([
      [0.1, -0.2, 0.3],
      [0.5, 0.4, -0.9],
    ]);
    const xss = tensor(
      Float32Array.from({ length: 2 * 4 * 3 }, (_, i) => Math.cos(i)),
      { shape: [2, 4, 3] },
    ) as Tensor;
    fc.assert(
      fc.property(body, fc.constantFrom([0, null, null], [null, 0, null], [0, 0, null]), (made, inAxes) => {
        const f = total(loopOf(made));
        const args = [inAxes[0] === 0 ? hs : H, inAxes[1] === 0 ? xss : rows(4), W] as [Tensor, Tensor, Tensor];
        const all = vmap(f, { inAxes }) as unknown as typeof f;
        expectClose(jit(all)(...args), all(...args));
        const slopes = vmap(grad(f), { inAxes }) as unknown as typeof f;
        expectClose(jit(slopes)(...args), slopes(...args));
        const sums = (h: Tensor, xs: Tensor, w: Tensor): Tensor => sum(all(h, xs, w)) as Tensor;
        expectClose(jit(grad(sums, { argnums: 2 }))(...args) as Tensor, grad(sums, { argnums: 2 })(...args) as Tensor);
      }),
      { numRuns: 20 },
    );
  });

  it('may stand in another one', () => {
    const table = (h: Tensor, xss: Tensor): [Tensor, Tensor] =>
      scan(
        (state: Tensor, xs: Tensor): [Tensor, Tensor] => {
          const [last, ys] = scan(
            (s: Tensor, x: Tensor): [Tensor, Tensor] => [sin(add(mul(s, state), x)) as Tensor, mul(s, x) as Tensor],
            state,
            xs,
          ) as [Tensor, Tensor];
          return [last, sum(ys) as Tensor];
        },
        h,
        xss,
      ) as [Tensor, Tensor];
    const one = (h: Tensor, xss: Tensor): Tensor => {
      const [last, ys] = table(h, xss);
      return add(last, sum(mul(ys, ys))) as Tensor;
    };
    const xss = rows(4);
    expectClose(jit(one)(T(0.4), xss), one(T(0.4), xss));
    expectClose(jit(grad(one))(T(0.4), xss) as Tensor, grad(one)(T(0.4), xss) as Tensor);
    const slopes = (h: Tensor, given: Tensor): Tensor => grad(one, { argnums: 1 })(h, given) as Tensor;
    expectClose(jit(slopes)(T(0.4), xss), slopes(T(0.4), xss));
    expectClose(jit(hessian(one))(T(0.4), xss) as Tensor, hessian(one)(T(0.4), xss) as Tensor, 3);
    const batch = vmap(one, { inAxes: [0, null] }) as unknown as typeof one;
    expectClose(jit(batch)(T([0.4, -1]), xss), batch(T([0.4, -1]), xss));
  });

  it('keeps the derivative that a function states', () => {
    const f = (x: Tensor): Tensor =>
      scan(
        (c: Tensor, y: Tensor): [Tensor, Tensor] => [
          add(c, mul(stopGradient(mul(y, y)), y)) as Tensor,
          relu(y) as Tensor,
        ],
        T(0),
        x,
      )[0] as Tensor;
    expectClose(jit(grad(f))(T([1, 2, 3])) as Tensor, T([1, 4, 9]));
  });
});

describe('the text of captured control flow', () => {
  const programs: Record<string, (h: Tensor, xs: Tensor, w: Tensor) => unknown> = {
    scan: loopOf({ steps: [1, 0, 6], closed: 0, reverse: false }),
    'its gradient': (h, xs, w) =>
      grad(total(loopOf({ steps: [1, 3, 6], closed: 0, reverse: true })), { argnums: [0, 1, 2] })(h, xs, w),
    while: (h) =>
      whileLoop(
        (x: Tensor) => less(sum(mul(x, x)), 9) as Tensor,
        (x: Tensor) => mul(x, 1.5) as Tensor,
        h,
      ),
    'a branch': (h, _xs, w) =>
      cond(
        greater(sum(h), 0) as Tensor,
        () => matmul(w, h) as Tensor,
        () => h,
      ),
  };
  for (const [label, f] of Object.entries(programs)) {
    it(`reads back: ${label}`, () => {
      const captured = jit((h: Tensor, xs: Tensor, w: Tensor) => f(h, xs, w));
      const text = captured.graphText(H, rows(4), W);
      expect(printGraph(parseGraph(text))).toBe(text);
      const { graph } = traceGraph(
        (inputs) => [f(inputs[0] as Tensor, inputs[1] as Tensor, inputs[2] as Tensor)].flat(2) as Tensor[],
        [H, rows(4), W].map((x) => abstractValue(x.abstract.shape, x.dtype)),
      );
      const again = parseGraph(printGraph(graph));
      const { program } = compileGraph(again);
      verifyProgram(program);
      expect(parseProgram(printProgram(program))).toEqual(program);
      const data = [H, rows(4), W].map((x) => x.dataSync());
      const given = [...data, ...graph.captures.map(({ tensor: one }) => one.dataSync())];
      const results = interpretProgram(program, given);
      const expected = [captured(H, rows(4), W)].flat(2) as Tensor[];
      results.forEach((result, i) => {
        expectClose(
          tensor(result as Float32Array, { shape: (expected[i] as Tensor).shape }) as Tensor,
          expected[i] as Tensor,
        );
      });
    });
  }
});
