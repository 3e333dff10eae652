/**
 * Registers the backends that come with the library and installs the eager executor. Loaded for this effect, once.
 */
import { nativeBackend, nativeUnavailableBecause } from '@deft/backend-native';
import { referenceBackend } from '@deft/backend-reference';
import { wasmBackend, wasmUnavailableBecause } from '@deft/backend-wasm';
import { installDefaultBackend, registerBackend } from '@deft/eager';
import { sayThatNativeIsMissing } from './native-is-missing.ts';

// Whether a compiler works is known for certain when the backend has built its library.
registerBackend({
  name: 'native',
  rank: 20,
  unavailableBecause: nativeUnavailableBecause,
  make: nativeBackend,
  mayFail: true,
});
registerBackend({ name: 'wasm', rank: 10, unavailableBecause: wasmUnavailableBecause, make: wasmBackend });
// Interpreting kernels is for checking, not for speed, but it runs everywhere.
registerBackend({ name: 'reference', rank: 1, unavailableBecause: () => undefined, make: referenceBackend });
installDefaultBackend(sayThatNativeIsMissing);
