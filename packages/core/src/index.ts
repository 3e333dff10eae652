/**
 * `@deft/core`: tensors, shapes and their types, dtypes, pytrees, errors, the op registry and its dispatch. Depends on
 * nothing.
 */
export { AbstractInterpreter, inferByRunning } from './abstract-interpreter.ts';
export { type AbstractValue, abstractValue, type Dims } from './abstract-value.ts';
export { type Algebra, algebra, provideAlgebra } from './algebra.ts';
export type {
  Axes,
  CheckAxes,
  CheckNewAxis,
  CheckPermutation,
  CheckSqueeze,
  DimAt,
  Filled,
  InsertAxis,
  ListOf,
  Permuted,
  Reduced,
  ReplaceAxes,
  ReversedShape,
  SameRank,
  Squeezed,
} from './axis-types.ts';
export { type CallSite, callSiteOf, currentCallSite, DeferredCallSite } from './call-site.ts';
export { crc32, crc32c } from './checksum.ts';
export { checkNumerics, checksNumerics, runEagerly, runsEagerly } from './debugging.ts';
export { drawnOrder } from './drawn-order.ts';
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
  roundHalfToEven,
  roundToBfloat16,
  roundToFloat16,
  toElement,
  toPlanes,
  toStored,
} from './element.ts';
export { DeftError, type ErrorCode, type ErrorDetails, errorCatalogue, internal, raise } from './errors.ts';
export {
  atBase,
  baseInterpreter,
  type CompiledDerivative,
  currentInterpreter,
  dispatch,
  findInterpreter,
  Interpreter,
  isCapturing,
  isInterpreting,
  leaked,
  setBaseInterpreter,
  tensorOfCopy,
  withInterpreter,
} from './interpreter.ts';
export { type NdArray, nd, ndFilled, ndStack, ndZeros } from './nd-array.ts';
export { type NumberForm, numberForm, withNumbers } from './number-form.ts';
export {
  type Attributes,
  type AttributeValue,
  allOperations,
  type BatchAxis,
  type ClosedOver,
  findOperation,
  type Operation,
  type OperationDocumentation,
  type OperationErrorSample,
  type OperationFunction,
  type OperationLimitation,
  type OperationRegions,
  type OperationSample,
  type PartlyBatched,
  type PrunedApplication,
  type Region,
  registerOperation,
  type Saved,
} from './operation.ts';
export { PlainInterpreter } from './plain-interpreter.ts';
export { printLine, setPrintOutput, setWarningOutput, warn } from './print-output.ts';
export {
  type EndSpan,
  type Recorder,
  recorder,
  type SpanArguments,
  type SpanCategory,
  span,
  spanOfPromise,
  startRecording,
  withoutRecording,
} from './profiler.ts';
export { randomNumbers } from './random-numbers.ts';
export {
  makeFromRecipe,
  type OptionKind,
  type OptionKinds,
  type PlainValue,
  type Recipe,
  type RecipeMaker,
  recipeMaker,
  recipeOf,
  recorded,
} from './recipe.ts';
export {
  frameRecord,
  isIntact,
  recordFootLength,
  recordHeadLength,
  statedLength,
} from './record-framing.ts';
export {
  type Calculus,
  calculus,
  type FactoredOutput,
  findRegionOperation,
  hasRegionTools,
  provideCalculus,
  provideRegionTools,
  type RegionFunction,
  type RegionTools,
  regionTools,
  registerRegionOperation,
  type SplitRegion,
  type SplitRequest,
  withoutDerivative,
} from './region.ts';
export { referenceArray, runReference } from './run-reference.ts';
export {
  findSharedState,
  provideVariables,
  registerSharedState,
  sharedStateName,
  type VariableMaker,
  variableMaker,
} from './saved-state.ts';
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
  RuntimeShape,
  Shape,
  ShowShape,
  SwappedLast,
  Unified,
  UnifiedDim,
} from './shape-types.ts';
export {
  initialState,
  isReplaying,
  PrivateState,
  RecordedState,
  StateCell,
  type StateScope,
  stateScope,
  withStateScope,
} from './state.ts';
export { Tensor } from './tensor.ts';
export { TensorSpec, tensorSpec } from './tensor-spec.ts';
export { threefry2x32, threefryWith, type WordArithmetic } from './threefry.ts';
export {
  checkSameStructure,
  flatten,
  type MapTree,
  prefixLeaves,
  registerTreeNode,
  type Tree,
  type TreeNode,
  type TreeNodeFields,
  type TreeNodeType,
  type TreeStructure,
} from './tree.ts';
export { mapTree, type TreeFunctions, tree } from './tree-functions.ts';
export { marked, type RoundTrip, type RoundTripFunction, spread, traceRoundTrip } from './way-back.ts';
export { bytesField, joinBytes, numberField, varint, wireKinds } from './wire-format.ts';
