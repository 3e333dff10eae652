/** `@deft/core`: dtypes, shapes and their types, Tensor, pytrees, PRNG keys, error catalogue, the op registry and its dispatch. */
export {};
