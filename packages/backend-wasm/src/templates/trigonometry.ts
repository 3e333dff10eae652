/**
 * Sine, cosine and tangent of four float32 lanes, as halves of two doubles: rounding to float32 is the only error that counts,
 * so results are within 0.501 ULP at every float. Nothing of the host is called, so kernels with these functions run on every thread.
 *
 * Angles below 2²⁸ lose the nearest multiple of π or π/2 in two parts (Cody and Waite); the first part has 25 bits, so its product
 * with the multiple is exact. Larger ones, which are rare, are multiplied with enough bits of 2/π in integers, lane by lane
 * (M. Payne and R. Hanek, "Radian reduction for trigonometric functions", SIGNUM Newsletter 18 (1983), 19–24). The
 * polynomials were fitted for this file: minimax in the relative error of the function, by exchange in higher precision, then
 * rounded to double.
 */
import {
  type Expression,
  type FunctionBuilder,
  type FunctionReference,
  f32x4,
  f64,
  f64x2,
  i32,
  i64,
  i64x2,
  type Local,
  type ModuleBuilder,
  select,
  shuffle32,
  v128,
} from '../assembler/index.ts';
import type { VectorFunction } from './vector-function.ts';

type Vector = Expression<'v128'>;
const { add, sub, mul } = f64x2;

/** π/2 in two parts, the first of 25 bits. */
const quarterHigh = 1.5707963109016418;
const quarterLow = 1.5893254773528196e-8;
/** From here on angles are reduced in integers. */
const large = 2 ** 28;
/** Adding it rounds a double to a multiple of its unit, 1 for 1.5 · 2⁵². */
const roundingShift = 1.5 * 2 ** 52;

/** (sin r / r - 1) / r² as a polynomial in r² for |r| ≤ π/2, to 2⁻³⁵. */
const sinHalf = [
  -0.1666666662614931, 0.008333331108589229, -0.00019840868208065933, 2.7525384328825062e-6, -2.3888907555162695e-8,
];
/** The same for |r| ≤ π/4. */
const sinQuarter = [-0.1666666664079697, 0.008333329304833423, -0.00019839312266347527, 2.718121596481775e-6];
/** (cos r - 1) / r² as a polynomial in r² for |r| ≤ π/4, to 2⁻³³. */
const cosQuarter = [-0.4999999969447499, 0.041666620357011956, -0.0013886681644025413, 2.4383566926856392e-5];

/** The first 256 bits of 2/π. */
const inverseQuarter = [0xa2f9836e4e441529n, 0xfc2757d1f534ddc0n, 0xdb6295993c439041n, 0xfe5163abdebbc561n] as const;

/** 1 + z · p(z). */
function onePlus(z: Local<'v128'>, coefficients: readonly number[]): Vector {
  const sum = coefficients.reduceRight<Vector | undefined>(
    (rest, c) => (rest === undefined ? f64x2.const(c) : add(mul(rest, z), f64x2.const(c))),
    undefined,
  ) as Vector;
  return add(mul(sum, z), f64x2.const(1));
}

const turns = new WeakMap<ModuleBuilder, FunctionReference<'f64'[], 'i64'>>();

/**
 * The function of a module that gives how many quarter turns an angle is, modulo 4, in units of 2⁻⁶². The angle is a float32
 * from 2²³ up, m · 2ᵉ with m of 24 bits. Of 2/π times 2ᵉ, bits that are worth 4 or more change nothing, and those below 2⁻⁹⁴ too little.
 */
function quarterTurns(module: ModuleBuilder): FunctionReference<'f64'[], 'i64'> {
  const known = turns.get(module);
  if (known !== undefined) return known;
  const made = module.function({ name: 'quarterTurns', parameters: { x: 'f64' }, result: 'i64' }, (f, { x }) => {
    const bits = f.let(i64.reinterpretF64(x));
    const mantissa = f.let(i64.or(i64.and(i64.shrU(bits, i64.const(29)), i64.const(0x7fffff)), i64.const(0x800000)));
    const exponent = i64.and(i64.shrU(bits, i64.const(52)), i64.const(0x7ff));
    // The bit worth 2 is the (e − 1)st behind the point, e the exponent of the unit of m.
    const start = f.let(i64.sub(exponent, i64.const(1023 + 23 + 2)));
    const isFirst = f.let(i64.ltU(start, i64.const(64)));
    const [a, b, c, d] = inverseQuarter.map((word) => i64.const(BigInt.asIntN(64, word)));
    const words = [
      [a, b],
      [b, c],
      [c, d],
    ].map(([near, far]) => f.let(select(isFirst, near as Expression<'i64'>, far as Expression<'i64'>)));
    const shift = f.let(i64.and(start, i64.const(63)));
    const joined = (high: number): Expression<'i64'> =>
      i64.or(
        i64.shl(words[high] as Local<'i64'>, shift),
        i64.shrU(i64.shrU(words[high + 1] as Local<'i64'>, i64.const(1)), i64.sub(i64.const(63), shift)),
      );
    const low = i64.shrU(i64.mul(mantissa, i64.shrU(joined(1), i64.const(32))), i64.const(32));
    const total = f.let(i64.add(i64.mul(mantissa, joined(0)), low));
    f.leave(select(i64.ltS(bits, i64.const(0)), i64.sub(i64.const(0), total), total));
  });
  turns.set(module, made);
  return made;
}

