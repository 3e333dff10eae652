/**
 * `@deft/function`: capture. `jit(f, options)` and the standard decorator `@jit()`.
 */
export { type Jitted, type JitOptions, type JittedFunction, jit, type MethodDecorator } from './jit.ts';
