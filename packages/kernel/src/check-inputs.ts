/**
 * What an executable checks before it runs: the storages it is given are its backend's, as many and such as its program states. A
 * kernel reads memory by the lengths of its program, so nothing may run before this.
 */
import { type DType, internal, raise } from '@deft/core';
import type { Backend, Storage } from './backend.ts';
import type { KernelProgram } from './kernel.ts';

const describe = (dtype: DType, length: number): string => `${length} elements of ${dtype}`;

/** Throws unless the inputs can be given to the program on the backend: `E_BACKEND` for a storage of another backend. */
export const checkInputs = (program: KernelProgram, backend: Backend, inputs: readonly Storage[]): void => {
  if (inputs.length !== program.inputs.length)
    internal(`a program of ${program.inputs.length} inputs got ${inputs.length}`);
  for (let i = 0; i < inputs.length; i++) {
    const storage = inputs[i] as Storage;
    if (storage.backend !== backend) {
      raise('E_BACKEND', {
        says: `a buffer of backend ${storage.backend.name} was given to a program of ${backend.name}`,
      });
    }
    const id = program.inputs[i] as number;
    const { dtype, length } = program.buffers[id] ?? internal(`no buffer ${id}`);
    if (storage.dtype !== dtype || storage.length !== length) {
      internal(
        `input ${i} is ${describe(storage.dtype, storage.length)}, the program takes ${describe(dtype, length)}`,
      );
    }
  }
};
