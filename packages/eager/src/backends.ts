/**
 * Which backend executes. Backends register a factory with a rank and a test of whether they can run here; `auto` takes
 * the available one of the highest rank that can be made. The environment variable `DEFT_BACKEND` or `setBackend` choose another. What
 * was chosen and why can be asked.
 */
import { DeftError, raise, setBaseInterpreter } from '@deft/core';
import type { Backend } from '@deft/kernel';
import { printToConsole } from './console-output.ts';
import { EagerInterpreter } from './eager-interpreter.ts';

/** A backend that can be chosen by name. */
export interface BackendEntry {
  readonly name: string;
  /** `auto` prefers higher ranks; 0 is never chosen by itself. */
  readonly rank: number;
  /** Why the backend cannot run here, or `undefined` if it can. */
  readonly unavailableBecause: () => string | undefined;
  readonly make: () => Backend;
  /** Whether `auto` goes on to the next one when `make` throws; else the error is the caller's. */
  readonly mayFail?: boolean;
}

/** What executes, and why. */
export interface BackendChoice {
  readonly name: string;
  readonly reason: string;
}

/** A backend that `auto` would have taken, and why it could not. */
export interface PassedOver {
  readonly name: string;
  readonly reason: string;
}

/** Is told what `auto` has taken, and what it would rather have taken. */
export type ChoiceListener = (choice: BackendChoice, passedOver: readonly PassedOver[]) => void;

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

/** Backends that could not be made, and why: `auto` does not try them again. */
const failures = new Map<string, string>();
let listener: ChoiceListener | undefined;

function attempt<Taken>(entry: BackendEntry, take: (entry: BackendEntry) => Taken): { taken: Taken } | string {
  const problem = failures.get(entry.name) ?? entry.unavailableBecause();
  if (problem !== undefined) return problem;
  try {
    return { taken: take(entry) };
  } catch (error) {
    if (entry.mayFail !== true) throw error;
    const says = error instanceof DeftError ? error.details.says : undefined;
    const reason = (says ?? String((error as Error).message)).split('\n', 1)[0] as string;
    failures.set(entry.name, reason);
    return reason;
  }
}

/** Takes the best backend that runs here and can be made, by `take`. */
function takeBest<Taken>(take: (entry: BackendEntry) => Taken): Taken {
  const passedOver: PassedOver[] = [];
  for (const entry of [...entries.values()].sort((a, b) => b.rank - a.rank)) {
    if (entry.rank === 0) continue;
    const outcome = attempt(entry, take);
    if (typeof outcome === 'string') {
      passedOver.push({ name: entry.name, reason: outcome });
      continue;
    }
    const words = passedOver.map(({ name, reason }) => `not ${name}: ${reason}`);
    choice = { name: entry.name, reason: ['the fastest that runs here', ...words].join('; ') };
    listener?.(choice, passedOver);
    return outcome.taken;
  }
  const words = passedOver.map(({ name, reason }) => `${name}: ${reason}`).join('; ');
  return raise('E_BACKEND', { says: `no backend runs here: ${words || 'none is registered'}` });
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
    use(new EagerInterpreter(() => backend));
    choice = { name: backend.name, reason: 'it was given to setBackend' };
    return;
  }
  const ofEnvironment = backend === 'auto' ? fromEnvironment() : undefined;
  if (backend === 'auto' && ofEnvironment === undefined) {
    use(takeBest(madeInterpreter));
    return;
  }
  const from = ofEnvironment === undefined ? 'setBackend' : 'DEFT_BACKEND';
  const { name, make } = entryNamed(ofEnvironment ?? backend, from);
  use(interpreters.get(name) ?? new EagerInterpreter(make), name);
  choice = { name, reason: `${from} names it` };
}

/** The executor of a backend, which is made now rather than on first use: `auto` takes another one if it cannot be made. */
function madeInterpreter({ name, make }: BackendEntry): EagerInterpreter {
  const interpreter = interpreters.get(name) ?? new EagerInterpreter(make);
  void interpreter.backend;
  interpreters.set(name, interpreter);
  return interpreter;
}

function use(interpreter: EagerInterpreter, name?: string): void {
  if (name !== undefined) interpreters.set(name, interpreter);
  setBaseInterpreter(interpreter);
  printToConsole();
  installed = interpreter;
}

let installed: EagerInterpreter | undefined;

/**
 * Installs the eager executor with the backend chosen on first use; called by the umbrella package. Whenever `auto` chooses,
 * `onChoice` hears of it.
 */
export function installDefaultBackend(onChoice?: ChoiceListener): void {
  listener = onChoice;
  const interpreter = new EagerInterpreter(() => {
    const wanted = fromEnvironment();
    const make = (entry: BackendEntry): Backend => {
      const backend = entry.make();
      interpreters.set(entry.name, interpreter);
      return backend;
    };
    if (wanted === undefined) return takeBest(make);
    const entry = entryNamed(wanted, 'DEFT_BACKEND');
    choice = { name: wanted, reason: 'DEFT_BACKEND names it' };
    return make(entry);
  });
  use(interpreter);
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
