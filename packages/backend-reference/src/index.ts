/** `@deft/backend-reference`: the interpreting backend, plain and slow: the oracle. */
export { ReferenceBackend, referenceBackend } from './reference-backend.ts';
