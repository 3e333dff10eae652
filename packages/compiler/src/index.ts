/** `@deft/compiler`: graph to passes to fused kernels, schedule and memory plan. */
export {};
