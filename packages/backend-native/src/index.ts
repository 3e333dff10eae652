/** `@deft/backend-native`: runs kernels as C that the system's compiler builds for this machine. */
export { nativeCompiler, nativeUnavailableBecause } from './availability.ts';
export { NativeBackend, type NativeBackendOptions, nativeBackend } from './native-backend.ts';
export { type CacheContents, cacheContents, clearCache } from './toolchain/cache-folder.ts';
