/** `polynomialDecay`: a learning rate that falls along a power of the steps left. */
import { recorded } from '@deft/core';
import { checkHyperParameter } from '../hyper-parameters.ts';
import { checkDecay, type Schedule } from './schedule.ts';

/** Options of `polynomialDecay`. */
export interface PolynomialDecayOptions {
  readonly decaySteps: number;
  /** Where the learning rate ends; 0.0001 unless told. */
  readonly endLearningRate?: number;
  /** 1 (a straight line) unless told. */
  readonly power?: number;
  /** Whether it begins anew beyond the end, with `decaySteps` multiplied; false unless told. */
  readonly cycle?: boolean;
}

/**
 * `(initial − end) · (1 − step / decaySteps)^power + end`, then constant; with `cycle`, the least multiple of `decaySteps`
 * that is not below the step takes its place. Keras's `PolynomialDecay`.
 *
 * Throws `E_ATTRIBUTE` for options out of range.
 *
 * @example
 * ```ts
 * import { polynomialDecay } from '@deft/optim';
 * const schedule = polynomialDecay(1, { decaySteps: 4, endLearningRate: 0 });
 * console.log(schedule(0), schedule(1), schedule(4), schedule(9)); // 1 0.75 0 0
 * ```
 */
export function polynomialDecay(initialLearningRate: number, options: PolynomialDecayOptions): Schedule {
  const { decaySteps, endLearningRate = 0.0001, power = 1, cycle = false } = options;
  checkDecay('polynomialDecay', initialLearningRate, { decaySteps });
  checkHyperParameter('polynomialDecay', 'endLearningRate', endLearningRate, 0, Infinity);
  checkHyperParameter('polynomialDecay', 'power', power, 0, Infinity);
  return recorded('polynomialDecay', { initialLearningRate, ...options }, (step: number) => {
    const steps = cycle ? decaySteps * Math.max(1, Math.ceil(step / decaySteps)) : decaySteps;
    const left = 1 - Math.min(step, steps) / steps;
    return (initialLearningRate - endLearningRate) * left ** power + endLearningRate;
  });
}
