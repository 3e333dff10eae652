/** `@deft/backend-wasm`: kernels as WebAssembly SIMD. */
export { WasmBackend, type WasmBackendOptions, wasmBackend, wasmUnavailableBecause } from './wasm-backend.ts';
