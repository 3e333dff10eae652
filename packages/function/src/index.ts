/**
 * `@deft/function`: capture. `jit(f, options)` and the standard decorator `@jit()`.
 */
export { type JitOptions, type Jitted, type JittedFunction, jit, type MethodDecorator, type SpecsOf } from './jit.ts';
export type { CompiledFunction, Lowered, LoweredArgument } from './lowered.ts';
export type { SignatureTree } from './stated-signature.ts';
