/**
 * Which backend executes. Backends register a factory with a rank and a test of whether they can run here; `auto` takes
 * the available one of the highest rank. The environment variable `DEFT_BACKEND` or `setBackend` choose another. What
 * was chosen and why can be asked.
 */
import { raise, setBaseInterpreter } from '@deft/core';
import type { Backend } from '@deft/kernel';
import { EagerInterpreter } from './eager-interpreter.ts';

/** A backend that can be chosen by name. */
export interface BackendEntry {
  readonly name: string;
  /** `auto` prefers higher ranks; 0 is never chosen by itself. */
  readonly rank: number;
  /** Why the backend cannot run here, or `undefined` if it can. */
  readonly unavailableBecause: () => string | undefined;
  readonly make: () => Backend;
}

/** What executes, and why. */
export interface BackendChoice {
  readonly name: string;
  readonly reason: string;
}

const entries = new Map<string, BackendEntry>();
const interpreters = new Map<string, EagerInterpreter>();
let choice: BackendChoice | undefined;

/** Makes a backend known by its name. */
export function registerBackend(entry: BackendEntry): void {
  entries.set(entry.name, entry);
}

/** Names of the registered backends. */
export function backendNames(): readonly string[] {
  return [...entries.keys()];
}

function fromEnvironment(): string | undefined {
  const environment = (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env;
  const name = environment?.['DEFT_BACKEND'];
  return name === undefined || name === '' || name === 'auto' ? undefined : name;
}

function entryNamed(name: string, from: string): BackendEntry {
  const entry = entries.get(name);
  const problem = entry ? entry.unavailableBecause() : `known are ${backendNames().join(', ')}`;
  if (entry === undefined || problem !== undefined) {
    raise('E_BACKEND', { op: from, says: `backend ${JSON.stringify(name)} is not there: ${problem}` });
  }
  return entry;
}

function choose(): { entry: BackendEntry; reason: string } {
  const wanted = fromEnvironment();
  if (wanted !== undefined) return { entry: entryNamed(wanted, 'DEFT_BACKEND'), reason: 'DEFT_BACKEND names it' };
  const passedOver: string[] = [];
  for (const entry of [...entries.values()].sort((a, b) => b.rank - a.rank)) {
    if (entry.rank === 0) continue;
    const problem = entry.unavailableBecause();
    if (problem === undefined) {
      return { entry, reason: ['the fastest that runs here', ...passedOver].join('; ') };
    }
    passedOver.push(`not ${entry.name}: ${problem}`);
  }
  return raise('E_BACKEND', { says: `no backend runs here: ${passedOver.join('; ') || 'none is registered'}` });
}

/**
 * Chooses what executes from now on: a name (`'wasm'`, `'reference'`, `'auto'`) or a backend of your own. Tensors stay with
 * the backend that made them. Throws `E_BACKEND` for an unknown name or one that cannot run here.
 *
 * @example
 * ```ts
 * import { setBackend, getBackend } from '@deft/tensor';
 * setBackend('reference');
 * console.log(getBackend().name); // reference
 * ```
 */
export function setBackend(backend: string | Backend): void {
  if (typeof backend !== 'string') {
    install(backend.name, 'it was given to setBackend', () => backend, true);
    return;
  }
  const { entry, reason } =
    backend === 'auto' ? choose() : { entry: entryNamed(backend, 'setBackend'), reason: 'setBackend names it' };
  install(entry.name, reason, entry.make, false);
}

function install(name: string, reason: string, make: () => Backend, isNew: boolean): void {
  let interpreter = isNew ? undefined : interpreters.get(name);
  if (interpreter === undefined) {
    interpreter = new EagerInterpreter(make);
    if (!isNew) interpreters.set(name, interpreter);
  }
  setBaseInterpreter(interpreter);
  installed = interpreter;
  choice = { name, reason };
}

let installed: EagerInterpreter | undefined;

/** Installs the eager executor with the backend chosen on first use; called by the umbrella package. */
export function installDefaultBackend(): void {
  const interpreter = new EagerInterpreter(() => {
    const { entry, reason } = choose();
    choice = { name: entry.name, reason };
    interpreters.set(entry.name, interpreter);
    return entry.make();
  });
  installed = interpreter;
  setBaseInterpreter(interpreter);
}

/** The executor in use. */
export function eagerExecutor(): EagerInterpreter {
  return (
    installed ??
    raise('E_BACKEND', { says: 'no executor is installed', hint: "import '@deft/tensor', or call setBackend" })
  );
}

/** The backend in use. */
export function getBackend(): Backend {
  return eagerExecutor().backend;
}

/** Which backend is in use, and why it was chosen. */
export function backendChoice(): BackendChoice {
  const { name } = getBackend();
  return choice ?? { name, reason: '' };
}
