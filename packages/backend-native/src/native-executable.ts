/** A program compiled to native code, at its sizes: the lists that its function finds, and how it is called. */
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
import type { ProgramData } from './codegen/program-code.ts';
import type { ProgramFunction } from './library.ts';
import type { Memory } from './native-memory.ts';
import type { NativeStorage } from './native-storage.ts';

/** What an executable needs of its backend. */
export interface NativeRuntime {
  readonly backend: Backend;
  readonly library: number;
  allocate(bytes: number): Memory;
  /** The arena, at least so long. */
  arena(bytes: number): number;
  addressOf(array: ArrayBufferView): number;
  storage(dtype: DType, length: number, memory: Memory): NativeStorage;
}

/** A program that can be run. */
export class NativeExecutable implements Executable {
  readonly program: KernelProgram;
  readonly #runtime: NativeRuntime;
  readonly #run: ProgramFunction;
  readonly #addresses: Float64Array;
  readonly #arrays: Float64Array;
  readonly #numbers: Float64Array;
  /** Outputs that are buffers of their own, each once, at its first place among the outputs. */
  readonly #made: readonly {
    readonly id: number;
    readonly position: number;
    readonly dtype: DType;
    readonly length: number;
    readonly bytes: number;
    readonly over: number | undefined;
  }[];
  /** Keeps alive what `#arrays` points to. */
  readonly #data: ProgramData;

  constructor(runtime: NativeRuntime, program: KernelProgram, run: ProgramFunction, data: ProgramData) {
    this.program = program;
    this.#runtime = runtime;
    this.#run = run;
    this.#data = data;
    this.#addresses = new Float64Array(program.buffers.length);
    this.#arrays = Float64Array.from(data.arrays, (array) => runtime.addressOf(array));
    this.#numbers = Float64Array.from(data.numbers);
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
      program.buffers.forEach(({ role, arenaOffset = 0 }, id) => {
        if (role === 'temporary') addresses[id] = start + arenaOffset;
      });
    }
    const outputs = new Array<Storage>(program.outputs.length);
    for (const { id, position, dtype, length, bytes, over } of this.#made) {
      const below = donated && over !== undefined ? this.#inputBelow(over, inputs) : undefined;
      const memory = below?.handOver() ?? runtime.allocate(bytes);
      addresses[id] = memory.address;
      outputs[position] = runtime.storage(dtype, length, memory);
    }
    this.#run(runtime.library, addresses, addresses.length, this.#arrays, this.#data.arrays.length, this.#numbers);
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
