/**
 * Functions that WebAssembly has no instruction for and that are not worth vector code: imported from JavaScript under
 * `math.<name>`, computed in float64 and called lane by lane. float32 results are rounded from float64 ones, so they are
 * as good as correctly rounded.
 */
import type { Expression, FunctionBuilder, FunctionReference, Local, ModuleBuilder } from '../assembler/index.ts';
import { f32, f32x4, f64, f64x2 } from '../assembler/index.ts';

/**
 * erf in float64, to about 2 ULP. Below 2.5 by the series 2/√π · exp(-x²) · Σ 2ⁿ x²ⁿ⁺¹ / (1·3·…·(2n+1)), whose terms are
 * all of one sign; above by the continued fraction of erfc (Abramowitz and Stegun 7.1.6 and 7.1.14).
 */
export function erfFloat64(x: number): number {
  const size = Math.abs(x);
  if (!(size > 0)) return x;
  if (size >= 6) return Math.sign(x);
  const square = x * x;
  if (size < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
      term *= (2 * square) / (2 * n + 1);
      sum += term;
    }
    return (2 / Math.sqrt(Math.PI)) * Math.exp(-square) * sum;
  }
  let fraction = 0;
  for (let n = 60; n > 0; n--) fraction = n / 2 / (size + fraction);
  return Math.sign(x) * (1 - Math.exp(-square) / Math.sqrt(Math.PI) / (size + fraction));
}

/** Names of the functions of one number. */
export type UnaryMathName =
  | 'sin'
  | 'cos'
  | 'tan'
  | 'asin'
  | 'acos'
  | 'atan'
  | 'sinh'
  | 'cosh'
  | 'tanh'
  | 'asinh'
  | 'acosh'
  | 'atanh'
  | 'exp'
  | 'expm1'
  | 'log'
  | 'log2'
  | 'log10'
  | 'log1p'
  | 'cbrt'
  | 'erf';
/** Names of the functions of two numbers. */
export type BinaryMathName = 'pow' | 'atan2' | 'hypot' | 'rem';
export type MathName = UnaryMathName | BinaryMathName;

/** The functions of one number. */
export const unaryMath: Readonly<Record<UnaryMathName, (x: number) => number>> = {
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  log1p: Math.log1p,
  cbrt: Math.cbrt,
  erf: erfFloat64,
};

/** The functions of two numbers. */
export const binaryMath: Readonly<Record<BinaryMathName, (x: number, y: number) => number>> = {
  pow: powFloat64,
  atan2: Math.atan2,
  hypot: Math.hypot,
  /** Remainder with the sign of the dividend. */
  rem: (x: number, y: number): number => x % y,
};

/** IEEE 754's pow: 1 at base 1 and at (-1)^±∞, where JavaScript's gives NaN. */
function powFloat64(x: number, y: number): number {
  if (x === 1 || (x === -1 && Math.abs(y) === Number.POSITIVE_INFINITY)) return 1;
  return x ** y;
}

/** The import object's `math` entry: every function, for any module. */
export const mathImports: Readonly<Record<MathName, (...args: [number, number]) => number>> = {
  ...unaryMath,
  ...binaryMath,
};

/** Imports one function into a module, `f64 → f64` or `f64 f64 → f64`. */
export function importMath(module: ModuleBuilder, name: MathName): FunctionReference<'f64'[], 'f64'> {
  return module.importFunction('math', name, name in binaryMath ? ['f64', 'f64'] : ['f64'], 'f64');
}

/** The function of one float32. */
export function callMathF32(
  f: FunctionBuilder,
  target: FunctionReference<'f64'[], 'f64'>,
  ...args: Expression<'f32'>[]
): Expression<'f32'> {
  return f32.demoteF64(f.call(target, ...args.map((x) => f64.promoteF32(x))));
}

/** The function of four float32 lanes. */
export function callMathF32x4(
  f: FunctionBuilder,
  target: FunctionReference<'f64'[], 'f64'>,
  ...args: Expression<'v128'>[]
): Local<'v128'> {
  const inputs = args.map((x) => f.let(x));
  const lane = (i: number): Expression<'f32'> => callMathF32(f, target, ...inputs.map((x) => f32x4.extractLane(x, i)));
  const result = f.let(f32x4.splat(lane(0)));
  for (let i = 1; i < 4; i++) f.set(result, f32x4.replaceLane(result, lane(i), i));
  for (const input of inputs) f.release(input);
  return result;
}

/** The function of two float64 lanes. */
export function callMathF64x2(
  f: FunctionBuilder,
  target: FunctionReference<'f64'[], 'f64'>,
  ...args: Expression<'v128'>[]
): Local<'v128'> {
  const inputs = args.map((x) => f.let(x));
  const lane = (i: number): Expression<'f64'> => f.call(target, ...inputs.map((x) => f64x2.extractLane(x, i)));
  const result = f.let(f64x2.splat(lane(0)));
  f.set(result, f64x2.replaceLane(result, lane(1), 1));
  for (const input of inputs) f.release(input);
  return result;
}
