/**
 * `@deft/test-utils`: arbitraries, matchers and laws of backends (private). Importing it installs no
 * backend: what it runs, it runs on the one that is there.
 */
export { type ArrayOptions, anyArray, anyDType, anyElement, type ElementChoice } from './arbitraries/arrays.ts';
export {
  type EffectProgram,
  type EffectWorld,
  effectPrograms,
  runEffects,
  variableCount,
} from './arbitraries/effectful-programs.ts';
export { buildGraph, type GraphSource, graphInputs, graphSources, runPlainly } from './arbitraries/graphs.ts';
export { inexactOutputs, inputsFor } from './arbitraries/kernel-inputs.ts';
export { type KernelProgramOptions, kernelProgram } from './arbitraries/kernels.ts';
export { overwritingProgram } from './arbitraries/overwriting-programs.ts';
export { anyAxes, anyAxis, anyBroadcastableShapes, anyShape, type ShapeOptions } from './arbitraries/shapes.ts';
export { fromTape, Tape } from './arbitraries/tape.ts';
export { checkBackendAgainstInterpreter, checkBackendsAgree, firstDifference } from './backend-laws.ts';
export { complaintsOf, launchChromium } from './chromium.ts';
export { type CoverageRow, coverageOf, coverageTable, type DerivativeState, derivativeState } from './coverage.ts';
export { type GoldenCase, goldenCases } from './golden-cases.ts';
export { type CompileCase, checkHostCallCases } from './host-call-cases.ts';
export { checkHostCalls } from './host-call-laws.ts';
export {
  type ArrayLike,
  type Closeness,
  differenceText,
  hostArray,
  tensorMatchers,
  worstDifference,
} from './matchers.ts';
export {
  bundleProgram,
  folderWithPackages,
  type NodeProgram,
  type ProgramEnding,
  type RunningProgram,
} from './node-program.ts';
export { putSavedTogether, type SavedParts, sealSaved, takeSavedApart } from './saved-files.ts';
export { silenceWarnings } from './silent-warnings.ts';
export { expectWellFormedTrace, spansIn } from './trace-laws.ts';
export { ulpDistance } from './ulp.ts';
