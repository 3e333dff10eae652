/**
 * `@deft/tensor`: the umbrella. Importing it makes ops run at once on the default backend, and gives everything that most
 * programs need: tensors and ops, derivatives, capture, the choice of a backend.
 */
import './install.ts';

export {
  type AbstractValue,
  abstractValue,
  checkNumerics,
  DeftError,
  type Dim,
  type DType,
  type ErrorCode,
  errorCatalogue,
  type NdArray,
  nd,
  registerTreeNode,
  runEagerly,
  type Shape,
  setPrintOutput,
  setWarningOutput,
  Tensor,
  type TensorSpec,
  type Tree,
  type TypedArray,
  tensorSpec,
  tree,
} from '@deft/core';
export { type BackendChoice, backendChoice, backendNames, getBackend, registerBackend, setBackend } from '@deft/eager';
export {
  type ChromeTrace,
  type CompiledFunction,
  deserialize,
  type JitOptions,
  type Jitted,
  type JittedFunction,
  jit,
  type LoadedFunction,
  type LoadedVariable,
  type Lowered,
  type MermaidOptions,
  mermaidGraph,
  type Profile,
  type ProfileOptions,
  type ProgramCost,
  type ProgramMemory,
  type ProgramView,
  type ProgramViewOptions,
  profile,
  programView,
  type SavedProgram,
  type SerializeOptions,
  type SignatureTree,
  serialize,
  viewHtml,
} from '@deft/function';
export * from '@deft/ops';
export * from '@deft/transforms';
