/**
 * Learning-rate schedules: plain functions from the number of steps taken to the learning rate of the next one. The value
 * goes into a step as a tensor, so a schedule never causes a new capture.
 */
import { raise } from '@deft/core';

/** The learning rate of the step after `step` steps. */
export type Schedule = (step: number) => number;

function checkSteps(op: string, steps: number): void {
  if (!Number.isInteger(steps) || steps < 1) {
    raise('E_ATTRIBUTE', {
      op,
      argument: 'decaySteps',
      expected: 'a whole number of at least 1',
      found: String(steps),
    });
  }
}

/**
 * `initial · rate^(step / decaySteps)`; with `staircase` the exponent is rounded down.
 *
 * @example
 * ```ts
 * import { exponentialDecay } from '@deft/optim';
 * const schedule = exponentialDecay(0.1, { decaySteps: 100, rate: 0.5 });
 * console.log(schedule(0), schedule(100));
 * ```
 */
export function exponentialDecay(
  initial: number,
  options: { readonly decaySteps: number; readonly rate: number; readonly staircase?: boolean },
): Schedule {
  const { decaySteps, rate, staircase = false } = options;
  checkSteps('exponentialDecay', decaySteps);
  return (step) => initial * rate ** (staircase ? Math.floor(step / decaySteps) : step / decaySteps);
}

/**
 * Half a cosine wave from `initial` down to `alpha · initial` over `decaySteps`, constant afterwards; before it, the rate
 * rises linearly from 0 over `warmupSteps`.
 *
 * @example
 * ```ts
 * import { cosineDecay } from '@deft/optim';
 * const schedule = cosineDecay(0.1, { decaySteps: 1000, warmupSteps: 100 });
 * console.log(schedule(0), schedule(100), schedule(1100));
 * ```
 */
export function cosineDecay(
  initial: number,
  options: { readonly decaySteps: number; readonly alpha?: number; readonly warmupSteps?: number },
): Schedule {
  const { decaySteps, alpha = 0, warmupSteps = 0 } = options;
  checkSteps('cosineDecay', decaySteps);
  return (step) => {
    if (step < warmupSteps) return (initial * step) / warmupSteps;
    const progress = Math.min(step - warmupSteps, decaySteps) / decaySteps;
    return initial * (alpha + ((1 - alpha) * (1 + Math.cos(Math.PI * progress))) / 2);
  };
}
