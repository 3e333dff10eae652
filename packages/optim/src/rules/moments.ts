/** What the rules of Adam's family share: running averages, their corrections, and the options that set them. */
import type { Tensor } from '@deft/core';
import { add, expm1, mul, neg, sub } from '@deft/tensor';
import { checkHyperParameter } from '../hyper-parameters.ts';
import type { OptimizerOptions } from '../optimizer-options.ts';

/** Options of optimisers that keep averages of gradients and of their squares. */
export interface MomentOptions extends OptimizerOptions {
  /** Decay of the mean of gradients; 0.9 unless told. */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients; 0.999 unless told. */
  readonly beta2?: number;
  /** Keeps the quotient finite; 1e-7 unless told. */
  readonly epsilon?: number;
}

/** Hyper-parameters that such a rule works with. */
export interface Moments {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** The checked hyper-parameters of the family, with Keras's defaults, and the other options. Throws `E_ATTRIBUTE`. */
export function momentsOf<O extends MomentOptions>(
  op: string,
  options: O,
): { readonly moments: Moments; readonly rest: Omit<O, keyof Moments> } {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, ...rest } = options;
  checkHyperParameter(op, 'beta1', beta1, 0, 1);
  checkHyperParameter(op, 'beta2', beta2, 0, 1);
  checkHyperParameter(op, 'epsilon', epsilon, 0, Infinity);
  return { moments: { beta1, beta2, epsilon }, rest };
}

/** `1 − βᵗ` for a rank-0 float tensor `t`, without the cancellation that `1 − pow(β, t)` has for β near 1. */
export function biasCorrection(beta: number, step: Tensor): Tensor {
  return neg(expm1(mul(step, Math.log(beta))));
}

/** The running average with one more value: `β·average + (1 − β)·value`. */
export function averaged(average: Tensor, value: Tensor, beta: number): Tensor {
  return add(average, mul(sub(value, average), 1 - beta));
}
