/**
 * Binary floating-point numbers of about 300 bits, as a truth that doubles are measured against: `mantissa · 2^exponent`,
 * mantissas rounded down to `precision` bits after each operation. Slow and plain.
 */

/** The number `mantissa · 2^exponent`. */
export interface BigFloat {
  readonly mantissa: bigint;
  readonly exponent: number;
}

let precision = 300;

/** Runs `f` with more bits. */
export function withMoreBits<T>(bits: number, f: () => T): T {
  const before = precision;
  precision += Math.ceil(bits);
  try {
    return f();
  } finally {
    precision = before;
  }
}

/** Number of bits that are kept. */
export const bitsKept = (): number => precision;

/** Number of bits of a whole number. */
export function bitLength(value: bigint): number {
  const text = (value < 0n ? -value : value).toString(16);
  return (text.length - 1) * 4 + (32 - Math.clz32(Number.parseInt(text[0] as string, 16)));
}

/** The number, cut to the bits that are kept. */
export function bigFloat(mantissa: bigint, exponent: number): BigFloat {
  const surplus = bitLength(mantissa) - precision;
  return surplus > 0 ? { mantissa: mantissa >> BigInt(surplus), exponent: exponent + surplus } : { mantissa, exponent };
}

const view = new DataView(new ArrayBuffer(8));

/** A finite double, exactly. */
export function big(value: number): BigFloat {
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const field = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = field === 0 ? fraction : fraction | 0x10000000000000n;
  return { mantissa: value < 0 ? -mantissa : mantissa, exponent: Math.max(field, 1) - 1075 };
}

/** A quotient of whole numbers. */
export const ratio = (numerator: bigint, denominator: bigint): BigFloat =>
  div({ mantissa: numerator, exponent: 0 }, { mantissa: denominator, exponent: 0 });

/** −1, 0 or 1. */
export const signOf = ({ mantissa }: BigFloat): number => (mantissa > 0n ? 1 : mantissa < 0n ? -1 : 0);

/** The exponent k with 2ᵏ ≤ |x| < 2ᵏ⁺¹; −∞ of 0. */
export const exponentOf = ({ mantissa, exponent }: BigFloat): number =>
  mantissa === 0n ? Number.NEGATIVE_INFINITY : bitLength(mantissa) - 1 + exponent;

export const negative = ({ mantissa, exponent }: BigFloat): BigFloat => ({ mantissa: -mantissa, exponent });

export const absolute = (x: BigFloat): BigFloat => (x.mantissa < 0n ? negative(x) : x);

/** `x · 2^count`. */
export const scaled = ({ mantissa, exponent }: BigFloat, count: number): BigFloat => ({
  mantissa,
  exponent: exponent + count,
});

export function add(a: BigFloat, b: BigFloat): BigFloat {
  if (a.mantissa === 0n) return b;
  if (b.mantissa === 0n) return a;
  // A number below the last bit that is kept of the other adds nothing.
  if (exponentOf(a) - exponentOf(b) > 2 * precision + 64) return a;
  if (exponentOf(b) - exponentOf(a) > 2 * precision + 64) return b;
  const exponent = Math.min(a.exponent, b.exponent);
  return bigFloat(
    (a.mantissa << BigInt(a.exponent - exponent)) + (b.mantissa << BigInt(b.exponent - exponent)),
    exponent,
  );
}

export const sub = (a: BigFloat, b: BigFloat): BigFloat => add(a, negative(b));

export const mul = (a: BigFloat, b: BigFloat): BigFloat => bigFloat(a.mantissa * b.mantissa, a.exponent + b.exponent);

export function div(a: BigFloat, b: BigFloat): BigFloat {
  const shift = Math.max(0, precision + bitLength(b.mantissa) - bitLength(a.mantissa) + 2);
  return bigFloat((a.mantissa << BigInt(shift)) / b.mantissa, a.exponent - shift - b.exponent);
}

/** Whether a < b. */
export const isLess = (a: BigFloat, b: BigFloat): boolean => sub(a, b).mantissa < 0n;

/** The square root of a number that is not negative. */
export function sqrt(x: BigFloat): BigFloat {
  if (x.mantissa === 0n) return x;
  let shift = Math.max(0, 2 * precision - bitLength(x.mantissa) + 2);
  if ((x.exponent - shift) % 2 !== 0) shift++;
  const square = x.mantissa << BigInt(shift);
  let root = 1n << BigInt(Math.ceil(bitLength(square) / 2));
  for (;;) {
    const next = (root + square / root) >> 1n;
    if (next >= root) return bigFloat(root, (x.exponent - shift) / 2);
    root = next;
  }
}

/** The nearest whole number. */
export function rounded({ mantissa, exponent }: BigFloat): bigint {
  if (exponent >= 0) return mantissa << BigInt(exponent);
  return (mantissa + (1n << BigInt(-exponent - 1))) >> BigInt(-exponent);
}

/** A double close by, for first guesses. */
export function toNumber(x: BigFloat): number {
  if (x.mantissa === 0n) return 0;
  const surplus = bitLength(x.mantissa) - 60;
  const top = surplus > 0 ? x.mantissa >> BigInt(surplus) : x.mantissa;
  const exponent = x.exponent + Math.max(surplus, 0);
  // In two halves, so that denormal results come out.
  const half = Math.trunc(exponent / 2);
  return Number(top) * 2 ** half * 2 ** (exponent - half);
}

/** Σ of terms until they are below the last bit that is kept. */
export function series(first: BigFloat, next: (term: BigFloat, n: number) => BigFloat): BigFloat {
  let [sum, term] = [first, first];
  for (let n = 1; term.mantissa !== 0n; n++) {
    term = next(term, n);
    if (exponentOf(term) < exponentOf(sum) - precision) break;
    sum = add(sum, term);
  }
  return sum;
}
