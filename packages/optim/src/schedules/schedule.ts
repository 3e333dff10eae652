/**
 * Learning-rate schedules: plain functions from the number of steps taken to the learning rate of the next one. The value
 * goes into a step as a tensor, so a schedule never causes a new capture.
 */
import { checkCount, checkHyperParameter } from '../hyper-parameters.ts';

/** The learning rate of the step after `step` steps. */
export type Schedule = (step: number) => number;

/** Throws `E_ATTRIBUTE` unless the learning rate is finite and at least 0, and the number of steps whole and at least 1. */
export function checkDecay(
  op: string,
  initialLearningRate: number,
  steps: { readonly [argument: string]: number },
): void {
  checkHyperParameter(op, 'initialLearningRate', initialLearningRate, 0, Infinity);
  for (const [argument, value] of Object.entries(steps)) checkCount(op, argument, value);
}
