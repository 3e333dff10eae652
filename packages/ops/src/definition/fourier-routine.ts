/**
 * The discrete Fourier transform as parts of a routine, in double precision: Stockham's passes for lengths made of small
 * primes (no reordering, one spare array), and Bluestein's chirps around a power of 2 for all others (Van Loan, Computational
 * Frameworks for the Fast Fourier Transform, sections 1.7 and 4.2).
 */
import type { ArrayReference, ArrayShape, RoutineWriter, Scalar, ScalarLike } from '@deft/kernel';

/** Real and imaginary parts of an array. */
export interface ComplexArray {
  readonly re: ArrayReference;
  readonly im: ArrayReference;
}

interface Complex {
  readonly re: Scalar;
  readonly im: Scalar;
}

/** Primes up to this one have passes of their own. */
const largestPrime = 13;

/** The factors of a length, 4 rather than twice 2; `undefined` if there is a large prime among them. */
export function smallFactors(n: number): readonly number[] | undefined {
  const factors: number[] = [];
  let rest = n;
  for (const factor of [4, 2, 3, 5, 7, 11, largestPrime]) {
    while (rest > 1 && rest % factor === 0) {
      factors.push(factor);
      rest /= factor;
    }
  }
  return rest <= 1 ? factors : undefined;
}

/** The power of 2 that holds the linear convolution of two arrays of `n`. */
const paddedLength = (n: number): number => 2 ** Math.ceil(Math.log2(2 * n - 1));

/** Scratch of a transform of length `n`: real and imaginary parts of data, spare, roots, and what chirps need besides. */
export function fourierScratch(n: number): ArrayShape[] {
  const chirped = smallFactors(n) === undefined;
  const m = chirped ? paddedLength(n) : n;
  const pair = (length: number): ArrayShape[] => [
    { dtype: 'float64', length },
    { dtype: 'float64', length },
  ];
  return [...pair(m), ...pair(m), ...pair(m), ...(chirped ? [...pair(2 * n), ...pair(m)] : [])];
}

const pairAt = (scratch: readonly ArrayReference[], i: number): ComplexArray => ({
  re: scratch[2 * i] as ArrayReference,
  im: scratch[2 * i + 1] as ArrayReference,
});

const swapped = ({ re, im }: ComplexArray): ComplexArray => ({ re: im, im: re });

function times(r: RoutineWriter, x: Complex, y: Complex): Complex {
  return { re: r.let(x.re.mul(y.re).sub(x.im.mul(y.im))), im: r.let(x.re.mul(y.im).add(x.im.mul(y.re))) };
}

function load(r: RoutineWriter, from: ComplexArray, i: ScalarLike): Complex {
  return { re: r.let(from.re.at(i)), im: r.let(from.im.at(i)) };
}

function store(to: ComplexArray, i: ScalarLike, { re, im }: Complex): void {
  to.re.set(i, re);
  to.im.set(i, im);
}

/** exp(−2πi·k / n) for k below `count`, with `square` for k². */
function fillRoots(r: RoutineWriter, roots: ComplexArray, n: number, count: number): void {
  r.loop(0, count, (k) => {
    const angle = r.let(k.to('float64').mul((-2 * Math.PI) / n));
    store(roots, k, { re: angle.apply('cos'), im: angle.apply('sin') });
  });
}

/** What the points of one pass's butterfly become, before they are turned by their roots. */
function butterfly(r: RoutineWriter, x: readonly Complex[]): Complex[] {
  const p = x.length;
  const sum = (a: Complex, b: Complex): Complex => ({ re: r.let(a.re.add(b.re)), im: r.let(a.im.add(b.im)) });
  const difference = (a: Complex, b: Complex): Complex => ({ re: r.let(a.re.sub(b.re)), im: r.let(a.im.sub(b.im)) });
  if (p === 2) return [sum(x[0] as Complex, x[1] as Complex), difference(x[0] as Complex, x[1] as Complex)];
  if (p === 4) {
    const [a, b, c, d] = x as readonly [Complex, Complex, Complex, Complex];
    const [even, odd, rest, turned] = [sum(a, c), sum(b, d), difference(a, c), difference(b, d)];
    const quarter: Complex = { re: turned.im, im: r.let(turned.re.apply('neg')) };
    return [sum(even, odd), sum(rest, quarter), difference(even, odd), difference(rest, quarter)];
  }
  return x.map((_, t) => {
    let total = x[0] as Complex;
    for (let i = 1; i < p; i++) {
      const angle = (-2 * Math.PI * ((i * t) % p)) / p;
      const root = { re: r.constant('float64', Math.cos(angle)), im: r.constant('float64', Math.sin(angle)) };
      total = sum(total, t === 0 ? (x[i] as Complex) : times(r, x[i] as Complex, root));
    }
    return total;
  });
}

