/** `@deft/backend-native`: runs kernels as C that the system's compiler builds for this machine. */
export { NativeBackend, type NativeBackendOptions, nativeBackend, nativeUnavailableBecause } from './native-backend.ts';
