/** `@deft/test-utils`: gradient checks, arbitraries, matchers and the conformance generator (private). */
export { buildGraph, type GraphSource, graphInputs, graphSources, runPlainly } from './arbitraries/graphs.ts';
export { inexactOutputs, inputsFor, type KernelProgramOptions, kernelProgram } from './arbitraries/kernels.ts';
export { checkBackendAgainstInterpreter, firstDifference } from './backend-laws.ts';
