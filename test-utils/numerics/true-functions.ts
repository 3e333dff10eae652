/**
 * Elementary functions on big floats, with some 250 right bits: Taylor series behind classical reductions of the argument.
 * Arguments are exact; π is taken with as many bits as the largest double needs.
 */
import * as B from './big-float.ts';

const { add, sub, mul, div, big, scaled, series, sqrt } = B;
type Big = B.BigFloat;

export const zero: Big = big(0);
export const one: Big = big(1);
const two = big(2);

/** arctan(1/n) or, with alternating signs left out, artanh(1/n). */
function inverseSeries(n: bigint, sign: 1 | -1): Big {
  const square = { mantissa: n * n, exponent: 0 };
  let power = B.ratio(1n, n);
  let sum = power;
  for (let k = 1; B.exponentOf(power) > B.exponentOf(sum) - B.bitsKept(); k++) {
    power = div(power, square);
    const term = div(power, big(2 * k + 1));
    sum = sign === -1 && k % 2 === 1 ? sub(sum, term) : add(sum, term);
  }
  return sum;
}

/** A constant, calculated once with 1,500 bits. */
const constant = (calculate: () => Big): (() => Big) => {
  let known: Big | undefined;
  return () => {
    known ??= B.withMoreBits(1500, calculate);
    return known;
  };
};

/** π by Machin's formula. */
export const pi: () => Big = constant(() =>
  sub(mul(big(16), inverseSeries(5n, -1)), mul(big(4), inverseSeries(239n, -1))),
);
const ln2 = constant(() =>
  add(
    sub(mul(big(18), inverseSeries(26n, 1)), mul(two, inverseSeries(4801n, 1))),
    mul(big(8), inverseSeries(8749n, 1)),
  ),
);
const ln10 = constant(() => log(big(10)));

export function exp(x: Big): Big {
  if (x.mantissa === 0n) return one;
  const n = Number(B.rounded(div(x, ln2())));
  const r = scaled(sub(x, mul({ mantissa: BigInt(n), exponent: 0 }, ln2())), -16);
  let value = series(one, (term, k) => div(mul(term, r), big(k)));
  for (let i = 0; i < 16; i++) value = mul(value, value);
  return scaled(value, n);
}

export function expm1(x: Big): Big {
  if (x.mantissa === 0n) return x;
  if (B.exponentOf(x) >= -2) return sub(exp(x), one);
  return series(x, (term, k) => div(mul(term, x), big(k + 1)));
}

/** The natural logarithm of a positive number, by Halley's steps from a double. */
export function log(x: Big): Big {
  let k = B.exponentOf(x);
  let f = scaled(x, -k);
  if (B.toNumber(f) > Math.SQRT2) {
    f = scaled(f, -1);
    k++;
  }
  if (sub(f, one).mantissa === 0n) return mul(big(k), ln2());
  let y = big(Math.log1p(B.toNumber(sub(f, one))));
  for (let step = 0; step < 3; step++) {
    const e = exp(y);
    y = add(y, scaled(div(sub(f, e), add(f, e)), 1));
  }
  return add(y, mul(big(k), ln2()));
}

export function log1p(x: Big): Big {
  if (x.mantissa === 0n) return x;
  if (B.exponentOf(x) >= -8) return log(add(one, x));
  let power = x;
  return series(x, (_, k) => {
    power = B.negative(mul(power, x));
    return div(power, big(k + 1));
  });
}

/** The quarter turn that x lies in, and what is left: |r| ≤ π/4. */
function reduced(x: Big): { readonly quarter: number; readonly r: Big } {
  return B.withMoreBits(1400, () => {
    const q = B.rounded(div(scaled(x, 1), pi()));
    const r = sub(x, mul({ mantissa: q, exponent: -1 }, pi()));
    return { quarter: Number(((q % 4n) + 4n) % 4n), r };
  });
}

function sinSeries(given: Big): Big {
  const x = B.bigFloat(given.mantissa, given.exponent);
  const square = mul(x, x);
  return series(x, (term, k) => B.negative(div(mul(term, square), big(2 * k * (2 * k + 1)))));
}

function cosSeries(given: Big): Big {
  const x = B.bigFloat(given.mantissa, given.exponent);
  const square = mul(x, x);
  return series(one, (term, k) => B.negative(div(mul(term, square), big(2 * k * (2 * k - 1)))));
}

/** sin(x + turns · π/2). */
function turned(x: Big, turns: number): Big {
  const { quarter, r } = reduced(x);
  const at = (quarter + turns) % 4;
  const value = at % 2 === 0 ? sinSeries(r) : cosSeries(r);
  return at >= 2 ? B.negative(value) : value;
}

