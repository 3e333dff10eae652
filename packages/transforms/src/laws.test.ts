/**
 * Laws that hold for every program: forward mode is the limit of differences, reverse mode is its adjoint, transforms
 * nest in any order, a capture changes nothing, a batch is a loop.
 */
import { currentInterpreter, nd, Tensor } from '@deft/core';
import { evaluateGraph, parseGraph, printGraph, traceGraph, verifyGraph } from '@deft/graph';
import { add, broadcastTo, greater, mul, reshape, sin, sub, sum, tanh, where } from '@deft/ops';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grad, hessian, jacfwd, jacrev, jvp, stopGradient, vjp, vmap } from './index.ts';

const f64 = (shape: readonly number[], data: readonly number[]): Tensor =>
  currentInterpreter().constant(nd(shape, data, 'float64'), false);
const list = (x: Tensor): number[] => Array.from(x.dataSync() as Float64Array);
const dot = (a: Tensor, b: Tensor): number => list(a).reduce((total, x, i) => total + x * (list(b)[i] as number), 0);

function expectClose(found: Tensor, expected: Tensor | readonly number[], tolerance = 1e-9): void {
  const wanted = expected instanceof Tensor ? list(expected) : expected;
  if (expected instanceof Tensor) expect(found.abstract.text).toBe(expected.abstract.text);
  for (const [i, value] of list(found).entries()) {
    const other = wanted[i] as number;
    expect(Math.abs(value - other)).toBeLessThanOrEqual(tolerance * (1 + Math.abs(other)));
  }
  expect(list(found).length).toBe(wanted.length);
}

type Step = { readonly op: number; readonly a: number; readonly b: number };
const step: fc.Arbitrary<Step> = fc.record({ op: fc.nat(8), a: fc.nat(100), b: fc.nat(100) });
const program = fc.array(step, { minLength: 1, maxLength: 8 });
const vector = fc.array(
  fc.integer({ min: -2000, max: 2000 }).map((n) => n / 1000 + 0.0003),
  { minLength: 4, maxLength: 4 },
);

/** A random smooth (almost everywhere) program over vectors of length 4, of two inputs. */
function run(steps: readonly Step[], x: Tensor, y: Tensor): Tensor {
  const made: Tensor[] = [x, y];
  for (const { op, a, b } of steps) {
    const u = made[a % made.length] as Tensor;
    const v = made[b % made.length] as Tensor;
    if (op === 0) made.push(add(u, v) as Tensor);
    else if (op === 1) made.push(mul(u, v) as Tensor);
    else if (op === 2) made.push(sin(u));
    else if (op === 3) made.push(tanh(u));
    else if (op === 4) made.push(where(greater(u, v), u, mul(v, 0.5)) as Tensor);
    else if (op === 5) made.push(mul(u, sum(tanh(v))) as Tensor);
    else if (op === 6) {
      const rows = sum(reshape(u, [2, 2]) as Tensor, { axis: 0, keepDims: true }) as Tensor;
      made.push(reshape(mul(reshape(v, [2, 2]) as Tensor, rows) as Tensor, [4]) as Tensor);
    } else if (op === 7) made.push(sub(u, stopGradient(v)) as Tensor);
    else made.push(add(broadcastTo(sum(u) as Tensor, [4]) as Tensor, mul(u, u)) as Tensor);
  }
  return tanh(made.at(-1) as Tensor);
}

const loss = (steps: readonly Step[]) => (x: Tensor, y: Tensor) => sum(run(steps, x, y)) as Tensor<[], 'float64'>;

