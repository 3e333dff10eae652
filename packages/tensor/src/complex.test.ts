/** Complex arithmetic against the same written out in parts, its derivatives, and the modes in which it runs. */
import {
  abs,
  add,
  angle,
  complex,
  concat,
  conj,
  cos,
  div,
  exp,
  fft,
  grad,
  hypot,
  imag,
  jit,
  jvp,
  log,
  matmul,
  mean,
  mul,
  neg,
  polar,
  pow,
  real,
  sin,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
  transpose,
  vmap,
} from '@deft/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

type Z = readonly [re: number, im: number];

// Not so small that a quotient leaves the range of float32.
const number = fc.double({ min: -3, max: 3, noNaN: true }).map((x) => (Math.abs(x) < 1e-15 ? 0.5 : Math.fround(x)));
const pair = fc.tuple(number, number);
const three = fc.array(pair, { minLength: 3, maxLength: 3 });

const make = (values: readonly Z[]): Tensor =>
  complex(tensor(values.map(([re]) => re)), tensor(values.map(([, im]) => im))) as Tensor;
const read = (z: Tensor): Z[] => z.toArray() as Z[];

function expectClose(found: Tensor, expected: readonly Z[]): void {
  read(found).forEach(([re, im], i) => {
    const [wantedRe, wantedIm] = expected[i] as Z;
    const size = Math.max(1e-3, Math.hypot(wantedRe, wantedIm));
    expect(Math.abs(re - wantedRe) / size).toBeLessThan(2e-5);
    expect(Math.abs(im - wantedIm) / size).toBeLessThan(2e-5);
  });
}

const product = ([a, b]: Z, [c, d]: Z): Z => [a * c - b * d, a * d + b * c];
const quotient = ([a, b]: Z, [c, d]: Z): Z => {
  const size = c * c + d * d;
  return [(a * c + b * d) / size, (b * c - a * d) / size];
};
const exponential = ([a, b]: Z): Z => [Math.exp(a) * Math.cos(b), Math.exp(a) * Math.sin(b)];
const logarithm = ([a, b]: Z): Z => [Math.log(Math.hypot(a, b)), Math.atan2(b, a)];

describe('complex numbers', () => {
  it('add, multiply and divide as their parts do', () => {
    fc.assert(
      fc.property(three, three, (x, y) => {
        const [a, b] = [make(x), make(y)];
        expectClose(
          add(a, b) as Tensor,
          x.map(([re, im], i) => [re + (y[i] as Z)[0], im + (y[i] as Z)[1]]),
        );
        expectClose(
          mul(a, b) as Tensor,
          x.map((z, i) => product(z, y[i] as Z)),
        );
        expectClose(
          div(a, b) as Tensor,
          x.map((z, i) => quotient(z, y[i] as Z)),
        );
      }),
    );
  });

  it('divide where the squares of the parts overflow or vanish', () => {
    expect(read(div(make([[1e30, 1e30]]), make([[1e30, 0]])) as Tensor)).toEqual([[1, 1]]);
    expect(read(div(make([[1e-30, 0]]), make([[1e-30, 1e-30]])) as Tensor)).toEqual([[0.5, -0.5]]);
  });

  it('have an exponential, a logarithm, roots and powers', () => {
    fc.assert(
      fc.property(three, three, (x, y) => {
        const a = make(x);
        expectClose(exp(a) as Tensor, x.map(exponential));
        expectClose(log(a) as Tensor, x.map(logarithm));
        expectClose(square(sqrt(a)) as Tensor, x);
        for (const [re] of read(sqrt(a) as Tensor)) expect(re).toBeGreaterThanOrEqual(0);
        expectClose(
          pow(a, make(y)) as Tensor,
          x.map((z, i) => exponential(product(y[i] as Z, logarithm(z)))),
        );
        // sin² + cos² = 1 everywhere in the plane.
        const one = add(square(sin(a)), square(cos(a))) as Tensor;
        for (const [re, im] of read(one)) {
          expect(Math.abs(re - 1)).toBeLessThan(1e-3);
          expect(Math.abs(im)).toBeLessThan(1e-3);
        }
      }),
    );
  });

  it('are their length and their angle', () => {
    fc.assert(fc.property(three, (x) => expectClose(polar(abs(make(x)), angle(make(x))) as Tensor, x)));
  });

  it('multiply as matrices, and the Hermitian square is real on the diagonal', () => {
    fc.assert(
      fc.property(fc.array(pair, { minLength: 4, maxLength: 4 }), (x) => {
        const m = complex(
          tensor([0, 1].map((i) => [x[2 * i]?.[0] as number, x[2 * i + 1]?.[0] as number])),
          tensor([0, 1].map((i) => [x[2 * i]?.[1] as number, x[2 * i + 1]?.[1] as number])),
        ) as Tensor;
        const hermitian = matmul(m, conj(transpose(m)) as never) as Tensor;
        const rows = hermitian.toArray() as Z[][];
        expect(Math.abs((rows[0] as Z[])[0]?.[1] as number)).toBeLessThan(1e-4);
        const [upper, lower] = [rows[0]?.[1] as Z, rows[1]?.[0] as Z];
        expect(Math.abs(upper[0] - lower[0])).toBeLessThan(1e-4);
        expect(Math.abs(upper[1] + lower[1])).toBeLessThan(1e-4);
      }),
    );
  });

  it('give the same bits captured as eagerly', () => {
    const f = (z: Tensor): Tensor => div(mul(exp(z), concat([z]) as Tensor), add(conj(z), 2)) as Tensor;
    const z = make([
      [0.5, -1],
      [-2, 0.25],
    ]);
    expect(read(jit(f)(z))).toEqual(read(f(z)));
  });

  it('pass through the Fourier transform', () => {
    const z = make([
      [1, 2],
      [3, -1],
      [0, 0.5],
    ]);
    const [re, im] = fft(z);
    const [wantedRe, wantedIm] = fft(real(z), imag(z));
    expect([re.toArray(), im.toArray()]).toEqual([wantedRe.toArray(), wantedIm.toArray()]);
  });

  it('batch like a loop', () => {
    const z = complex(
      tensor([
        [1, 2],
        [3, 4],
      ]),
      tensor([
        [0, -1],
        [2, 0.5],
      ]),
    ) as Tensor;
    const f = (row: Tensor): Tensor => sum(mul(row, conj(row))) as Tensor;
    const found = read(vmap(f)(z) as Tensor);
    expect(found).toEqual([
      [6, 0],
      [29.25, 0],
    ]);
  });
});