/** An angle less a multiple of a step, and a number whose lowest bit tells whether the multiple is odd. */
interface Reduced {
  readonly rest: Local<'v128'>;
  readonly multiple: Local<'v128'>;
}

/** How angles are reduced: to the nearest `offset + n · step`, counted in quarter turns. */
interface Reduction {
  readonly step: 1 | 2;
  readonly offset: 0 | 1;
}

function reduceHalf(f: FunctionBuilder, x: Local<'v128'>, { step, offset }: Reduction): Reduced {
  const shift = f64x2.const(roundingShift * step);
  const quarters = mul(x, f64x2.const(2 / Math.PI));
  const multiple = f.let(add(offset === 0 ? quarters : sub(quarters, f64x2.const(offset)), shift));
  const whole = sub(multiple, shift);
  const count = f.let(offset === 0 ? whole : add(whole, f64x2.const(offset)));
  const rest = f.let(sub(sub(x, mul(count, f64x2.const(quarterHigh))), mul(count, f64x2.const(quarterLow))));
  f.release(count);
  return { rest, multiple };
}

/** Puts the exact reduction of large lanes in place. */
function reduceLarge(
  module: ModuleBuilder,
  f: FunctionBuilder,
  x: Local<'v128'>,
  { rest, multiple }: Reduced,
  { step, offset }: Reduction,
): void {
  const reduce = quarterTurns(module);
  for (const lane of [0, 1]) {
    const angle = f.let(f64x2.extractLane(x, lane));
    const size = f.let(f64.abs(angle));
    f.if(i32.and(f64.ge(size, large), f64.lt(size, Number.POSITIVE_INFINITY)), () => {
      const found = f.call(reduce, angle);
      const quarters = f.let(offset === 0 ? found : i64.sub(found, i64.const(BigInt(offset) << 62n)));
      // Half a step more, and the bits above those of a step count steps; without these the rest is a signed part of one.
      const counted = i64.add(quarters, i64.const(BigInt(step) << 61n));
      f.set(multiple, i64x2.replaceLane(multiple, i64.shrU(counted, i64.const(61 + step)), lane));
      const fraction = f64.convertI64S(i64.shl(quarters, i64.const(3 - step)));
      f.set(rest, f64x2.replaceLane(rest, f64.mul(fraction, (Math.PI / 2) * step * 2 ** -64), lane));
    });
  }
}

/** A function of four floats, of what is left of each half. */
function ofReduced(
  reduction: Reduction,
  value: (f: FunctionBuilder, reduced: Reduced) => Local<'v128'>,
): VectorFunction {
  return (f, argument, module) => {
    const given = f.let(argument);
    const halves = [given, shuffle32(given, given, [2, 3, 2, 3])].map((half) => {
      const x = f.let(f64x2.promoteLowF32x4(half));
      return { x, ...reduceHalf(f, x, reduction) };
    });
    f.if(v128.anyTrue(f32x4.ge(f32x4.abs(given), f32x4.const(large))), () => {
      for (const { x, ...reduced } of halves) reduceLarge(module, f, x, reduced, reduction);
    });
    const [low, high] = halves.map((reduced) => value(f, reduced)) as [Local<'v128'>, Local<'v128'>];
    const result = f.let(shuffle32(f32x4.demoteF64x2Zero(low), f32x4.demoteF64x2Zero(high), [0, 1, 4, 5]));
    for (const { x, rest, multiple } of halves) for (const local of [x, rest, multiple]) f.release(local);
    for (const local of [given, low, high]) f.release(local);
    return result;
  };
}

/** sin r, with the other sign after an odd number of half turns. */
function sinOf(f: FunctionBuilder, { rest, multiple }: Reduced): Local<'v128'> {
  const square = f.let(mul(rest, rest));
  const value = f.let(mul(rest, onePlus(square, sinHalf)));
  f.set(value, v128.xor(value, i64x2.shl(multiple, 63)));
  f.release(square);
  return value;
}

/** The sine: r is what is left of the nearest multiple of π. */
export const sin: VectorFunction = ofReduced({ step: 2, offset: 0 }, sinOf);

/** The cosine: -sin r, where r is what is left of the nearest odd multiple of π/2. */
export const cos: VectorFunction = ofReduced({ step: 2, offset: 1 }, (f, reduced) => {
  const value = sinOf(f, reduced);
  f.set(value, f64x2.neg(value));
  return value;
});

/** The tangent: sin r / cos r, and -cos r / sin r after an odd number of quarter turns. */
export const tan: VectorFunction = ofReduced({ step: 1, offset: 0 }, (f, { rest, multiple }) => {
  const square = f.let(mul(rest, rest));
  const sine = f.let(mul(rest, onePlus(square, sinQuarter)));
  const cosine = f.let(onePlus(square, cosQuarter));
  const isOdd = f.let(i64x2.neg(v128.and(multiple, i64x2.const(1n))));
  const numerator = v128.bitselect(f64x2.neg(cosine), sine, isOdd);
  f.set(square, f64x2.div(numerator, v128.bitselect(sine, cosine, isOdd)));
  for (const local of [sine, cosine, isOdd]) f.release(local);
  return square;
});
