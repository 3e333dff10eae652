/**
 * `@deft/tensor`: the umbrella. Importing it makes ops run at once on the default backend, and gives everything that most
 * programs need: tensors and ops, derivatives, capture, the choice of a backend.
 */
import './install.ts';

export {
  type AbstractValue,
  abstractValue,
  type Dim,
  DeftError,
  type DType,
  type ErrorCode,
  errorCatalogue,
  nd,
  type NdArray,
  registerTreeNode,
  type Shape,
  Tensor,
  type Tree,
  tree,
  type TypedArray,
} from '@deft/core';
export { type BackendChoice, backendChoice, backendNames, getBackend, registerBackend, setBackend } from '@deft/eager';
export { type Jitted, type JitOptions, type JittedFunction, jit } from '@deft/function';
export * from '@deft/ops';
export * from '@deft/transforms';
