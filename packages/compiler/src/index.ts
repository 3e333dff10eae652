/**
 * `@deft/compiler`: graph to passes to fused kernels, schedule and memory plan.
 */
export { type CompiledProgram, type CompileOptions, compileGraph, passNames } from './compile-graph.ts';
export { isProgramExecutor, type ProgramExecutor } from './executor.ts';
export { costOf, explain, type KernelCost } from './explain.ts';
export { limits } from './limits.ts';
