/** `@deft/optim`: optimisers and learning-rate schedules. */
export { type AdamOptions, type AdamWOptions, adam, adamW } from './adam.ts';
export type { Optimizer, OptimizerState, OptimizerUpdate } from './optimizer.ts';
export { cosineDecay, exponentialDecay, type Schedule } from './schedules.ts';
export { type SgdOptions, sgd } from './sgd.ts';
