/** `@deft/backend-wasm`: the WebAssembly SIMD backend, which emits its modules itself. */
export {};
