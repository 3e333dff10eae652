/** Which scalar operations count as flops and which as transcendental functions, for `program-cost.ts`. */
import { dtypes } from '@deft/core';
import type { Expression, UnaryScalar } from '@deft/kernel';

/** Operations on floating-point numbers. */
export interface OperationCount {
  readonly flops: number;
  readonly transcendentals: number;
}

/** No operation. */
export const none: OperationCount = { flops: 0, transcendentals: 0 };
const flop: OperationCount = { flops: 1, transcendentals: 0 };
const transcendental: OperationCount = { flops: 0, transcendentals: 1 };

/** What a function of one float counts as. */
const unary: Readonly<Record<UnaryScalar, OperationCount>> = {
  neg: flop,
  abs: flop,
  sign: flop,
  floor: flop,
  ceil: flop,
  round: flop,
  trunc: flop,
  sqrt: flop,
  isNaN: flop,
  not: none,
  exp: transcendental,
  expm1: transcendental,
  log: transcendental,
  log1p: transcendental,
  sin: transcendental,
  cos: transcendental,
  tan: transcendental,
  asin: transcendental,
  acos: transcendental,
  atan: transcendental,
  sinh: transcendental,
  cosh: transcendental,
  tanh: transcendental,
  asinh: transcendental,
  acosh: transcendental,
  atanh: transcendental,
  erf: transcendental,
};

/** Both counts. */
export const plus = (a: OperationCount, b: OperationCount): OperationCount => ({
  flops: a.flops + b.flops,
  transcendentals: a.transcendentals + b.transcendentals,
});

/** A count so many times. */
export const times = (count: OperationCount, turns: number): OperationCount => ({
  flops: count.flops * turns,
  transcendentals: count.transcendentals * turns,
});

/** What one node counts as, without its parts. */
export function nodeCount(node: Expression): OperationCount {
  switch (node.kind) {
    case 'unary':
      return dtypes[node.x.dtype].kind === 'float' ? unary[node.op] : none;
    case 'binary':
      if (dtypes[node.dtype].kind !== 'float') return none;
      return node.op === 'pow' || node.op === 'atan2' ? transcendental : flop;
    case 'compare':
      return dtypes[node.x.dtype].kind === 'float' ? flop : none;
    default:
      return none;
  }
}
