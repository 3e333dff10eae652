/**
 * `@deft/transforms`: derivatives and batching of functions of tensors, as interpreters over the ops' rules.
 */
import './calculus.ts';

export { type BatchJacobianOptions, batchJacobian } from './batch-jacobian.ts';
export { type CheckpointOptions, checkpoint } from './checkpoint.ts';
export {
  type CheckpointPolicies,
  type CheckpointPolicy,
  type CheckpointSite,
  checkpointName,
  checkpointPolicies,
} from './checkpoint-policies.ts';
export { customJvp, type JvpRule } from './custom-jvp.ts';
export type { CustomDerivativeOptions, WithZeros } from './custom-operation.ts';
export { type Cotangents, type CustomVjpOptions, customVjp } from './custom-vjp.ts';
export type { AuxiliaryOf, MainOf } from './flat-function.ts';
export {
  type GradientOf,
  type GradOptions,
  type GradResult,
  grad,
  type ValueAndGradResult,
  valueAndGrad,
  vjp,
  type WithAux,
} from './grad.ts';
export { GradCheckError, type GradEntry, type GradFailure, type GradReport } from './gradcheck/grad-report.ts';
export { type GradcheckOptions, type GradgradcheckOptions, gradcheck, gradgradcheck } from './gradcheck/gradcheck.ts';
export { gradientHook } from './gradient-hook.ts';
export {
  GradientTape,
  type GradientTapeOptions,
  type TapeGradientOptions,
  type TapeGradients,
  type TapeGradientsOrZeros,
} from './gradient-tape.ts';
export {
  type Differentiated,
  type HessianResult,
  hessian,
  type JacobianOptions,
  type JacobianResult,
  jacfwd,
  jacobian,
  jacrev,
} from './jacobian.ts';
export { jvp } from './jvp.ts';
export { hvp, linearize } from './linearize.ts';
export { type SavedResidual, savedResiduals } from './saved-residuals.ts';
export { stopGradient } from './stop-gradient.ts';
export type { Gradient, Gradients, Jacobian, TensorsLike } from './types.ts';
export { type BatchAxes, type VmapOptions, vmap } from './vmap.ts';
export { type GradientExplanation, why } from './why.ts';