describe('derivatives through complex numbers', () => {
  /** The same real function of the parts, in complex and in real arithmetic. */
  const inParts = (re: Tensor, im: Tensor): Tensor => {
    const [wRe, wIm] = [sub(square(re), square(im)), mul(2, mul(re, im))];
    const size = exp(wRe);
    return mean(hypot(add(mul(size, cos(wIm)), 1), mul(size, sin(wIm)))) as Tensor;
  };
  const inComplex = (z: Tensor): Tensor => mean(abs(add(exp(square(z)), 1))) as Tensor;

  it('are those of the parts: the gradient holds the derivatives by both', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: 0.1, max: 1, noNaN: true })), {
          minLength: 3,
          maxLength: 3,
        }),
        (x) => {
          const [re, im] = [tensor(x.map(([a]) => a)), tensor(x.map(([, b]) => b))] as [Tensor, Tensor];
          const found = grad(inComplex)(complex(re, im) as Tensor) as Tensor;
          const byRe = grad((a: Tensor) => inParts(a, im))(re) as Tensor;
          const byIm = grad((b: Tensor) => inParts(re, b))(im) as Tensor;
          const expected = (byRe.toArray() as number[]).map(
            (a, i): Z => [a, (byIm.toArray() as number[])[i] as number],
          );
          expectClose(found, expected);
        },
      ),
    );
  });

  it('agree forwards and backwards', () => {
    const z = make([
      [0.5, -0.3],
      [-0.2, 0.7],
    ]);
    const t = make([
      [1, 2],
      [-1, 0.5],
    ]);
    const [, tangent] = jvp(inComplex, [z], [t]) as [Tensor, Tensor];
    const gradient = grad(inComplex)(z) as Tensor;
    // ⟨g, t⟩ in real numbers: Re(conj(g) · t).
    const inner = real(sum(mul(conj(gradient), t))) as Tensor;
    expect(inner.item()).toBeCloseTo(tangent.item() as number, 5);
  });

  it('follow a holomorphic function: the gradient of the real part is the conjugate of the derivative', () => {
    const z = make([[0.4, -0.9]]);
    const found = grad((x: Tensor) => sum(real(exp(x))) as Tensor)(z) as Tensor;
    expectClose(found, read(conj(exp(z)) as Tensor));
    expectClose(grad((x: Tensor) => sum(real(neg(x))) as Tensor)(z) as Tensor, [[-1, 0]]);
  });
});
