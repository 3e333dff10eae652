/**
 * The ways in which an op can be executed: on every registered backend that runs here, at once, captured, and captured
 * with inputs that are views of other tensors, so that fusion has to compose index maps. The plain interpreter is the
 * oracle.
 */
import {
  type NdArray,
  numbersPerElement,
  PlainInterpreter,
  setBaseInterpreter,
  type Tensor,
  tensorOfCopy,
} from '@deft/core';
import { backendNames, jit, reshape, setBackend, slice, transpose } from '@deft/tensor';

/** What executes: the name of a backend, or the oracle. */
export type Base = string;

/** The base that runs references. */
export const oracle: Base = 'plain';

const plain = new PlainInterpreter();

/** Runs `f` with that base; the base stays. */
export function on<R>(base: Base, f: () => R): R {
  if (base === oracle) setBaseInterpreter(plain);
  else setBackend(base);
  return f();
}

/**
 * Backends whose compiler takes long for one program. What is captured is compiled there for many programs together, in tests of its
 * own (`native-captured.ts`); elsewhere they run ops at once.
 */
export const slowToCompile: ReadonlySet<string> = new Set(['native']);

/** Backends that are to be tested: those that `DEFT_CONFORMANCE` names, with commas between them, or all. */
function wanted(): readonly string[] {
  const named = process.env['DEFT_CONFORMANCE'] ?? '';
  return named === '' ? backendNames() : named.split(',');
}

/** Backends that run here, and why others do not. */
export const backends: { readonly running: readonly string[]; readonly missing: ReadonlyMap<string, string> } = (() => {
  const running: string[] = [];
  const missing = new Map<string, string>();
  for (const name of wanted()) {
    try {
      setBackend(name);
      running.push(name);
    } catch (error) {
      missing.set(name, (error as Error).message);
    }
  }
  return { running: running.sort(), missing };
})();

/** The elements of tensors on the host. */
export function fetch(tensors: readonly Tensor[]): NdArray[] {
  return tensors.map((tensor) => ({
    shape: tensor.abstract.shape,
    dtype: tensor.dtype,
    data: tensor.dataSync() as unknown as NdArray['data'],
  }));
}

/** A function of tensors, as programs and ops are. */
export type TensorsFunction = (inputs: readonly Tensor[]) => readonly Tensor[];

/** A way to run a function of tensors on host arrays. */
export interface Mode {
  readonly name: string;
  readonly backend: Base;
  run(f: TensorsFunction, inputs: readonly NdArray[]): NdArray[];
}

/** Runs a captured function once and forgets it. */
export function runCaptured(f: TensorsFunction, inputs: readonly NdArray[]): NdArray[] {
  const captured = jit((...tensors: Tensor[]) => [...f(tensors)], { name: 'conformance' });
  const results = fetch(captured(...inputs.map(tensorOfCopy)));
  captured.clear();
  return results;
}

function transposed({ shape, dtype, data }: NdArray): NdArray {
  const numbers = numbersPerElement(dtype);
  const reversed = [...shape].reverse();
  const elements = data.slice();
  const point = reversed.map(() => 0);
  for (let position = 0; position < elements.length / numbers; position++) {
    let from = 0;
    for (let axis = 0; axis < shape.length; axis++)
      from = from * (shape[axis] as number) + (point[shape.length - 1 - axis] as number);
    for (let k = 0; k < numbers; k++) elements[position * numbers + k] = data[from * numbers + k] as number;
    for (let axis = reversed.length - 1; axis >= 0; axis--) {
      point[axis] = (point[axis] as number) + 1;
      if ((point[axis] as number) < (reversed[axis] as number)) break;
      point[axis] = 0;
    }
  }
  return { shape: reversed, dtype, data: elements };
}

/** Every element of a vector or scalar beside one that does not belong to it. */
function interleaved({ shape, dtype, data }: NdArray): NdArray {
  const elements = new (data.constructor as new (length: number) => NdArray['data'])(2 * data.length);
  const numbers = numbersPerElement(dtype);
  const other = data.slice().reverse();
  for (let i = 0; i < data.length; i += numbers) {
    elements.set(data.subarray(i, i + numbers), 2 * i);
    elements.set(other.subarray(i, i + numbers), 2 * i + numbers);
  }
  return { shape: [...shape, 2], dtype, data: elements };
}

/** An array in other elements' company, and how to look at it so that it is the array again. */
function asView(array: NdArray): { stored: NdArray; view: (stored: Tensor) => Tensor } {
  if (array.shape.length >= 2) return { stored: transposed(array), view: (x) => transpose(x) as Tensor };
  const size = [...array.shape, 1];
  return {
    stored: interleaved(array),
    view: (x) =>
      reshape(
        slice(
          x,
          size.map(() => 0),
          size,
        ) as Tensor,
        [...array.shape],
      ) as Tensor,
  };
}

/** The same function of other tensors, which hold the inputs in other elements' company. */
export function throughViews(
  f: TensorsFunction,
  inputs: readonly NdArray[],
): { f: TensorsFunction; inputs: NdArray[] } {
  const views = inputs.map(asView);
  return {
    f: (stored) => f(stored.map((x, i) => (views[i] as { view: (x: Tensor) => Tensor }).view(x))),
    inputs: views.map(({ stored }) => stored),
  };
}

/** Runs a function of tensors at once. */
const runEagerly = (f: TensorsFunction, inputs: readonly NdArray[]): NdArray[] => fetch(f(inputs.map(tensorOfCopy)));

/** Runs a function of tensors in the way that costs little on a backend: captured, unless its compiler takes long. */
export const runQuickly = (backend: Base, f: TensorsFunction, inputs: readonly NdArray[]): NdArray[] =>
  on(backend, () => (slowToCompile.has(backend) ? runEagerly(f, inputs) : runCaptured(f, inputs)));

const capturedMode = (backend: Base): Mode => ({
  name: `captured on ${backend}`,
  backend,
  run: (f, inputs) => on(backend, () => runCaptured(f, inputs)),
});

function modesOf(backend: Base): Mode[] {
  const eager: Mode = {
    name: `eager on ${backend}`,
    backend,
    run: (f, inputs) => on(backend, () => runEagerly(f, inputs)),
  };
  if (slowToCompile.has(backend)) return [eager];
  return [
    eager,
    capturedMode(backend),
    {
      name: `captured views on ${backend}`,
      backend,
      run: (f, inputs) => {
        const looking = throughViews(f, inputs);
        return on(backend, () => runCaptured(looking.f, looking.inputs));
      },
    },
  ];
}

/** All modes. */
export const modes: readonly Mode[] = backends.running.flatMap(modesOf);

/** Modes that take long for each program: for tests of few programs. */
export const slowModes: readonly Mode[] = backends.running.filter((name) => slowToCompile.has(name)).map(capturedMode);

/** What the oracle gives. */
export function expectedOf(f: TensorsFunction, inputs: readonly NdArray[]): NdArray[] {
  return on(oracle, () => fetch(f(inputs.map(tensorOfCopy))));
}
