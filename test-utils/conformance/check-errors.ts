/**
 * A bad call gives the catalogue's error with the same words in every mode, and leaves everything as it was: the backend
 * holds what it held, no capture is running, and a good call works.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  allocate,
  DeftError,
  isDifferentiable,
  isInterpreting,
  type NdArray,
  ndStack,
  type Operation,
  type OperationErrorSample,
  sizeOf,
  type Tensor,
  tensorOfCopy,
} from '@deft/core';
import type { Backend } from '@deft/kernel';
import { getBackend, jit, jvp, vjp, vmap } from '@deft/tensor';
import { callOperation, type Variant, variantsOf } from './calls.ts';
import { expectationOf, limitationOf } from './check-values.ts';
import { Findings } from './findings.ts';
import { backends, fetch, on, oracle } from './modes.ts';
import { expectResults } from './tolerance.ts';

function errorOf(f: () => unknown): DeftError {
  try {
    f();
  } catch (error) {
    if (error instanceof DeftError) return error;
    throw error;
  }
  throw new Error('no error was raised');
}

/** The message without the line of the call, which differs between calls. */
const wordsOf = (error: DeftError): string => error.message.replace(/\n {2}at .*$/s, '');

function checkWords(error: DeftError, bad: OperationErrorSample, words: string | undefined): void {
  if (error.code !== bad.code) throw new Error(`expected ${bad.code}, got ${error.code}: ${wordsOf(error)}`);
  if (!bad.says.test(error.message)) throw new Error(`expected ${bad.says}, got ${wordsOf(error)}`);
  if (words !== undefined && words !== wordsOf(error)) {
    throw new Error(`the oracle says ${JSON.stringify(words)}, this mode ${JSON.stringify(wordsOf(error))}`);
  }
}

function badInputs(bad: OperationErrorSample): NdArray[] {
  return bad.inputs.map(({ shape, dtype = 'float32' }) => ({ shape, dtype, data: allocate(dtype, sizeOf(shape)) }));
}

/** The bad call with transforms running: its operands are watched, have tangents, or are examples of a batch. */
function transformedCalls(operation: Operation, bad: OperationErrorSample): Record<string, () => unknown> {
  const arrays = badInputs(bad);
  const varying = arrays.flatMap(({ dtype }, i) => (isDifferentiable(dtype) ? [i] : []));
  const call = (tensors: readonly Tensor[]): Tensor[] => callOperation(operation, tensors, bad.rest ?? []);
  const ofVarying = (...variables: Tensor[]): Tensor[] =>
    call(
      arrays.map((array, i) => (varying.includes(i) ? (variables[varying.indexOf(i)] as Tensor) : tensorOfCopy(array))),
    );
  const point = (): Tensor[] => varying.map((i) => tensorOfCopy(arrays[i] as NdArray));
  const differentiated = {
    vjp: () => (vjp as unknown as (f: unknown, ...at: Tensor[]) => unknown)(ofVarying, ...point()),
    jvp: () => (jvp as unknown as (f: unknown, at: Tensor[], along: Tensor[]) => unknown)(ofVarying, point(), point()),
  };
  const batched = {
    vmap: () =>
      (vmap as unknown as (f: unknown) => (...inputs: Tensor[]) => unknown)((...tensors: Tensor[]) => call(tensors))(
        ...arrays.map((array) => tensorOfCopy(ndStack([array, array]))),
      ),
  };
  return { ...(varying.length > 0 ? differentiated : {}), ...(arrays.length > 0 ? batched : {}) };
}

/** How many storages the backend holds more after bad calls than before; some may be garbage. */
function checkOnBackend(operation: Operation, bad: OperationErrorSample, words: string): number {
  const inputs = badInputs(bad).map(tensorOfCopy);
  const call = (tensors: readonly Tensor[]): Tensor[] => callOperation(operation, tensors, bad.rest ?? []);
  const before = getBackend().memory().storages;
  checkWords(
    errorOf(() => call(inputs)),
    bad,
    words,
  );
  const captured = jit((...tensors: Tensor[]) => call(tensors), { name: 'conformance' });
  checkWords(
    errorOf(() => captured(...inputs)),
    bad,
    words,
  );
  if (isInterpreting()) throw new Error('the capture is still running');
  return getBackend().memory().storages - before;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Rounds of collection that must find nothing more, so that finalisers which a busy machine delays are waited for. */
const quietRounds = 4;

/** Storages a backend holds once garbage is collected: finalisers need the event loop to turn. */
async function storagesKept(backend: Backend): Promise<number> {
  let kept = Number.POSITIVE_INFINITY;
  let quiet = 0;
  for (let round = 0; round < 50 && quiet < quietRounds; round++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 5));
    const now = backend.memory().storages;
    quiet = now === kept ? quiet + 1 : 0;
    kept = now;
  }
  return kept;
}

/** Every error sample in every mode. */
export async function checkErrors(operation: Operation, findings: Findings): Promise<void> {
  for (const name of checkBadCalls(operation, findings)) {
    // It may be garbage (operands that were promoted before the error): what stays after another round is not.
    const backend = on(name, getBackend);
    const kept = await storagesKept(backend);
    checkBadCalls(operation, new Findings());
    const more = (await storagesKept(backend)) - kept;
    findings.attempt(name, () => {
      if (more > 0) throw new Error(`the backend holds ${more} storages more than before the bad calls`);
    });
  }
  findings.attempt('a good call after the bad ones', () => checkGoodCall(operation, findings));
}

/** Makes the bad calls in every mode, and gives the backends that held more storages afterwards. */
function checkBadCalls(operation: Operation, findings: Findings): ReadonlySet<string> {
  const grown = new Set<string>();
  for (const bad of operation.errors) {
    findings.attempt(bad.label, () => {
      const call = (): unknown => callOperation(operation, badInputs(bad).map(tensorOfCopy), bad.rest ?? []);
      const error = on(oracle, () => errorOf(call));
      checkWords(error, bad, undefined);
      for (const [name, f] of Object.entries(transformedCalls(operation, bad))) {
        findings.attempt(`${bad.label}, under ${name}`, () =>
          on(oracle, () => checkWords(errorOf(f), bad, wordsOf(error))),
        );
      }
      for (const backend of backends.running) {
        findings.attempt(`${bad.label}, ${backend}`, () => {
          if (on(backend, () => checkOnBackend(operation, bad, wordsOf(error))) > 0) grown.add(backend);
        });
      }
    });
  }
  return grown;
}

function checkGoodCall(operation: Operation, findings: Findings): void {
  const [sample] = operation.samples;
  if (operation.errors.length === 0 || sample === undefined) return;
  const [variant] = variantsOf(sample) as [Variant];
  const { f, results, tolerance } = expectationOf(operation, variant);
  for (const backend of backends.running) {
    if (limitationOf(operation, backend, variant.dtypes)) continue;
    findings.attempt(`a good call after the bad ones, ${backend}`, () =>
      on(backend, () => expectResults(results, fetch(f(variant.inputs.map(tensorOfCopy))), tolerance)),
    );
  }
}
