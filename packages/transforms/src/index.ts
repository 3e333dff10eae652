/** `@deft/transforms`: grad, valueAndGrad, vjp, jvp, stopGradient, customVjp as interpreters over the ops' rules. */
export {};
