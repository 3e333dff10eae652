/**
 * The immediate executor. An op is looked up by its operands' shapes and dtypes and its attributes; the first time, it
 * is traced into a graph of its own (a composite becomes the ops it is made of), compiled and kept, so that every later
 * call is one lookup and one run. Nothing else distinguishes eager from captured execution: both run compiled programs.
 */
import type { Donation, ProgramExecutor } from '@deft/compiler';
import {
  type AbstractValue,
  type Attributes,
  abstractValue,
  bytesOf,
  type CompiledDerivative,
  type DType,
  dispatch,
  findOperation,
  fromPlanes,
  Interpreter,
  isComplex,
  type NdArray,
  type Operation,
  PlainInterpreter,
  raise,
  runReference,
  type SpanArguments,
  sizeOf,
  span,
  spanOfPromise,
  Tensor,
  type TypedArray,
  toPlanes,
} from '@deft/core';
import type { Backend, Effort, Executable, KernelProgram, SizedCode, Storage } from '@deft/kernel';
import { compileDerivative, type DisposableDerivative } from './compiled-derivatives.ts';
import { ExecutableCache } from './executable-cache.ts';
import { OperationProgram } from './operation-program.ts';
import { SharedExecutables } from './shared-executables.ts';

/** What an eager tensor holds: elements kept by the backend, or the reason why they are gone. */
interface EagerPayload {
  storage: Storage | undefined;
  /** Spelled out only for the error. */
  goneBecause: () => string;
}

/** How many ops and signatures stay compiled. */
const cacheLimit = 4096;
/** How many one-element constants stay uploaded. */
const scalarLimit = 1024;

/** Whether a record is of the registry: an op's own, or the one that stands for it on complex numbers. */
function isRegistered(operation: Operation): boolean {
  const known = findOperation(operation.name);
  return known === operation || known?.complexForm === operation;
}

const disposed = (): string => 'it was disposed of';