export const sin = (x: Big): Big => turned(x, 0);
export const cos = (x: Big): Big => turned(x, 1);
export const tan = (x: Big): Big => div(sin(x), cos(x));

export function atan(x: Big): Big {
  if (x.mantissa === 0n) return x;
  if (x.mantissa < 0n) return B.negative(atan(B.negative(x)));
  if (B.isLess(one, x)) return sub(scaled(pi(), -1), atan(div(one, x)));
  let small = x;
  for (let i = 0; i < 4; i++) small = div(small, add(one, sqrt(add(one, mul(small, small)))));
  const square = mul(small, small);
  let power = small;
  const value = series(small, (_, k) => {
    power = B.negative(mul(power, square));
    return div(power, big(2 * k + 1));
  });
  return scaled(value, 4);
}

export function atan2(y: Big, x: Big): Big {
  if (x.mantissa === 0n) return y.mantissa === 0n ? zero : scaled(y.mantissa < 0n ? B.negative(pi()) : pi(), -1);
  const angle = atan(div(y, x));
  if (x.mantissa > 0n) return angle;
  return y.mantissa < 0n ? sub(angle, pi()) : add(angle, pi());
}

export function asin(x: Big): Big {
  const cosine = sqrt(mul(sub(one, x), add(one, x)));
  return atan2(x, cosine);
}

export const acos = (x: Big): Big => scaled(atan2(sqrt(sub(one, x)), sqrt(add(one, x))), 1);

export function sinh(x: Big): Big {
  if (x.mantissa < 0n) return B.negative(sinh(B.negative(x)));
  const e = expm1(x);
  return scaled(add(e, div(e, add(e, one))), -1);
}

export function cosh(x: Big): Big {
  const e = exp(x);
  return scaled(add(e, div(one, e)), -1);
}

export function tanh(x: Big): Big {
  // Beyond this exp 2x has more digits than are kept, and 1 is as near.
  if (B.exponentOf(x) > 9) return big(B.signOf(x));
  const e = expm1(scaled(x, 1));
  return div(e, add(e, two));
}

export const asinh = (x: Big): Big => {
  const square = mul(x, x);
  const size = B.absolute(x);
  const value = log1p(add(size, div(square, add(one, sqrt(add(one, square))))));
  return x.mantissa < 0n ? B.negative(value) : value;
};

export const acosh = (x: Big): Big => {
  const t = sub(x, one);
  return log1p(add(t, sqrt(mul(t, add(t, two)))));
};

export const atanh = (x: Big): Big => scaled(log1p(div(scaled(x, 1), sub(one, x))), -1);

export const log2 = (x: Big): Big => div(log(x), ln2());
export const log10 = (x: Big): Big => div(log(x), ln10());
export const exp2 = (x: Big): Big => exp(mul(x, ln2()));

/** xʸ for x > 0, and for x < 0 with a whole y. */
export function pow(x: Big, y: Big): Big {
  const value = exp(mul(y, log(B.absolute(x))));
  const isOdd = y.exponent <= 0 && ((y.mantissa >> BigInt(-y.exponent)) & 1n) === 1n;
  return x.mantissa < 0n && isOdd ? B.negative(value) : value;
}

export function cbrt(x: Big): Big {
  if (x.mantissa === 0n) return x;
  const k = Math.floor(B.exponentOf(x) / 3) * 3;
  const f = scaled(x, -k);
  let y = big(Math.cbrt(B.toNumber(f)));
  for (let i = 0; i < 4; i++) y = div(add(scaled(y, 1), div(f, mul(y, y))), big(3));
  return scaled(y, k / 3);
}

/** The error function by its Taylor series, with bits for what cancels. */
export function erf(x: Big): Big {
  if (x.mantissa === 0n) return x;
  const size = B.toNumber(B.absolute(x));
  return B.withMoreBits(3 * size * size, () => {
    const square = mul(x, x);
    let power = x;
    const sum = series(x, (_, k) => {
      power = B.negative(div(mul(power, square), big(k)));
      return div(power, big(2 * k + 1));
    });
    return div(scaled(sum, 1), sqrt(pi()));
  });
}

/** 1 − erf(x), with bits for what cancels. */
export function erfc(x: Big): Big {
  const size = Math.max(0, B.toNumber(x));
  return B.withMoreBits(3 * size * size, () => sub(one, erf(x)));
}

