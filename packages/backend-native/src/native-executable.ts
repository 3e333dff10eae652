/** A program that can be run, at its sizes: where its buffers lie, and how its code is called. */
import { type DType, fromStored, raise, type TypedArray, toStored } from '@deft/core';
import {
  type Backend,
  type BufferSpec,
  bufferBytes,
  type CallKernel,
  callHost,
  callsWithin,
  checkInputs,
  type Executable,
  hostFunctionOf,
  inputBelow,
  type KernelProgram,
  type MadeBuffer,
  madeBuffers,
  passOn,
  type Storage,
} from '@deft/kernel';
import { hostCallAddress, runCalling } from './host-calls.ts';
import type { Library } from './library.ts';
import type { Memory } from './native-memory.ts';
import type { NativeStorage } from './native-storage.ts';

/** What an executable needs of its backend. */
export interface NativeRuntime {
  readonly backend: Backend;
  allocate(bytes: number): Memory;
  /** The arena, at least so long. */
  arena(bytes: number): number;
  storage(dtype: DType, length: number, memory: Memory): NativeStorage;
  /** Calls the host in the midst of a run: what runs meanwhile has an arena of its own. */
  outside<T>(call: () => T): T;
  readonly library: Pick<Library, 'fetch' | 'store'>;
}

/** The code of a program. */
export interface ProgramCall {
  /** Runs it over the buffers at the addresses, one for each of the program's. */
  run(): void;
  /** What the code points to, kept alive with it. */
  readonly holds: readonly unknown[];
  /** Addresses that are the same in every run: of the constants that the code finds there. */
  readonly constants: readonly { readonly id: number; readonly address: number }[];
}

/** A program that can be run. */
export class NativeExecutable implements Executable {
  readonly program: KernelProgram;
  readonly #runtime: NativeRuntime;
  readonly #call: ProgramCall;
  /** In memory that does not move, because code may keep its address. */
  readonly #addresses: Float64Array;
  readonly #temporaries: readonly { readonly id: number; readonly offset: number }[];
  /** Where the arena was in the last run. */
  #arena = -1;
  readonly #made: readonly MadeBuffer[];
  /** Its calls of the host, by the numbers that code has for them. */
  readonly #calls: readonly CallKernel[];

  constructor(runtime: NativeRuntime, program: KernelProgram, call: (addresses: Float64Array) => ProgramCall) {
    this.program = program;
    this.#runtime = runtime;
    this.#addresses = new Float64Array(new ArrayBuffer(8 * (program.buffers.length + 1)));
    this.#call = call(this.#addresses);
    for (const { id, address } of this.#call.constants) this.#addresses[id] = address;
    this.#temporaries = program.buffers.flatMap(({ role, arenaOffset = 0 }, id) =>
      role === 'temporary' ? [{ id, offset: arenaOffset }] : [],
    );
    this.#made = madeBuffers(program);
    this.#calls = program.calls === undefined ? [] : callsWithin(program.kernels);
    if (this.#calls.length > 0) this.#addresses[program.buffers.length] = hostCallAddress();
  }

  run(inputs: readonly Storage[], donated = false): Storage[] {
    const { program } = this;
    const runtime = this.#runtime;
    checkInputs(program, runtime.backend, inputs);
    const addresses = this.#addresses;
    for (let i = 0; i < inputs.length; i++) {
      const { memory } = inputs[i] as NativeStorage;
      if (memory === undefined) raise('E_DISPOSED', { says: 'a storage was used after it was given back' });
      addresses[program.inputs[i] as number] = memory.address;
    }
    if (program.arenaBytes > 0) {
      const start = runtime.arena(program.arenaBytes);
      if (start !== this.#arena) for (const { id, offset } of this.#temporaries) addresses[id] = start + offset;
      this.#arena = start;
    }
    const outputs = new Array<Storage>(program.outputs.length);
    // What may fail comes first: a run that fails takes no input.
    const taken = donated ? this.#made.map((output) => inputBelow<NativeStorage>(output, inputs)) : [];
    const fresh = new Array<Memory | undefined>(this.#made.length);
    for (let i = 0; i < fresh.length; i++) {
      if (taken[i] === undefined) fresh[i] = runtime.allocate((this.#made[i] as MadeBuffer).byteLength);
    }
    for (let i = 0; i < fresh.length; i++) {
      const { id, dtype, length, position } = this.#made[i] as MadeBuffer;
      const memory = fresh[i] ?? (taken[i] as NativeStorage).handOver();
      addresses[id] = memory.address;
      outputs[position] = runtime.storage(dtype, length, memory);
    }
    if (this.#calls.length > 0) this.#runHolding(inputs, outputs);
    else {
      this.#call.run();
      this.#passOn(inputs, outputs);
    }
    return outputs;
  }

  #passOn(inputs: readonly Storage[], outputs: Storage[]): void {
    if (this.#made.length < outputs.length) passOn(this.program, this.#runtime.backend, inputs, outputs);
  }

  /**
   * Runs a program that calls the host, which may dispose of inputs meanwhile. Whatever C has an address of is held by this frame
   * or by what runs, because the collector, too, may be at work.
   */
  #runHolding(inputs: readonly Storage[], outputs: Storage[]): void {
    const held = inputs.filter((input) => !input.released);
    for (const input of held) input.retain();
    let hasEnded = false;
    try {
      const doCall = (call: number, table: number): void => this.#callHost(this.#calls[call] as CallKernel, table);
      runCalling(() => this.#call.run(), doCall, 2 * this.#addresses.length);
      this.#passOn(inputs, outputs);
      hasEnded = true;
    } finally {
      if (!hasEnded) for (const output of outputs) (output as Storage | undefined)?.release();
      for (const input of held) input.release();
    }
  }

  #callHost(kernel: CallKernel, table: number): void {
    const { buffers, calls } = this.program;
    const { library } = this.#runtime;
    const specOf = (id: number): BufferSpec => buffers[id] as BufferSpec;
    const operands = kernel.operands.map((id) => {
      const copy = new Uint8Array(bufferBytes(specOf(id)));
      if (copy.length > 0) library.fetch(copy, table, id, copy.length);
      return fromStored(specOf(id).dtype, copy);
    });
    const host = hostFunctionOf(calls, kernel);
    const results = this.#runtime.outside(() => callHost(host, operands, kernel.results.map(specOf)));
    kernel.results.forEach((id, i) => {
      const stored = toStored(specOf(id).dtype, results[i] as TypedArray);
      const bytes = new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
      if (bytes.length > 0) library.store(bytes, table, id, bytes.length);
    });
  }

  dispose(): void {}
}
