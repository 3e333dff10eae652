/**
 * `@deft/transforms`: derivatives and batching of functions of tensors, as interpreters over the ops' rules.
 */
import './calculus.ts';

export { checkpoint } from './checkpoint.ts';
export { customJvp } from './custom-jvp.ts';
export { type Cotangents, customVjp } from './custom-vjp.ts';
export {
  type GradientOf,
  type GradOptions,
  type GradResult,
  grad,
  type ValueAndGradResult,
  valueAndGrad,
  vjp,
} from './grad.ts';
export {
  GradientTape,
  type GradientTapeOptions,
  type TapeGradientOptions,
  type TapeGradients,
} from './gradient-tape.ts';
export { hessian, type JacobianOptions, jacfwd, jacrev } from './jacobian.ts';
export { jvp } from './jvp.ts';
export { hvp, linearize } from './linearize.ts';
export { stopGradient } from './stop-gradient.ts';
export type { Gradient, Gradients, Jacobian, TensorsLike } from './types.ts';
export { type BatchAxes, type VmapOptions, vmap } from './vmap.ts';
export { type GradientExplanation, why } from './why.ts';