/** The inverse of erf on (−1, 1), by Halley's steps from Winitzki's formula. */
export function erfInv(x: Big): Big {
  if (x.mantissa === 0n) return x;
  const w = B.toNumber(log(mul(sub(one, x), add(one, x))));
  const a = 2 / (Math.PI * 0.147) + w / 2;
  const guess = Math.sqrt(Math.sqrt(a * a - w / 0.147) - a);
  let y = B.exponentOf(x) < -40 ? scaled(mul(x, sqrt(pi())), -1) : big(B.signOf(x) * guess);
  for (let step = 0; step < 6; step++) {
    const slope = scaled(mul(exp(mul(y, y)), sqrt(pi())), -1);
    const error = mul(sub(erf(y), x), slope);
    y = sub(y, div(error, add(one, mul(y, error))));
  }
  return y;
}

/** Bernoulli numbers B₂, B₄ …, by their recurrence. */
const bernoulli: readonly Big[] = (() => {
  const count = 96;
  const all: Big[] = [one];
  B.withMoreBits(1000, () => {
    for (let m = 1; m <= count; m++) {
      let [sum, choose] = [zero, 1n];
      for (let k = 0; k < m; k++) {
        sum = add(sum, mul({ mantissa: choose, exponent: 0 }, all[k] as Big));
        choose = (choose * BigInt(m + 1 - k)) / BigInt(k + 1);
      }
      all.push(div(B.negative(sum), big(m + 1)));
    }
  });
  return all.filter((_, m) => m >= 2 && m % 2 === 0);
})();

const shift = 64;

/** ln |Γ(x)|; x is no pole. */
export function lgamma(x: Big): Big {
  if (sub(x, one).mantissa === 0n || sub(x, two).mantissa === 0n) return zero;
  if (x.mantissa < 0n) {
    const r = sub(x, { mantissa: B.rounded(x), exponent: 0 });
    return sub(log(div(pi(), B.absolute(sinSeries(mul(r, pi()))))), lgamma(sub(one, x)));
  }
  let [z, product] = [x, one];
  if (B.toNumber(x) < shift) {
    for (let i = 0; i < shift; i++) {
      product = mul(product, z);
      z = add(z, one);
    }
  }
  let sum = sub(mul(sub(z, big(0.5)), log(z)), z);
  sum = add(sum, scaled(log(scaled(pi(), 1)), -1));
  const square = mul(z, z);
  let power = z;
  bernoulli.forEach((b, i) => {
    sum = add(sum, div(b, mul(big((2 * i + 2) * (2 * i + 1)), power)));
    power = mul(power, square);
  });
  return sub(sum, log(product));
}

/** The derivative of ln Γ; x is no pole. */
export function digamma(x: Big): Big {
  if (x.mantissa < 0n) {
    const r = sub(x, { mantissa: B.rounded(x), exponent: 0 });
    const turn = mul(r, pi());
    return sub(digamma(sub(one, x)), div(mul(pi(), cosSeries(turn)), sinSeries(turn)));
  }
  let [z, sum] = [x, zero];
  if (B.toNumber(x) < shift) {
    for (let i = 0; i < shift; i++) {
      sum = sub(sum, div(one, z));
      z = add(z, one);
    }
  }
  sum = add(sum, sub(log(z), div(one, scaled(z, 1))));
  const square = mul(z, z);
  let power = square;
  bernoulli.forEach((b, i) => {
    sum = sub(sum, div(b, mul(big(2 * i + 2), power)));
    power = mul(power, square);
  });
  return sum;
}

export const sigmoid = (x: Big): Big => div(one, add(one, exp(B.negative(x))));
export const softplus = (x: Big): Big => (B.exponentOf(x) > 10 && x.mantissa > 0n ? x : log1p(exp(x)));
export const silu = (x: Big): Big => mul(x, sigmoid(x));
export const rsqrt = (x: Big): Big => div(one, sqrt(x));
export const hypot = (x: Big, y: Big): Big => sqrt(add(mul(x, x), mul(y, y)));
/** x Φ(x). */
export const gelu = (x: Big): Big => scaled(mul(x, erfc(B.negative(div(x, sqrt(two))))), -1);
/** x sigmoid(√(8/π) (x + 0.044715 x³)); the constant is a decimal fraction. */
export const geluTanh = (x: Big): Big => {
  const cubic = mul(B.ratio(44715n, 1000000n), mul(x, mul(x, x)));
  return mul(x, sigmoid(mul(sqrt(div(big(8), pi())), add(x, cubic))));
};
