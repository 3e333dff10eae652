/**
 * `@deft/kernel`: the kernel language (index spaces, views, scalar expressions, the closed set of forms) and the
 * contract that backends fulfil.
 */
export type { Backend, Effort, Executable, MemoryReport, SizedCode, Storage } from './backend.ts';
export { reinterpretElements } from './bitcast.ts';
export { type LoopDescription, ProgramBuilder, type Source } from './builder.ts';
export { callsWithin, hostFunctionOf } from './calls.ts';
export { isCheapOperation } from './cheap-operation.ts';
export { checkInputs } from './check-inputs.ts';
export { CountedStorage } from './counted-storage.ts';
export { complementCoefficients, errorFunction } from './error-function.ts';
export {
  type BinaryScalar,
  binaryExpression,
  bitcastExpression,
  type ComparisonScalar,
  castExpression,
  compareExpression,
  constantExpression,
  type Expression,
  expressionSize,
  foldExpression,
  gatherExpression,
  indexExpression,
  loadExpression,
  partsOf,
  reducedExpression,
  rewriteExpression,
  selectExpression,
  type UnaryScalar,
  unaryExpression,
  variableExpression,
  withParts,
} from './expression.ts';
export { callHost, type HostFunction, missingFunction } from './host-function.ts';
export { interpretProgram, runKernel } from './interpreter.ts';
export {
  type BranchKernel,
  type BufferId,
  type BufferSpec,
  bufferBytes,
  buffersOf,
  type CallKernel,
  type Carry,
  type Combine,
  type ContractKernel,
  changingBuffers,
  invariantProducts,
  type Kernel,
  type KernelProgram,
  kernelListsOf,
  type LoopKernel,
  liesOver,
  mayLieOver,
  type Operand,
  type Reduction,
  type RepeatKernel,
  type Result,
  type RoutineKernel,
  type ScatterCombine,
  type ScatterKernel,
  type SortKernel,
  type StackSlice,
  stageOf,
  stagesOf,
  type Touch,
  touchesOf,
} from './kernel.ts';
export { type Form, type Lowering, routineForms, type Space, spaceOf } from './lowering.ts';
export { type ContractTables, contractAsLoop, contractTables, offsetTable } from './nest/contract-tables.ts';
export { type Span, spansOf } from './nest/guard-spans.ts';
export { loopSource, routineConstants, type SizedScatter, scatterSource } from './nest/kernel-samples.ts';
export { type Pass, type PlannedResult, planPasses, type Store } from './nest/loop-passes.ts';
export {
  type Affine,
  affineOf,
  constantOf,
  loadedOperands,
  makeNest,
  type Nest,
  type NestGuard,
  type NestOperand,
  type NestSource,
  nodesOf,
  type PlannedNest,
  type SizedNest,
} from './nest/nest.ts';
export { Quantities, type Quantity, type Scaling, typicalOf, type Unknown } from './nest/quantity.ts';
export { slowFunctions } from './nest/slow-functions.ts';
export { inputBelow, type MadeBuffer, madeBuffers, passOn } from './outputs.ts';
export { mayOverwrite } from './overwriting.ts';
export { parseExpression, parseKernel, parseProgram } from './parse.ts';
export { printKernel, printProgram, printView } from './print.ts';
export { printExpression } from './print-expression.ts';
export { expressionWords, threefryExpression } from './random.ts';
export { expressionsOf, type Routine, type RoutineArray, type Statement } from './routine.ts';
export {
  ArrayReference,
  type ArrayShape,
  buildRoutine,
  RoutineWriter,
  Scalar,
  type ScalarLike,
  Variable,
} from './routine-builder.ts';
export {
  binaryFunction,
  binaryKinds,
  castFunction,
  combineKinds,
  comparisonFunctions,
  extremes,
  unaryFunction,
  unaryKinds,
} from './scalar-functions.ts';
export { verifyProgram } from './verify.ts';
export {
  type AffineAxis,
  affineRange,
  broadcastMap,
  composeView,
  contiguousView,
  type Guard,
  type IndexMap,
  identityMap,
  isContiguous,
  leavesSource,
  mapAffine,
  reshapeView,
  type View,
} from './view.ts';
export { addressBounds, readsOutside } from './view-bounds.ts';
export { affineAt, pointAt, readView, readWholeView } from './view-reading.ts';
