/** `@deft/tensor`: the umbrella: tensors, ops, gradients and jit with a default backend. */
export {};
