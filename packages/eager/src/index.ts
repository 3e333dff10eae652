/**
 * `@deft/eager`: the immediate executor, and the choice of the backend it runs on.
 */
export {
  type BackendChoice,
  type BackendEntry,
  backendChoice,
  backendNames,
  type ChoiceListener,
  eagerExecutor,
  getBackend,
  installDefaultBackend,
  type PassedOver,
  registerBackend,
  setBackend,
} from './backends.ts';
export { EagerInterpreter } from './eager-interpreter.ts';
