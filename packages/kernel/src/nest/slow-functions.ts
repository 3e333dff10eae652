/** The scalar functions that are polynomials or tables: one costs as much as storing a value and reading it back. */
import type { BinaryScalar, UnaryScalar } from '../expression.ts';

/** Functions that take many instructions. */
export const slowFunctions: ReadonlySet<UnaryScalar | BinaryScalar> = new Set<UnaryScalar | BinaryScalar>([
  'exp',
  'expm1',
  'log',
  'log1p',
  'tanh',
  'erf',
  'sinh',
  'cosh',
  'sin',
  'cos',
  'tan',
  'asin',
  'acos',
  'atan',
  'atan2',
  'pow',
]);