/** Executes ops at once on a backend. */
export class EagerInterpreter extends Interpreter implements ProgramExecutor {
  readonly name = 'eager';
  readonly #makeBackend: () => Backend;
  #backend: Backend | undefined;
  readonly #operations = new ExecutableCache<OperationProgram>(cacheLimit, (program) => program.dispose());
  /** An entry without one says that there is none. */
  readonly #derivatives = new ExecutableCache<{ readonly compiled: DisposableDerivative | undefined }>(
    cacheLimit,
    ({ compiled }) => compiled?.dispose(),
  );
  readonly #scalars: Map<string, Storage> = new Map<string, Storage>();
  readonly #executables: SharedExecutables = new SharedExecutables();
  /** Kernels launched since the start, for tests and profiles. */
  kernelCount = 0;

  /** The backend is made on first use. */
  constructor(makeBackend: () => Backend) {
    super();
    this.#makeBackend = makeBackend;
    this.active = true;
  }

  get backend(): Backend {
    this.#backend ??= this.#makeBackend();
    return this.#backend;
  }

  process(operation: Operation, inputs: readonly Tensor[], attributes: Attributes): readonly Tensor[] {
    if (operation.host !== undefined) {
      return span(operation.name, 'op', undefined, () => this.#runOnHost(operation, inputs, attributes));
    }
    const signature = signatureOf(inputs, attributes);
    let compiled = this.#operations.get(operation, signature);
    if (compiled === undefined) {
      // An op that is not in the registry was made for one call (customVjp …): compiling it would never pay.
      if (operation.compose && !isRegistered(operation)) return operation.compose(inputs, attributes);
      compiled = this.#compile(operation, inputs, attributes);
      this.#operations.set(operation, signature, compiled);
    }
    return compiled.run(inputs);
  }

  /** An op that the host computes runs by its reference; its operands are read, which waits for them. */
  #runOnHost(operation: Operation, inputs: readonly Tensor[], attributes: Attributes): readonly Tensor[] {
    const arrays = inputs.map((input): NdArray => {
      const { shape, dtype } = input.abstract;
      return { shape, dtype, data: this.readSync(input) };
    });
    return runReference(operation, arrays, attributes).map((array) => this.constant(array, false));
  }

  #compile(operation: Operation, inputs: readonly Tensor[], attributes: Attributes): OperationProgram {
    const types = inputs.map((input) => input.abstract);
    const results = operation.infer(types, attributes);
    const f = (traced: readonly Tensor[]): readonly Tensor[] => dispatch(operation, traced, attributes);
    return new OperationProgram({ f, inputs: types, results }, { operation, operands: types }, this);
  }

  override derivative(
    operation: Operation,
    inputs: readonly Tensor[],
    attributes: Attributes,
    varies: readonly boolean[],
  ): CompiledDerivative | undefined {
    if (!isRegistered(operation)) return undefined;
    const signature = `${signatureOf(inputs, attributes)}|${varies.join()}`;
    const known = this.#derivatives.get(operation, signature);
    if (known !== undefined) return known.compiled;
    const compiled = compileDerivative(operation, inputs, attributes, varies, this);
    this.#derivatives.set(operation, signature, { compiled });
    return compiled;
  }

  compileProgram(program: KernelProgram, effort: Effort = 'full'): Executable {
    const build = (): Executable => this.backend.compile(program, effort);
    return this.#executables.of(program, effort, () => span('build', 'compile', () => kernelsOf(program), build));
  }

  compileSizes(samples: readonly KernelProgram[]): SizedCode {
    return span('build for all sizes', 'compile', undefined, () => this.backend.compileSizes(samples));
  }

  runExecutable(
    executable: Executable,
    inputs: readonly Tensor[],
    results: readonly AbstractValue[],
    donation?: Donation,
  ): Tensor[] {
    const storages = new Array<Storage>(inputs.length);
    for (let i = 0; i < inputs.length; i++) storages[i] = this.#storageOf(inputs[i] as Tensor);
    const outputs =
      donation === undefined ? executable.run(storages) : this.#runDonating(executable, storages, inputs, donation);
    this.kernelCount += executable.program.kernels.length;
    return outputs.map((storage, i) => this.#tensor(results[i] as AbstractValue, storage));
  }

  #runDonating(
    executable: Executable,
    storages: readonly Storage[],
    inputs: readonly Tensor[],
    { places, reason }: Donation,
  ): Storage[] {
    const giveUp = (which: (place: number) => boolean): void => {
      for (const place of places) {
        const tensor = inputs[place] as Tensor;
        if (tensor.interpreter === this && which(place)) this.#giveUp(tensor, reason);
      }
    };
    try {
      const outputs = executable.run(storages, true);
      giveUp(() => true);
      return outputs;
    } catch (error) {
      giveUp((place) => storages[place]?.released === true);
      throw error;
    }
  }

  lift(tensor: Tensor): Tensor {
    if (tensor.interpreter instanceof PlainInterpreter) return this.constant(tensor.payload as NdArray, false);
    const owner =
      tensor.interpreter instanceof EagerInterpreter ? tensor.interpreter.backend.name : tensor.interpreter.name;
    return raise('E_BACKEND', {
      operands: [tensor.abstract],
      says: `this tensor belongs to backend ${owner}, the current backend is ${this.backend.name}`,
      hint: 'copy it over: tensor(await x.data(), { shape: x.shape, dtype: x.dtype })',
    });
  }

  constant(array: NdArray, weak: boolean): Tensor {
    const type = abstractValue(array.shape, array.dtype, weak);
    if (array.data.length !== 1) return this.#tensor(type, this.#upload(array));
    // A complex number has two in its array, so this is a real one.
    const value = array.data[0] as number;
    const key = `${array.dtype} ${Object.is(value, -0) ? '-0' : value}`;
    let storage = this.#scalars.get(key);
    if (storage === undefined) {
      storage = this.#upload(array);
      if (this.#scalars.size >= scalarLimit) this.#scalars.clear();
      this.#scalars.set(key, storage);
    }
    // The cache is an owner of its own, so that disposing of one tensor leaves the others alone.
    storage.retain();
    return this.#tensor(type, storage);
  }

  override arrayFor(dtype: DType, length: number): TypedArray {
    return this.backend.arrayFor?.(dtype, length) ?? super.arrayFor(dtype, length);
  }

  #upload({ dtype, data }: NdArray): Storage {
    return isComplex(dtype) ? this.backend.upload('float32', toPlanes(data)) : this.backend.upload(dtype, data);
  }

  override async read(tensor: Tensor): Promise<TypedArray> {
    const elements = (): Promise<TypedArray> => this.backend.read(this.#storageOf(tensor));
    return this.#onHost(tensor, await spanOfPromise('data', 'read', () => whatIsRead(tensor), elements));
  }

  override readSync(tensor: Tensor): TypedArray {
    if (!this.backend.canReadSync) {
      raise('E_READ', {
        says: `backend ${this.backend.name} cannot read elements without waiting`,
        hint: 'write await x.data()',
        operands: [tensor.abstract],
      });
    }
    const elements = (): TypedArray => this.backend.readSync(this.#storageOf(tensor));
    return this.#onHost(
      tensor,
      span('dataSync', 'read', () => whatIsRead(tensor), elements),
    );
  }

  #onHost(tensor: Tensor, elements: TypedArray): TypedArray {
    return isComplex(tensor.dtype) ? fromPlanes(elements) : elements;
  }

  override alias(tensor: Tensor): Tensor {
    const storage = this.#storageOf(tensor);
    storage.retain();
    return this.#tensor(tensor.abstract, storage);
  }

  override release(tensor: Tensor): void {
    this.#giveUp(tensor, disposed);
  }

  #giveUp(tensor: Tensor, reason: () => string): void {
    const payload = tensor.payload as EagerPayload;
    if (payload.storage?.released === false) payload.storage.release();
    payload.storage = undefined;
    payload.goneBecause = reason;
  }

  #tensor(type: AbstractValue, storage: Storage): Tensor {
    return new Tensor(type, this, { storage, goneBecause: disposed } satisfies EagerPayload);
  }

  #storageOf(tensor: Tensor): Storage {
    const own = tensor.interpreter === this ? tensor : this.lift(tensor);
    const { storage, goneBecause } = own.payload as EagerPayload;
    if (storage === undefined) {
      raise('E_DISPOSED', {
        operands: [tensor.abstract],
        says: `the elements of this tensor are gone: ${goneBecause()}`,
      });
    }
    return storage;
  }
}

const kernelsOf = ({ kernels }: KernelProgram): SpanArguments => ({ kernels: kernels.length });

const whatIsRead = ({ abstract: { text, shape, dtype } }: Tensor): SpanArguments => ({
  type: text,
  bytes: sizeOf(shape) * bytesOf(dtype),
});

function signatureOf(inputs: readonly Tensor[], attributes: Attributes): string {
  let signature = '';
  for (let i = 0; i < inputs.length; i++) signature += `${(inputs[i] as Tensor).abstract.text};`;
  return signature + attributesText(attributes);
}

/** The attributes as text, told apart by every value; nothing for none, which is what most calls have. */
function attributesText(attributes: Attributes): string {
  for (const _ in attributes) {
    return JSON.stringify(attributes, (_key, value: unknown) =>
      typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
    );
  }
  return '';
}