/** Transforms `data` in place or into `spare`; gives the one that holds the result. `roots` are those of the length. */
function passes(
  r: RoutineWriter,
  n: number,
  factors: readonly number[],
  data: ComplexArray,
  spare: ComplexArray,
  roots: ComplexArray,
): ComplexArray {
  let [from, to] = [data, spare];
  let length = n;
  let stride = 1;
  for (const p of factors) {
    const [source, target, m, s, step] = [from, to, length / p, stride, n / length];
    r.loop(0, m, (j) => {
      const turns = Array.from({ length: p - 1 }, (_, t) => load(r, roots, j.mul((t + 1) * step)));
      r.loop(0, s, (k) => {
        const x = Array.from({ length: p }, (_, i) =>
          load(
            r,
            source,
            j
              .add(i * m)
              .mul(s)
              .add(k),
          ),
        );
        butterfly(r, x).forEach((y, t) => {
          const turned = t === 0 ? y : times(r, y, turns[t - 1] as Complex);
          store(target, j.mul(p).add(t).mul(s).add(k), turned);
        });
      });
    });
    [from, to] = [to, from];
    length = m;
    stride *= p;
  }
  return from;
}

/**
 * Writes a routine that transforms `rows` rows of `n` elements: `read` gives an element of a row, `write` takes one. Roots are
 * computed once for all rows.
 */
export function writeFourier(
  r: RoutineWriter,
  rows: number,
  n: number,
  scratch: readonly ArrayReference[],
  read: (row: Scalar, i: Scalar) => Complex,
  write: (row: Scalar, i: Scalar, value: Complex) => void,
): void {
  const [data, spare, roots] = [pairAt(scratch, 0), pairAt(scratch, 1), pairAt(scratch, 2)];
  const factors = smallFactors(n);
  if (factors !== undefined) {
    fillRoots(r, roots, n, n);
    r.loop(0, rows, (row) => {
      r.loop(0, n, (i) => store(data, i, read(row, i)));
      const result = passes(r, n, factors, data, spare, roots);
      r.loop(0, n, (i) => write(row, i, load(r, result, i)));
    });
    return;
  }
  // x[k]·c[k] convolved with the conjugates of c, times c, where c[k] = exp(−πi·k² / n).
  const m = paddedLength(n);
  const padded = smallFactors(m) as readonly number[];
  const [unit, kernel] = [pairAt(scratch, 3), pairAt(scratch, 4)];
  fillRoots(r, unit, 2 * n, 2 * n);
  fillRoots(r, roots, m, m);
  // k² modulo 2n grows by 2k + 1 from one k to the next, so no square leaves the range of int32.
  const place = r.variable('int32', 0);
  const chirps = (body: (k: Scalar, chirp: Complex) => void): void => {
    place.set(0);
    r.loop(0, n, (k) => {
      body(k, load(r, unit, place));
      place.set(
        place
          .add(k.add(k))
          .add(1)
          .rem(2 * n),
      );
    });
  };
  const clear = (array: ComplexArray): void => {
    r.loop(0, m, (i) => {
      array.re.set(i, 0);
      array.im.set(i, 0);
    });
  };
  clear(data);
  chirps((k, chirp) => {
    const conjugate = { re: chirp.re, im: r.let(chirp.im.apply('neg')) };
    store(data, k, conjugate);
    r.if(k.greater(0), () => store(data, r.constant('int32', m).sub(k), conjugate));
  });
  const transformed = passes(r, m, padded, data, spare, roots);
  r.loop(0, m, (i) => store(kernel, i, load(r, transformed, i)));
  r.loop(0, rows, (row) => {
    clear(data);
    chirps((k, chirp) => store(data, k, times(r, read(row, k), chirp)));
    const there = passes(r, m, padded, data, spare, roots);
    const other = there === data ? spare : data;
    r.loop(0, m, (i) => store(there, i, times(r, load(r, there, i), load(r, kernel, i))));
    // The way back is the way there with real and imaginary parts exchanged.
    const back = swapped(passes(r, m, padded, swapped(there), swapped(other), roots));
    chirps((k, chirp) => {
      const value = times(r, load(r, back, k), chirp);
      write(row, k, { re: value.re.div(m), im: value.im.div(m) });
    });
  });
}
