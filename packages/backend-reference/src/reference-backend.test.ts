import {
  type Backend,
  binaryExpression,
  contiguousView,
  type KernelProgram,
  loadExpression,
  type Storage,
} from '@deft/kernel';
import { checkHostCallCases, checkHostCalls } from '@deft/test-utils';
import { describe, expect, it } from 'vitest';
import { ReferenceBackend, referenceBackend } from './reference-backend.ts';

const load = loadExpression('float32', 0);
/** Doubles its input; gives the double, the input, and the double again. */
const doubling: KernelProgram = {
  buffers: [
    { dtype: 'float32', length: 3, role: 'input' },
    { dtype: 'float32', length: 3, role: 'output' },
  ],
  inputs: [0],
  outputs: [1, 0, 1],
  kernels: [
    {
      form: 'loop',
      space: [3],
      reduced: [],
      operands: [{ buffer: 0, view: contiguousView([3]) }],
      reductions: [],
      results: [{ buffer: 1, value: binaryExpression('add', load, load) }],
    },
  ],
  arenaBytes: 0,
};

describe('the reference backend', () => {
  it('runs programs, passing inputs through and sharing repeated outputs', () => {
    const backend = new ReferenceBackend();
    const input = backend.upload('float32', new Float32Array([1, 2, 3]));
    const [doubled, same, again] = backend.compile(doubling).run([input]) as [Storage, Storage, Storage];
    expect(backend.readSync(doubled)).toEqual(new Float32Array([2, 4, 6]));
    expect(same).toBe(input);
    expect(again).toBe(doubled);
    expect(backend.memory()).toMatchObject({ residentBytes: 24, storages: 2 });
    // The input has two owners now.
    input.release();
    expect(input.released).toBe(false);
    input.release();
    expect(input.released).toBe(true);
    expect(backend.memory()).toMatchObject({ residentBytes: 12, storages: 1 });
    expect(() => backend.readSync(input)).toThrow('E_DISPOSED');
    expect(() => backend.compile(doubling).run([input])).toThrow('E_DISPOSED');
    expect(() => input.release()).toThrow('internal:');
  });

  it('calls the host, which may run programs, dispose of what is in use, and fail', () => {
    const backend = new ReferenceBackend();
    checkHostCallCases(backend, (program) => backend.compile(program));
    checkHostCalls(backend, { runs: 100 });
  });

  it('reads copies', async () => {
    const backend = referenceBackend();
    expect(referenceBackend()).toBe(backend);
    const storage = backend.upload('int32', new Int32Array([1, 2]));
    (await backend.read(storage)).fill(0);
    expect(backend.readSync(storage)).toEqual(new Int32Array([1, 2]));
    storage.release();
  });

  it('refuses storages of another backend', () => {
    const backend: Backend = new ReferenceBackend();
    const foreign = new ReferenceBackend().upload('float32', new Float32Array(3));
    expect(() => backend.compile(doubling).run([foreign])).toThrow('E_BACKEND');
    expect(() => backend.readSync(foreign)).toThrow('E_BACKEND');
  });

  it('refuses inputs of another dtype or length', () => {
    const backend = new ReferenceBackend();
    expect(() => backend.compile(doubling).run([backend.upload('float32', new Float32Array(4))])).toThrow('internal:');
    expect(() => backend.compile(doubling).run([backend.upload('int32', new Int32Array(3))])).toThrow('internal:');
    expect(() => backend.compile(doubling).run([])).toThrow('internal:');
  });
});
