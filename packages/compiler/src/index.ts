/**
 * `@deft/compiler`: graph to passes to fused kernels, schedule and memory plan.
 */
export { isCheapOperation } from '@deft/kernel';
export { type CompiledProgram, type CompileOptions, compileGraph, passNames } from './compile-graph.ts';
export { type Donation, type Executable, isProgramExecutor, type ProgramExecutor, type SizedCode } from './executor.ts';
export { explain, heldMemory, type Measurement } from './explain.ts';
export { costOf, type KernelCost } from './kernel-cost.ts';
export { limits } from './limits.ts';
export { checkOperations } from './program-check.ts';
export { type ProgramCost, programCost } from './program-cost.ts';
export { type ProgramMemory, programMemory } from './program-memory.ts';
export { leastSeconds, type Roofline, rooflineFrom, rooflinePrograms } from './roofline.ts';
export { sampleSizes } from './sizes/sample-sizes.ts';
export { numberAt, type SizedNumber, type SizeExpression, SizeFitter } from './sizes/size-expression.ts';
export { SizedData, type SizedSample } from './sizes/sized-data.ts';
export { type ProgramSample, type SizedProgram, sizedProgram } from './sizes/sized-program.ts';
export { keepingAll, kernelAlone, type ProgramPart } from './take-apart.ts';
export { type ProgramView, type ViewOptions, viewOf } from './view/program-view.ts';
export { viewHtml } from './view/view-html.ts';
