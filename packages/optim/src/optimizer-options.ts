/** The options that every optimiser takes besides its own, by Keras's names; each is a wrapper around the rule. */
import { raise } from '@deft/core';
import type { Optimizer } from './optimizer.ts';
import type { Schedule } from './schedules/schedule.ts';
import { accumulateGradients } from './wrappers/accumulate-gradients.ts';
import { averageWeights } from './wrappers/average-weights.ts';
import { type ClippingOptions, clipGradients } from './wrappers/clip-gradients.ts';
import { scaleLossBy } from './wrappers/scale-loss-by.ts';

/** Options of every optimiser. */
export interface OptimizerOptions extends ClippingOptions {
  /** Size of a step: a number, or a schedule from the number of steps taken. */
  readonly learningRate?: number | Schedule;
  /** Share of a parameter that a step of size 1 takes away before the update; none unless told. */
  readonly weightDecay?: number;
  /** Parameters whose path contains one of these texts do not decay: `['bias']`. */
  readonly excludeFromWeightDecay?: readonly string[];
  /** Whether an exponential moving average of the parameters is kept; false unless told. */
  readonly useEma?: boolean;
  /** Share of the average that a step keeps; 0.99 unless told. */
  readonly emaMomentum?: number;
  /** After every so many steps the parameters are set to their average; never unless told. */
  readonly emaOverwriteFrequency?: number;
  /** The loss is multiplied by this before gradients are taken of it, and gradients are divided by it. */
  readonly lossScaleFactor?: number;
  /** The update is made after every so many steps, from the mean of their gradients. */
  readonly gradientAccumulationSteps?: number;
}

/** The optimiser with the wrappers that the options ask for, in Keras's order. */
export function withOptions(optimizer: Optimizer, options: OptimizerOptions): Optimizer {
  const { clipnorm, clipvalue, globalClipnorm, useEma = false, emaMomentum, emaOverwriteFrequency } = options;
  const { lossScaleFactor, gradientAccumulationSteps } = options;
  let wrapped = optimizer;
  if (clipnorm !== undefined || clipvalue !== undefined || globalClipnorm !== undefined) {
    wrapped = clipGradients(wrapped, options);
  }
  if (gradientAccumulationSteps !== undefined) wrapped = accumulateGradients(wrapped, gradientAccumulationSteps);
  if (useEma) {
    wrapped = averageWeights(wrapped, {
      ...(emaMomentum !== undefined && { emaMomentum }),
      ...(emaOverwriteFrequency !== undefined && { emaOverwriteFrequency }),
    });
  } else if (emaMomentum !== undefined || emaOverwriteFrequency !== undefined) {
    raise('E_ATTRIBUTE', {
      op: optimizer.name,
      argument: emaMomentum === undefined ? 'emaOverwriteFrequency' : 'emaMomentum',
      expected: 'useEma: true beside it',
      found: `useEma: ${useEma}`,
    });
  }
  if (lossScaleFactor !== undefined) wrapped = scaleLossBy(wrapped, lossScaleFactor);
  return wrapped;
}
