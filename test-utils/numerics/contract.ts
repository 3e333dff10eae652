/**
 * The numerics contract: functions, where they are sampled, and how far from the truth they may be, in units in the last
 * place of the true value. `npm run numerics` measures and writes the page; the tests hold smaller samples to its bounds.
 */
import * as deft from '@deft/tensor';
import { type BigFloat, big } from './big-float.ts';
import * as truth from './true-functions.ts';

/** Ends of an interval of samples; in float32 they are narrowed to what the dtype holds. */
export type Range = readonly [low: number, high: number];

/** A function, its truth, and its bounds. */
export interface Contract {
  readonly name: string;
  readonly f: (...x: deft.Tensor[]) => deft.Tensor;
  readonly truth: (...x: BigFloat[]) => BigFloat;
  /** Intervals for the operand; all numbers unless told. */
  readonly ranges?: readonly Range[];
  /** Intervals for the second operand, of functions of two. */
  readonly second?: readonly Range[];
  /** Whether an operand is a pole, where there is nothing to measure. */
  readonly isPole?: (x: number) => boolean;
  readonly float32: number;
  readonly float64: number;
  /** Values smaller than this are measured in its units: beside zeros that no formula in the dtype can follow. */
  readonly near?: number;
  readonly note?: string;
}

const all: readonly Range[] = [
  [-Number.MAX_VALUE, Number.MAX_VALUE],
  [-10, 10],
];
const positive: readonly Range[] = [
  [0, Number.MAX_VALUE],
  [0, 4],
];
const tiny: Range = [-1e-6, 1e-6];
/** Where the exponential neither vanishes nor overflows in float64. */
const powers: readonly Range[] = [
  [-745, 709],
  [-104, 88],
  [-2, 2],
];
const unit: readonly Range[] = [
  [-1, 1],
  [-1, -0.99],
  [0.99, 1],
  [-1e-3, 1e-3],
];

type F = Contract['f'];
const half = big(0.5);
const isPole = (x: number): boolean => x <= 0 && Number.isInteger(x);

