/** `@deft/tensor/fluent`: ops as methods of `Tensor`. */
export {};
