/** `@deft/nn`: layers as pytrees. */
export {};
