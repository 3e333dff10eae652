/**
 * Registers the backends that come with the library and installs the eager executor. Loaded for this effect, once.
 */
import { referenceBackend } from '@deft/backend-reference';
import { wasmBackend, wasmUnavailableBecause } from '@deft/backend-wasm';
import { installDefaultBackend, registerBackend } from '@deft/eager';

registerBackend({ name: 'wasm', rank: 10, unavailableBecause: wasmUnavailableBecause, make: wasmBackend });
// Interpreting kernels is for checking, not for speed, but it runs everywhere.
registerBackend({ name: 'reference', rank: 1, unavailableBecause: () => undefined, make: referenceBackend });
installDefaultBackend();
