/**
 * Any nesting (rows J3, F21): every transform of every other, on random programs, at once and captured, equals the same derivative
 * by forward mode alone. A transform here takes a function from vectors to vectors to another one.
 */
import { currentInterpreter, nd } from '@deft/core';
import {
  add,
  broadcastTo,
  checkpoint,
  checkpointPolicies,
  customJvp,
  customVjp,
  grad,
  gradientHook,
  hessian,
  jacfwd,
  jacrev,
  jit,
  jvp,
  linearize,
  mul,
  ones,
  sin,
  stack,
  sub,
  sum,
  type Tensor,
  tanh,
  vjp,
  vmap,
} from '@deft/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

type Map = (x: Tensor) => Tensor;
const size = 3;
const f64 = (data: readonly number[]): Tensor => currentInterpreter().constant(nd([size], data, 'float64'), false);
const list = (x: Tensor): number[] => Array.from(x.dataSync() as Float64Array);
const all = (): Tensor => ones([size], 'float64') as Tensor;
const total = (x: Tensor, axis?: number): Tensor => (axis === undefined ? sum(x) : sum(x, { axis })) as Tensor;

/** Sums over the columns, over the rows, and along the direction of ones, in the ways that there are. */
const along =
  (f: Map): Map =>
  (x) =>
    jvp(f, [x], [all()])[1];
const back =
  (f: Map): Map =>
  (x) =>
    total(jacfwd(f)(x) as Tensor, 0);
const both =
  (f: Map): Map =>
  (x) =>
    jvp((y: Tensor) => back(f)(y), [x], [all()])[1];
const same = (f: Map): Map => f;
const twice =
  (f: Map): Map =>
  (x) =>
    add(f(x), f(mul(x, 0.5) as Tensor)) as Tensor;

interface Pair {
  readonly name: string;
  readonly transform: (f: Map) => Map;
  /** The same by forward mode, or by no transform at all. */
  readonly plain: (f: Map) => Map;
}
const pairs: readonly Pair[] = [
  { name: 'grad', transform: (f) => grad((x: Tensor) => total(f(x))) as Map, plain: back },
  { name: 'vjp', transform: (f) => (x) => vjp(f, x)[1](all())[0] as Tensor, plain: back },
  { name: 'jvp', transform: along, plain: along },
  { name: 'linearize', transform: (f) => (x) => linearize(f, x)[1](all()) as Tensor, plain: along },
  { name: 'jacfwd', transform: (f) => (x) => total(jacfwd(f)(x) as Tensor, 1), plain: along },
  { name: 'jacrev', transform: (f) => (x) => total(jacrev(f, { chunkSize: 2 })(x) as Tensor, 0), plain: back },
  { name: 'hessian', transform: (f) => (x) => total(hessian((y: Tensor) => total(f(y)))(x) as Tensor, 1), plain: both },
  {
    name: 'vmap',
    transform: (f) => (x) => total(vmap(f)(stack([x, mul(x, 0.5) as Tensor])) as Tensor, 0),
    plain: twice,
  },
  { name: 'jit', transform: (f) => jit(f), plain: same },
  { name: 'checkpoint', transform: (f) => checkpoint(f), plain: same },
  {
    name: 'checkpoint with a policy',
    transform: (f) => checkpoint(f, { policy: checkpointPolicies.saveNames('none') }),
    plain: same,
  },
  { name: 'gradientHook', transform: (f) => (x) => f(gradientHook(x, (g) => g)), plain: same },
  {
    name: 'customVjp',
    transform: (f) =>
      customVjp(
        f,
        (x: Tensor) => [f(x), x],
        (x: Tensor, ct: Tensor) => [vjp(f, x)[1](ct)[0] as Tensor],
      ),
    plain: same,
  },
  { name: 'customJvp', transform: (f) => customJvp(f, ([x], [dx]) => jvp(f, [x], [dx])), plain: same },
];

const program = fc.array(fc.record({ op: fc.nat(4), a: fc.nat(9), b: fc.nat(9) }), { minLength: 1, maxLength: 3 });
const vector = fc.array(
  fc.integer({ min: -900, max: 900 }).map((n) => n / 1000),
  { minLength: size, maxLength: size },
);

function mapOf(steps: readonly { readonly op: number; readonly a: number; readonly b: number }[]): Map {
  return (x) => {
    const made: Tensor[] = [x];
    for (const { op, a, b } of steps) {
      const [u, v] = [made[a % made.length], made[b % made.length]] as [Tensor, Tensor];
      if (op === 0) made.push(mul(u, v) as Tensor);
      else if (op === 1) made.push(sin(u));
      else if (op === 2) made.push(sub(tanh(u), v) as Tensor);
      else if (op === 3) made.push(mul(v, total(u)) as Tensor);
      else made.push(add(broadcastTo(total(mul(u, v) as Tensor), [size]), u) as Tensor);
    }
    return sin(made.at(-1) as Tensor);
  };
}

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of found.entries()) {
    const wanted = expected[i] as number;
    expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-8 * (1 + Math.abs(wanted)));
  }
}

describe('J3 nesting', () => {
  describe.each(pairs)('$name of', (outer) => {
    it.each(pairs)('J3 $name', (inner) => {
      fc.assert(
        fc.property(program, vector, (steps, data) => {
          const x = f64(data);
          const f = mapOf(steps);
          const nested = outer.transform(inner.transform(f));
          const expected = list(outer.plain(inner.plain(f))(x));
          expectClose(list(nested(x)), expected);
          expectClose(list(jit(nested)(x)), expected);
        }),
        { numRuns: 3 },
      );
    });
  });
});
