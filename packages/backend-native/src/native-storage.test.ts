import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contiguousView, type KernelProgram, loadExpression } from '@deft/kernel';
import { describe, expect, it } from 'vitest';
import { NativeBackend, nativeUnavailableBecause } from './index.ts';

const copyOf = (length: number): KernelProgram => ({
  buffers: [
    { dtype: 'float32', length, role: 'input', donated: true },
    { dtype: 'float32', length, role: 'output', over: 0 },
  ],
  inputs: [0],
  outputs: [1, 0, 1],
  kernels: [
    {
      form: 'loop',
      space: [length],
      reduced: [],
      operands: [{ buffer: 0, view: contiguousView([length]) }],
      reductions: [],
      results: [{ buffer: 1, value: loadExpression('float32', 0) }],
    },
  ],
  arenaBytes: 0,
});

describe.skipIf(nativeUnavailableBecause() !== undefined)('storages of the native backend', () => {
  const cacheFolder = mkdtempSync(join(tmpdir(), 'deft-native-'));
  const newBackend = (): NativeBackend => new NativeBackend({ cacheFolder });

  it('are filled in place where the backend gives the array, and lie in memory that was given back', () => {
    const backend = newBackend();
    expect(backend.arrayFor('float32', 3)).toBeUndefined();
    expect(backend.arrayFor('float16', 5000)).toBeUndefined();
    const fill = (array: Float32Array, from: number): Float32Array => array.map((_, i) => from + i);
    const first = backend.arrayFor('float32', 5000) as Float32Array;
    first.set(fill(first, 1));
    const storage = backend.upload('float32', first);
    expect(backend.readSync(storage)).toEqual(fill(new Float32Array(5000), 1));
    storage.release();
    const second = backend.arrayFor('float32', 5000) as Float32Array;
    expect(second.buffer).toBe(first.buffer);
    // Memory that is in use is given to nobody else.
    const other = backend.arrayFor('float32', 5000) as Float32Array;
    expect(other.buffer).not.toBe(second.buffer);
  });

  it.each([3, 5000])(
    'keep what was uploaded, with one more owner where an output is an input or stands twice: %i',
    (length) => {
      const backend = newBackend();
      const elements = Float32Array.from({ length }, (_, i) => i);
      const input = backend.upload('float32', elements.slice());
      const [first, passed, again] = backend.compile(copyOf(length)).run([input]);
      expect([passed === input, again === first]).toEqual([true, true]);
      input.release();
      first?.release();
      expect(backend.readSync(input)).toEqual(elements);
      expect(backend.readSync(again as never)).toEqual(elements);
      again?.release();
      input.release();
      expect([first?.released, input.released]).toEqual([true, true]);
      expect(() => backend.readSync(input)).toThrow('E_DISPOSED');
      expect(() => input.retain()).toThrow('E_DISPOSED');
    },
  );

  it('are written over where they are donated and nobody else has them', () => {
    const backend = newBackend();
    const program: KernelProgram = { ...copyOf(5000), outputs: [1] };
    const executable = backend.compile(program);
    const upload = () => backend.upload('float32', new Float32Array(5000).fill(2));
    const [kept, shared, given] = [upload(), upload(), upload()];
    executable.run([kept]);
    shared.retain();
    executable.run([shared], true);
    const [result] = executable.run([given], true);
    expect([kept.released, shared.released, given.released]).toEqual([false, false, true]);
    expect(backend.readSync(result as never)[4999]).toBe(2);
  });

  it('hold the same memory step after step, and of another backend are refused', () => {
    const backend = newBackend();
    const executable = backend.compile({ ...copyOf(5000), outputs: [1] });
    let state = backend.upload('float32', new Float32Array(5000));
    const held = new Set<number>();
    for (let i = 0; i < 20; i++) {
      [state] = executable.run([state], true) as [typeof state];
      held.add(backend.memory().residentBytes);
    }
    expect(held).toEqual(new Set([20_000]));
    expect(() => newBackend().compile(copyOf(5000)).run([state])).toThrow('E_BACKEND');
    expect(() => executable.run([backend.upload('float32', new Float32Array(4))])).toThrow('internal:');
  });
});
