/**
 * The backend that runs programs with the kernel interpreter on host arrays. It verifies every program it compiles, so
 * it is the strictest backend as well as the slowest.
 */
import { type DType, internal, raise, type TypedArray } from '@deft/core';
import {
  type Backend,
  bufferBytes,
  type Executable,
  interpretProgram,
  type KernelProgram,
  type MemoryReport,
  type SizedCode,
  type Storage,
  verifyProgram,
} from '@deft/kernel';

class ReferenceStorage implements Storage {
  readonly backend: ReferenceBackend;
  readonly dtype: DType;
  readonly length: number;
  /** Let go when released, so that the collector may take it. */
  #array: TypedArray | undefined;
  #owners = 1;

  constructor(backend: ReferenceBackend, dtype: DType, array: TypedArray) {
    this.backend = backend;
    this.dtype = dtype;
    this.length = array.length;
    this.#array = array;
  }

  get released(): boolean {
    return this.#array === undefined;
  }

  /** The elements. Throws `E_DISPOSED` when they were given back. */
  get array(): TypedArray {
    return this.#array ?? raise('E_DISPOSED', { says: 'the elements of this tensor were given back' });
  }

  retain(): void {
    if (this.#array === undefined) internal('a released storage was retained');
    this.#owners++;
  }

  release(): void {
    if (this.#array === undefined) internal('a storage was released more often than it has owners');
    if (--this.#owners > 0) return;
    this.#array = undefined;
    this.backend.forget(this);
  }
}

class ReferenceExecutable implements Executable {
  readonly program: KernelProgram;
  readonly #backend: ReferenceBackend;

  constructor(backend: ReferenceBackend, program: KernelProgram) {
    verifyProgram(program);
    this.#backend = backend;
    this.program = program;
  }

  run(inputs: readonly Storage[]): Storage[] {
    const owned = inputs.map((input) => this.#backend.own(input));
    const arrays = owned.map((storage) => storage.array);
    // A call of the host may dispose of inputs.
    const held = this.program.calls === undefined ? [] : owned;
    for (const storage of held) storage.retain();
    try {
      return this.#outputs(owned, interpretProgram(this.program, arrays));
    } finally {
      for (const storage of held) storage.release();
    }
  }

  #outputs(owned: readonly ReferenceStorage[], results: readonly TypedArray[]): Storage[] {
    // Buffers are told apart by id, not by array: one storage may be given for two inputs.
    const made = new Map<number, ReferenceStorage>();
    return this.program.outputs.map((id, i) => {
      const position = this.program.inputs.indexOf(id);
      const known = position < 0 ? made.get(id) : owned[position];
      if (known) {
        known.retain();
        return known;
      }
      const dtype = this.program.buffers[id]?.dtype ?? internal(`there is no buffer ${id}`);
      const storage = this.#backend.keep(dtype, results[i] as TypedArray);
      made.set(id, storage);
      return storage;
    });
  }

  dispose(): void {}
}

/**
 * Runs kernels by interpreting them.
 *
 * @example
 * ```ts
 * import { ReferenceBackend } from '@deft/backend-reference';
 * const backend = new ReferenceBackend();
 * const storage = backend.upload('float32', new Float32Array([1, 2, 3]));
 * console.log(Array.from(backend.readSync(storage))); // [1, 2, 3]
 * ```
 */
export class ReferenceBackend implements Backend {
  readonly name = 'reference';
  readonly threads = 1;
  readonly canReadSync: boolean = true;
  #bytes = 0;
  #count = 0;
  /**
   * Takes storages that were collected off the report. Weak references would not do: one that is made or read keeps its
   * target alive until the running job ends, so a long synchronous loop would hold everything it made.
   */
  readonly #collected = new FinalizationRegistry<number>((bytes) => this.#uncount(bytes));

  upload(dtype: DType, data: TypedArray): Storage {
    return this.keep(dtype, data);
  }

  /** A copy of the elements. Throws `E_BACKEND` for another backend's storage, `E_DISPOSED` for a released one. */
  async read(storage: Storage): Promise<TypedArray> {
    return this.readSync(storage);
  }

  /** A copy of the elements. Throws `E_BACKEND` for another backend's storage, `E_DISPOSED` for a released one. */
  readSync(storage: Storage): TypedArray {
    return this.own(storage).array.slice();
  }

  compile(program: KernelProgram): Executable {
    return new ReferenceExecutable(this, program);
  }

  /** Programs are interpreted, so there is no code to share. */
  compileSizes(): SizedCode {
    return { at: (program) => this.compile(program), dispose: () => {} };
  }

  memory(): MemoryReport {
    return { residentBytes: this.#bytes, evictedBytes: 0, reservedBytes: this.#bytes, storages: this.#count };
  }

  /** @internal A storage for an array. */
  keep(dtype: DType, array: TypedArray): ReferenceStorage {
    const storage = new ReferenceStorage(this, dtype, array);
    const bytes = bufferBytes(storage);
    this.#bytes += bytes;
    this.#count++;
    this.#collected.register(storage, bytes, storage);
    return storage;
  }

  /** @internal Called when a storage has no owner any more. */
  forget(storage: ReferenceStorage): void {
    this.#collected.unregister(storage);
    this.#uncount(bufferBytes(storage));
  }

  #uncount(bytes: number): void {
    this.#bytes -= bytes;
    this.#count--;
  }

  /** @internal The storage as one of this backend's. */
  own(storage: Storage): ReferenceStorage {
    if (storage instanceof ReferenceStorage && storage.backend === this) return storage;
    return raise('E_BACKEND', {
      expected: `a tensor of backend ${this.name}`,
      found: `one of backend ${storage.backend.name}`,
      hint: 'read the elements with await x.data() and make a new tensor of them',
    });
  }
}

let shared: ReferenceBackend | undefined;

/** The one reference backend of this realm, made on first use. */
export function referenceBackend(): ReferenceBackend {
  shared ??= new ReferenceBackend();
  return shared;
}
