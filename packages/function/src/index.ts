/**
 * `@deft/function`: capture. `jit(f, options)` and the standard decorator `@jit()`.
 */
export { type JitOptions, type Jitted, type JittedFunction, jit, type MethodDecorator } from './jit.ts';
export type { SignatureTree } from './stated-signature.ts';