/** The functions of the contract. */
export const contracts: readonly Contract[] = [
  { name: 'exp', f: deft.exp as F, truth: truth.exp, ranges: powers, float32: 1, float64: 1 },
  { name: 'expm1', f: deft.expm1 as F, truth: truth.expm1, ranges: [...powers, tiny], float32: 2, float64: 1 },
  {
    name: 'exp2',
    f: deft.exp2 as F,
    truth: truth.exp2,
    ranges: [
      [-1074, 1023],
      [-149, 127],
      [-2, 2],
    ],
    float32: 1,
    float64: 1,
  },
  { name: 'log', f: deft.log as F, truth: truth.log, ranges: [...positive, [0.9, 1.1]], float32: 2, float64: 1 },
  {
    name: 'log1p',
    f: deft.log1p as F,
    truth: truth.log1p,
    ranges: [[-1, 4], [0, Number.MAX_VALUE], tiny],
    float32: 2,
    float64: 1,
  },
  { name: 'log2', f: deft.log2 as F, truth: truth.log2, ranges: [...positive, [0.9, 1.1]], float32: 2, float64: 2 },
  { name: 'log10', f: deft.log10 as F, truth: truth.log10, ranges: [...positive, [0.9, 1.1]], float32: 3, float64: 3 },
  {
    name: 'pow',
    f: deft.pow as F,
    truth: truth.pow,
    ranges: [
      [0, Number.MAX_VALUE],
      [0, 4],
      [0.99, 1.01],
    ],
    second: [
      [-8, 8],
      [-1000, 1000],
    ],
    float32: 1,
    float64: 1,
  },
  { name: 'sqrt', f: deft.sqrt as F, truth: (x) => truth.pow(x, half), ranges: positive, float32: 0.5, float64: 0.5 },
  { name: 'rsqrt', f: deft.rsqrt as F, truth: truth.rsqrt, ranges: positive, float32: 2, float64: 2 },
  { name: 'cbrt', f: deft.cbrt as F, truth: truth.cbrt, float32: 1, float64: 1 },
  { name: 'hypot', f: deft.hypot as F, truth: truth.hypot, second: all, float32: 2, float64: 2 },
  { name: 'sin', f: deft.sin as F, truth: truth.sin, float32: 1, float64: 1 },
  { name: 'cos', f: deft.cos as F, truth: truth.cos, float32: 1, float64: 1 },
  { name: 'tan', f: deft.tan as F, truth: truth.tan, float32: 1, float64: 1 },
  { name: 'asin', f: deft.asin as F, truth: truth.asin, ranges: unit, float32: 1, float64: 1 },
  { name: 'acos', f: deft.acos as F, truth: truth.acos, ranges: unit, float32: 1, float64: 1 },
  { name: 'atan', f: deft.atan as F, truth: truth.atan, float32: 1, float64: 1 },
  { name: 'atan2', f: deft.atan2 as F, truth: truth.atan2, second: all, float32: 1, float64: 2 },
  {
    name: 'sinh',
    f: deft.sinh as F,
    truth: truth.sinh,
    ranges: [[-709, 709], [-88, 88], [-2, 2], tiny],
    float32: 1,
    float64: 2,
  },
  {
    name: 'cosh',
    f: deft.cosh as F,
    truth: truth.cosh,
    ranges: [
      [-709, 709],
      [-88, 88],
      [-2, 2],
    ],
    float32: 1,
    float64: 2,
  },
  { name: 'tanh', f: deft.tanh as F, truth: truth.tanh, ranges: [...all, [-1, 1], tiny], float32: 3, float64: 2 },
  { name: 'asinh', f: deft.asinh as F, truth: truth.asinh, float32: 1, float64: 2 },
  {
    name: 'acosh',
    f: deft.acosh as F,
    truth: truth.acosh,
    ranges: [
      [1, 4],
      [1, 1.001],
      [1, Number.MAX_VALUE],
    ],
    float32: 1,
    float64: 2,
  },
  { name: 'atanh', f: deft.atanh as F, truth: truth.atanh, ranges: unit, float32: 1, float64: 2 },
  { name: 'erf', f: deft.erf as F, truth: truth.erf, ranges: [[-6, 6], [-1, 1], tiny], float32: 2, float64: 4 },
  { name: 'erfInv', f: deft.erfInv as F, truth: truth.erfInv, ranges: unit, float32: 4, float64: 6 },
  {
    name: 'lgamma',
    f: deft.lgamma as F,
    truth: truth.lgamma,
    isPole,
    ranges: [
      [0, 30],
      [0.5, 2.5],
      [30, 1e6],
    ],
    float32: 8,
    float64: 8,
  },
  {
    name: 'lgamma, negative',
    f: deft.lgamma as F,
    truth: truth.lgamma,
    isPole,
    near: 1,
    ranges: [
      [-20, 0],
      [-2.5, -2.4],
      [-2.8, -2.7],
    ],
    float32: 16,
    float64: 16,
    note: 'beside its zeros in units of 1',
  },
  {
    name: 'digamma',
    f: deft.digamma as F,
    truth: truth.digamma,
    isPole,
    ranges: [
      [0, 30],
      [1.4, 1.5],
      [30, 1e6],
    ],
    float32: 16,
    float64: 16,
  },
  {
    name: 'digamma, negative',
    f: deft.digamma as F,
    truth: truth.digamma,
    isPole,
    near: 1,
    ranges: [
      [-20, 0],
      [-0.6, -0.4],
    ],
    float32: 8,
    float64: 8,
    note: 'beside its zeros in units of 1',
  },
  {
    name: 'sigmoid',
    f: deft.sigmoid as F,
    truth: truth.sigmoid,
    ranges: [
      [-745, 40],
      [-104, 20],
      [-2, 2],
    ],
    float32: 2,
    float64: 2,
  },
  {
    name: 'softplus',
    f: deft.softplus as F,
    truth: truth.softplus,
    ranges: [
      [-745, 1000],
      [-104, 100],
      [-2, 2],
    ],
    float32: 2,
    float64: 2,
  },
  {
    name: 'silu',
    f: deft.silu as F,
    truth: truth.silu,
    ranges: [
      [-80, 40],
      [-2, 2],
    ],
    float32: 3,
    float64: 3,
    note: 'where the result is denormal, as many as x is large',
  },
  {
    name: 'gelu',
    f: ((x) => deft.gelu(x)) as F,
    truth: truth.geluTanh,
    ranges: [
      [-3, 10],
      [-1, 1],
    ],
    float32: 16,
    float64: 16,
  },
  {
    name: 'gelu, below −3',
    f: ((x) => deft.gelu(x)) as F,
    truth: truth.geluTanh,
    ranges: [[-10, -3]],
    float32: 256,
    float64: 256,
    note: 'the rounding of the argument of exp',
  },
  {
    name: 'gelu, exact',
    f: ((x) => deft.gelu(x, { approximate: false })) as F,
    truth: truth.gelu,
    ranges: [
      [-12.5, 10],
      [-12.5, -3],
      [-1, 1],
    ],
    float32: 8,
    float64: 8,
  },
];
