/** Values that are exact, in both floating dtypes: signed zeros, infinities, NaN and the edges of domains. */
import * as deft from '@deft/tensor';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
type Unary = (x: deft.Tensor) => deft.Tensor;
type Points = readonly (readonly [x: number, y: number])[];

const odd: Points = [
  [0, 0],
  [-0, -0],
];

/** Functions of one operand: what comes out where. NaN gives NaN everywhere. */
export const specialValues: Readonly<Record<string, { readonly f: Unary; readonly points: Points }>> = {
  exp: {
    f: deft.exp,
    points: [
      [0, 1],
      [-0, 1],
      [infinity, infinity],
      [-infinity, 0],
      [800, infinity],
      [-800, 0],
    ],
  },
  expm1: { f: deft.expm1, points: [...odd, [infinity, infinity], [-infinity, -1]] },
  exp2: {
    f: deft.exp2,
    points: [
      [0, 1],
      [10, 1024],
      [-1, 0.5],
      [infinity, infinity],
      [-infinity, 0],
    ],
  },
  log: {
    f: deft.log,
    points: [
      [1, 0],
      [0, -infinity],
      [-0, -infinity],
      [infinity, infinity],
      [-1, nan],
      [-infinity, nan],
    ],
  },
  log1p: { f: deft.log1p, points: [...odd, [-1, -infinity], [infinity, infinity], [-2, nan]] },
  log2: {
    f: deft.log2,
    points: [
      [1, 0],
      [0, -infinity],
      [infinity, infinity],
      [-1, nan],
    ],
  },
  log10: {
    f: deft.log10,
    points: [
      [1, 0],
      [0, -infinity],
      [infinity, infinity],
      [-1, nan],
    ],
  },
  sqrt: { f: deft.sqrt, points: [...odd, [4, 2], [infinity, infinity], [-1, nan]] },
  rsqrt: {
    f: deft.rsqrt,
    points: [
      [4, 0.5],
      [0, infinity],
      [infinity, 0],
      [-1, nan],
    ],
  },
  cbrt: { f: deft.cbrt, points: [...odd, [1, 1], [infinity, infinity], [-infinity, -infinity]] },
  sin: { f: deft.sin, points: [...odd, [infinity, nan], [-infinity, nan]] },
  cos: {
    f: deft.cos,
    points: [
      [0, 1],
      [-0, 1],
      [infinity, nan],
    ],
  },
  tan: { f: deft.tan, points: [...odd, [infinity, nan]] },
  asin: { f: deft.asin, points: [...odd, [1.5, nan], [-1.5, nan]] },
  acos: {
    f: deft.acos,
    points: [
      [1, 0],
      [1.5, nan],
      [-1.5, nan],
    ],
  },
  atan: { f: deft.atan, points: odd },
  sinh: { f: deft.sinh, points: [...odd, [infinity, infinity], [-infinity, -infinity]] },
  cosh: {
    f: deft.cosh,
    points: [
      [0, 1],
      [infinity, infinity],
      [-infinity, infinity],
    ],
  },
  tanh: { f: deft.tanh, points: [...odd, [infinity, 1], [-infinity, -1], [100, 1]] },
  asinh: { f: deft.asinh, points: [...odd, [infinity, infinity], [-infinity, -infinity]] },
  acosh: {
    f: deft.acosh,
    points: [
      [1, 0],
      [0.5, nan],
      [infinity, infinity],
    ],
  },
  atanh: { f: deft.atanh, points: [...odd, [1, infinity], [-1, -infinity], [2, nan]] },
  erf: { f: deft.erf, points: [...odd, [infinity, 1], [-infinity, -1]] },
  erfInv: {
    f: deft.erfInv,
    points: [
      [0, 0],
      [1, infinity],
      [-1, -infinity],
      [1.5, nan],
    ],
  },
  lgamma: {
    f: deft.lgamma,
    points: [
      [1, 0],
      [2, 0],
      [0, infinity],
      [-1, infinity],
      [infinity, infinity],
    ],
  },
  digamma: {
    f: deft.digamma,
    points: [
      [0, -infinity],
      [-1, nan],
      [infinity, infinity],
    ],
  },
  sigmoid: {
    f: deft.sigmoid,
    points: [
      [0, 0.5],
      [infinity, 1],
      [-infinity, 0],
    ],
  },
  softplus: {
    f: deft.softplus,
    points: [
      [infinity, infinity],
      [-infinity, 0],
    ],
  },
};

/** Functions of two operands. */
export const specialPairs: Readonly<
  Record<
    string,
    {
      readonly f: (x: deft.Tensor, y: deft.Tensor) => deft.Tensor;
      readonly points: readonly (readonly [x: number, y: number, z: number])[];
    }
  >
> = {
  pow: {
    f: (x, y) => deft.pow(x, y),
    points: [
      [2, 0, 1],
      [nan, 0, 1],
      [0, 0, 1],
      [infinity, 0, 1],
      [0, -1, infinity],
      [-0, -1, -infinity],
      [-0, 3, -0],
      [-2, 3, -8],
      [-2, 0.5, nan],
      [0.5, infinity, 0],
      [2, -infinity, 0],
      [-infinity, 3, -infinity],
    ],
  },
  atan2: {
    f: (x, y) => deft.atan2(x, y),
    points: [
      [0, 1, 0],
      [-0, 1, -0],
      [0, 0, 0],
      [-0, 0, -0],
      [1, infinity, 0],
      [-1, infinity, -0],
      [nan, 1, nan],
      [1, nan, nan],
    ],
  },
  hypot: {
    f: (x, y) => deft.hypot(x, y),
    points: [
      [3, 4, 5],
      [0, -0, 0],
      [infinity, 1, infinity],
      [-infinity, nan, infinity],
    ],
  },
};
