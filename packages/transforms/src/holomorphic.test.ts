/** Derivatives of complex-differentiable functions: one number, whichever way the step goes. */
import {
  add,
  cast,
  complex,
  cos,
  div,
  exp,
  grad,
  imag,
  jit,
  jvp,
  log,
  matmul,
  mul,
  real,
  sin,
  sqrt,
  sub,
  sum,
  type Tensor,
  tensor,
  valueAndGrad,
  vmap,
} from '@deft/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

type F = (z: Tensor) => Tensor;
const options = { holomorphic: true } as const;
const make = (re: unknown, im: unknown): Tensor => complex(tensor(re as number), tensor(im as number)) as Tensor;
const parts = (z: Tensor): [number[], number[]] => [Array.from(real(z).dataSync()), Array.from(imag(z).dataSync())];

function expectClose(found: Tensor, expected: Tensor, tolerance: number): void {
  expect(found.abstract.text).toBe(expected.abstract.text);
  const size = Math.max(1, ...parts(expected).flat().map(Math.abs));
  const wanted = parts(expected).flat();
  for (const [i, x] of parts(found).flat().entries()) {
    expect(Math.abs(x - (wanted[i] as number)) / size).toBeLessThan(tolerance);
  }
}

const number = fc.integer({ min: -1500, max: 1500 }).map((n) => n / 1000 + 0.0007);
const derivatives: readonly [name: string, f: F, derivative: F][] = [
  ['z²', (z) => mul(z, z) as Tensor, (z) => mul(z, 2) as Tensor],
  ['exp', exp as F, exp as F],
  ['log', log as F, (z) => div(1, z) as Tensor],
  ['sin', sin as F, cos as F],
  ['sqrt', sqrt as F, (z) => div(0.5, sqrt(z)) as Tensor],
  ['1 / z', (z) => div(1, z) as Tensor, (z) => div(-1, mul(z, z)) as Tensor],
  ['exp · sin', (z) => mul(exp(z), sin(z)) as Tensor, (z) => mul(exp(z), add(sin(z), cos(z))) as Tensor],
  ['(2 + i) z', (z) => mul(make(2, 1), z) as Tensor, () => make(2, 1)],
];

describe.each(derivatives)('the derivative of %s', (_, f, derivative) => {
  it('is the known one, at once, captured and batched', () => {
    fc.assert(
      fc.property(number, number, (re, im) => {
        const z = make(re, im);
        const expected = derivative(z);
        expectClose(grad(f, options)(z), expected, 2e-5);
        expectClose(jit(grad(f, options))(z), expected, 2e-5);
        const batch = make([re, re + 0.1], [im, im]);
        expectClose(vmap(grad(f, options))(batch), vmap(derivative as F)(batch), 2e-5);
      }),
      { numRuns: 15 },
    );
  });

  it('is the same number along the real and the imaginary axis, by differences and forwards', () => {
    fc.assert(
      fc.property(number, number, (re, im) => {
        const z = make(re, im);
        // Differences hold only well away from the point where roots and quotients are singular.
        fc.pre(Math.hypot(re, im) > 0.5 && (re > 0.1 || Math.abs(im) > 0.2));
        const slope = grad(f, options)(z);
        for (const direction of [make(1, 0), make(0, 1), make(0.6, -0.8)]) {
          const step = mul(direction, 0.01) as Tensor;
          const difference = sub(f(add(z, step) as Tensor), f(sub(z, step) as Tensor)) as Tensor;
          expectClose(div(difference, mul(step, 2)) as Tensor, slope, 2e-2);
          expectClose(jvp(f, [z], [direction])[1], mul(slope, direction) as Tensor, 2e-5);
        }
      }),
      { numRuns: 15 },
    );
  });
});

describe('holomorphic', () => {
  it('nests', () => {
    const cube: F = (z) => mul(z, mul(z, z)) as Tensor;
    const z = make(1, -2);
    expectClose(grad(grad(cube, options), options)(z), mul(z, 6) as Tensor, 1e-6);
  });

  it('takes trees, argnums, aux, and many elements', () => {
    const w = make([[1, 2]], [[0, -1]]);
    const x = make([[0.5], [1]], [[1], [-1]]);
    const f = (p: { w: Tensor }, x: Tensor) => [sum(matmul(p.w, x)) as Tensor, 'aux'] as [Tensor, string];
    const [[value, aux], [gp, gx]] = valueAndGrad(f, { ...options, argnums: [0, 1], hasAux: true })({ w }, x);
    expectClose(value, sum(matmul(w, x)) as Tensor, 1e-6);
    expect(aux).toBe('aux');
    expectClose(gp.w, make([[0.5, 1]], [[1, -1]]), 1e-6);
    expectClose(gx, make([[1], [2]], [[0], [-1]]), 1e-6);
  });

  it('is the conjugate of the gradient of the real part', () => {
    const z = make(0.3, -0.7);
    const [re, im] = parts(grad((z: Tensor) => real(exp(z)) as Tensor)(z));
    const [dre, dim] = parts(grad(exp as F, options)(z));
    expect([re[0], im[0]]).toEqual([dre[0], -(dim[0] as number)]);
  });

  it('refuses real arguments, real results and results that are no scalars, and is needed for complex results', () => {
    const z = make(1, 2);
    const square: F = (z) => mul(z, z) as Tensor;
    expect(() => grad(square, options)(tensor(2) as Tensor)).toThrow(/grad: args\[0\]: expected a complex64.*float32/);
    expect(() => grad((x: number) => cast(x, 'complex64') as Tensor, options)(2)).toThrow(/E_GRAD/);
    expect(() => grad((z: Tensor) => real(z) as Tensor, options)(z)).toThrow(/result of the function: .*complex64/);
    expect(() => grad(square, options)(make([1, 2], [0, 1]))).toThrow(/result of the function: .*complex64\[2\]/);
    expect(() => grad(square)(z)).toThrow(/a floating-point scalar tensor, got complex64.*holomorphic/s);
  });
});
