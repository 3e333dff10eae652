/**
 * `@deft/core`: tensors, shapes and their types, dtypes, pytrees, errors, the op registry and its dispatch. Depends on
 * nothing.
 */
export { AbstractInterpreter, inferByRunning } from './abstract-interpreter.ts';
export { type AbstractValue, abstractValue, type Dims } from './abstract-value.ts';
export { type Algebra, algebra, provideAlgebra } from './algebra.ts';
export { type CallSite, callSiteOf, currentCallSite, DeferredCallSite } from './call-site.ts';
export {
  allocate,
  bytesOf,
  carrierOf,
  type DType,
  type DTypeKind,
  dtypeNames,
  dtypes,
  isComplex,
  isDifferentiable,
  isDType,
  isFloating,
  isInteger,
  numbersPerElement,
  promote,
  promoteWeak,
  type TypedArray,
} from './dtype.ts';
export {
  elementsOf,
  fromPlanes,
  fromStored,
  roundToBfloat16,
  roundToFloat16,
  toElement,
  toPlanes,
  toStored,
} from './element.ts';
export { DeftError, type ErrorCode, type ErrorDetails, errorCatalogue, internal, raise } from './errors.ts';
export {
  baseInterpreter,
  currentInterpreter,
  dispatch,
  Interpreter,
  isInterpreting,
  leaked,
  setBaseInterpreter,
  withInterpreter,
} from './interpreter.ts';
export { type NdArray, nd, ndZeros } from './nd-array.ts';
export {
  type Attributes,
  type AttributeValue,
  allOperations,
  findOperation,
  type Operation,
  type OperationDocumentation,
  type OperationErrorSample,
  type OperationFunction,
  type OperationLimitation,
  type OperationSample,
  registerOperation,
  type Saved,
} from './operation.ts';
export { PlainInterpreter } from './plain-interpreter.ts';
export { referenceArray, runReference } from './run-reference.ts';
export {
  checkShape,
  normalizeAxes,
  normalizeAxis,
  reducedShape,
  sameShape,
  shapeText,
  sizeOf,
  stridesOf,
  tryBroadcast,
} from './shape.ts';
export type {
  Broadcast,
  BroadcastDim,
  CheckBroadcast,
  CheckMatrixProduct,
  Dim,
  ElementOf,
  IsUnknownRank,
  MatrixProduct,
  Mismatch,
  NestedArray,
  Permuted,
  Reduced,
  ReversedShape,
  RuntimeShape,
  Shape,
  ShowShape,
} from './shape-types.ts';
export { Tensor } from './tensor.ts';
export { threefry2x32, threefryWith, type WordArithmetic } from './threefry.ts';
export {
  flatten,
  type MapTree,
  mapTree,
  registerTreeNode,
  type Tree,
  type TreeNodeType,
  type TreeStructure,
  tree,
} from './tree.ts';
