/** A program that can be run, at its sizes: where its buffers lie, and how its code is called. */
import { type DType, internal, raise } from '@deft/core';
import {
  type Backend,
  type BufferSpec,
  bufferBytes,
  checkInputs,
  type Executable,
  type KernelProgram,
  type Storage,
} from '@deft/kernel';
import type { Memory } from './native-memory.ts';
import type { NativeStorage } from './native-storage.ts';

/** What an executable needs of its backend. */
export interface NativeRuntime {
  readonly backend: Backend;
  allocate(bytes: number): Memory;
  /** The arena, at least so long. */
  arena(bytes: number): number;
  storage(dtype: DType, length: number, memory: Memory): NativeStorage;
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
  /** Outputs that are buffers of their own, each once, at its first place among the outputs. */
  readonly #made: readonly {
    readonly id: number;
    readonly position: number;
    readonly dtype: DType;
    readonly length: number;
    readonly bytes: number;
    readonly over: number | undefined;
  }[];

  constructor(runtime: NativeRuntime, program: KernelProgram, call: (addresses: Float64Array) => ProgramCall) {
    this.program = program;
    this.#runtime = runtime;
    this.#addresses = new Float64Array(new ArrayBuffer(8 * (program.buffers.length + 1)));
    this.#call = call(this.#addresses);
    for (const { id, address } of this.#call.constants) this.#addresses[id] = address;
    this.#temporaries = program.buffers.flatMap(({ role, arenaOffset = 0 }, id) =>
      role === 'temporary' ? [{ id, offset: arenaOffset }] : [],
    );
    this.#made = program.outputs.flatMap((id, position) => {
      const { role, dtype, length, over } = this.#spec(id);
      if (role !== 'output' || program.outputs.indexOf(id) < position) return [];
      return [{ id, position, dtype, length, bytes: bufferBytes({ dtype, length }), over }];
    });
  }

  #spec(id: number): BufferSpec {
    return this.program.buffers[id] ?? internal(`no buffer ${id}`);
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
    for (const { id, position, dtype, length, bytes, over } of this.#made) {
      const below = donated && over !== undefined ? this.#inputBelow(over, inputs) : undefined;
      const memory = below?.handOver() ?? runtime.allocate(bytes);
      addresses[id] = memory.address;
      outputs[position] = runtime.storage(dtype, length, memory);
    }
    this.#call.run();
    if (this.#made.length < outputs.length) {
      program.outputs.forEach((id, position) => {
        if (outputs[position] === undefined) outputs[position] = this.#passedOn(id, inputs, outputs);
      });
    }
    return outputs;
  }

  /** The input that an output may be written over: one that was given once and that nobody else owns. */
  #inputBelow(over: number, inputs: readonly Storage[]): NativeStorage | undefined {
    const input = inputs[this.program.inputs.indexOf(over)] as NativeStorage | undefined;
    return input?.hasOneOwner && inputs.indexOf(input) === inputs.lastIndexOf(input) ? input : undefined;
  }

  /** An output that is no buffer of its own: one that stands twice, an input or a constant. */
  #passedOn(id: number, inputs: readonly Storage[], outputs: readonly Storage[]): Storage {
    const { program } = this;
    const given = inputs[program.inputs.indexOf(id)] ?? outputs[program.outputs.indexOf(id)];
    if (given !== undefined) {
      given.retain();
      return given;
    }
    const { data, dtype } = this.#spec(id);
    return this.#runtime.backend.upload(dtype, (data ?? internal(`output ${id} is never written`)).slice());
  }

  dispose(): void {}
}
