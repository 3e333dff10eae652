/** `@deft/function`: jit(f, options) and the decorator @jit(): signatures, retracing, compiled calls. */
export {};