describe('laws of derivatives', () => {
  it('reverse mode is the adjoint of forward mode', () => {
    fc.assert(
      fc.property(program, vector, vector, vector, vector, vector, (steps, a, b, da, db, c) => {
        const [x, y, dx, dy, ct] = [a, b, da, db, c].map((data) => f64([4], data)) as [
          Tensor,
          Tensor,
          Tensor,
          Tensor,
          Tensor,
        ];
        const f = (p: Tensor, q: Tensor) => run(steps, p, q);
        const [value, tangent] = jvp(f, [x, y], [dx, dy]);
        const [sameValue, pullback] = vjp(f, x, y);
        expectClose(value, sameValue, 0);
        const [cx, cy] = pullback(ct);
        const scale = 1 + Math.abs(dot(tangent, ct));
        expect(Math.abs(dot(tangent, ct) - dot(dx, cx) - dot(dy, cy)) / scale).toBeLessThan(1e-9);
      }),
      { numRuns: 60 },
    );
  });

  it('forward mode is the limit of differences', () => {
    // stopGradient is no part of this law, and neither is a kink between the two points: use smooth steps.
    const smooth = fc.array(fc.record({ op: fc.constantFrom(0, 1, 2, 3, 5, 6, 8), a: fc.nat(100), b: fc.nat(100) }), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(smooth, vector, vector, vector, (steps, a, b, da) => {
        const y = f64([4], b);
        const at = (h: number) =>
          list(
            run(
              steps,
              f64(
                [4],
                a.map((v, i) => v + h * (da[i] as number)),
              ),
              y,
            ),
          );
        const f = (p: Tensor) => run(steps, p, y);
        const [, tangent] = jvp(f, [f64([4], a)], [f64([4], da)]);
        const h = 1e-6;
        const [above, below] = [at(h), at(-h)];
        const slope = above.map((v, i) => (v - (below[i] as number)) / (2 * h));
        expectClose(tangent, slope, 2e-4);
      }),
      { numRuns: 60 },
    );
  });

  it('second derivatives agree in every order of modes', () => {
    fc.assert(
      fc.property(program, vector, vector, (steps, a, b) => {
        const [x, y] = [f64([4], a), f64([4], b)];
        const f = (p: Tensor) => loss(steps)(p, y);
        const forwardOverReverse = jacfwd(jacrev(f))(x);
        expectClose(jacrev(jacrev(f))(x), forwardOverReverse, 1e-7);
        expectClose(jacrev(jacfwd(f))(x), forwardOverReverse, 1e-7);
        expectClose(jacfwd(jacfwd(f))(x), forwardOverReverse, 1e-7);
        expectClose(hessian(f)(x), forwardOverReverse, 0);
        const v = f64([4], [1, -2, 0.5, 3]);
        const byGrad = grad((p: Tensor) => sum(mul(grad(f)(p), v)) as Tensor)(x);
        const [, byJvp] = jvp(grad(f), [x], [v]);
        // Both are H v only where stopGradient leaves H symmetric; the adjoint of the one is then the other.
        if (!steps.some(({ op }) => op === 7)) expectClose(byGrad, byJvp, 1e-7);
      }),
      { numRuns: 20 },
    );
  });

  it('a captured derivative is the derivative, also when the graph went through text', () => {
    fc.assert(
      fc.property(program, vector, vector, (steps, a, b) => {
        const inputs = [f64([4], a), f64([4], b)] as const;
        const f = grad(loss(steps), { argnums: [0, 1] });
        const expected = f(...inputs);
        const { graph } = traceGraph(
          ([x, y]) => f(x as Tensor, y as Tensor),
          inputs.map((x) => x.abstract),
        );
        verifyGraph(graph);
        for (const one of [graph, parseGraph(printGraph(graph))]) {
          for (const [i, found] of evaluateGraph(one, inputs).entries()) expectClose(found, expected[i] as Tensor, 0);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('the derivative of a captured program is the derivative', () => {
    fc.assert(
      fc.property(program, vector, vector, vector, (steps, a, b, da) => {
        const [x, y, dx] = [a, b, da].map((data) => f64([4], data)) as [Tensor, Tensor, Tensor];
        // A graph holds primitives only, so what stopGradient stopped flows again: leave it out.
        const kept = steps.filter(({ op }) => op !== 7);
        const { graph } = traceGraph(([p, q]) => [run(kept, p as Tensor, q as Tensor)], [x.abstract, y.abstract]);
        const f = (p: Tensor) => evaluateGraph(graph, [p, y])[0] as Tensor;
        expectClose(grad((p: Tensor) => sum(f(p)) as Tensor)(x), grad(loss(kept))(x, y), 0);
        expectClose(jvp(f, [x], [dx])[1], jvp((p: Tensor) => run(kept, p, y), [x], [dx])[1], 0);
      }),
      { numRuns: 30 },
    );
  });
});

describe('laws of batches', () => {
  const rows = (data: readonly (readonly number[])[]): Tensor => f64([data.length, 4], data.flat());
  const batch = fc.array(vector, { minLength: 1, maxLength: 3 });

  it('vmap is a loop', () => {
    fc.assert(
      fc.property(program, batch, vector, (steps, data, b) => {
        const y = f64([4], b);
        const all = vmap((x: Tensor) => run(steps, x, y))(rows(data));
        expectClose(
          all,
          data.flatMap((row) => list(run(steps, f64([4], row), y))),
          1e-12,
        );
        const others = vmap((p: Tensor, q: Tensor) => run(steps, p, q), { inAxes: [null, 0] })(y, rows(data));
        expectClose(
          others,
          data.flatMap((row) => list(run(steps, y, f64([4], row)))),
          1e-12,
        );
      }),
      { numRuns: 40 },
    );
  });

  it('vmap of grad is the stack of grads, and the gradient of a batched loss is their sum', () => {
    fc.assert(
      fc.property(program, batch, vector, (steps, data, b) => {
        const y = f64([4], b);
        const slope = grad(loss(steps));
        const all = vmap((x: Tensor) => slope(x, y))(rows(data));
        expectClose(
          all,
          data.flatMap((row) => list(slope(f64([4], row), y))),
          1e-9,
        );
        const total = grad((q: Tensor) => sum(vmap((x: Tensor) => loss(steps)(x, q))(rows(data))) as Tensor)(y);
        const each = data.map((row) => list(grad(loss(steps), { argnums: 1 })(f64([4], row), y)));
        expectClose(
          total,
          y.shape[0] === 4 ? [0, 1, 2, 3].map((i) => each.reduce((s, g) => s + (g[i] as number), 0)) : [],
          1e-8,
        );
      }),
      { numRuns: 40 },
    );
  });

  it('vmap of vmap is two loops', () => {
    fc.assert(
      fc.property(program, batch, batch, (steps, data, other) => {
        const table = vmap((x: Tensor) => vmap((y: Tensor) => run(steps, x, y))(rows(other)) as Tensor)(rows(data));
        expect(table.shape).toEqual([data.length, other.length, 4]);
        const expected = data.flatMap((a) => other.flatMap((b) => list(run(steps, f64([4], a), f64([4], b)))));
        expectClose(table, expected, 1e-12);
      }),
      { numRuns: 30 },
    );
  });
});
