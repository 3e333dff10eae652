import { describe, expect, it } from 'vitest';
import { WasmBackend, wasmUnavailableBecause } from './index.ts';

describe.skipIf(wasmUnavailableBecause() !== undefined)('arrays to fill', () => {
  const filled = (array: Float32Array, from: number): Float32Array => array.map((_, i) => from + i);
  const length = 10_000;

  it('are used again when their elements were moved into the memory, and never before', () => {
    const backend = new WasmBackend({ threads: 1 });
    expect(backend.arrayFor('float32', 10)).toBeUndefined();
    expect(backend.arrayFor('bool', length)).toBeUndefined();
    const first = backend.arrayFor('float32', length) as Float32Array;
    first.set(filled(first, 1));
    const storage = backend.upload('float32', first);
    const second = backend.arrayFor('float32', length) as Float32Array;
    expect(second.buffer).not.toBe(first.buffer);
    storage.release();
    expect(backend.arrayFor('float32', length)?.buffer).not.toBe(first.buffer);
  });

  it('never come from users', () => {
    const backend = new WasmBackend({ threads: 1 });
    const own = new Float32Array(length).fill(7);
    const storage = backend.upload('float32', own);
    expect(backend.readSync(storage)).toEqual(own);
    expect(backend.arrayFor('float32', length)?.buffer).not.toBe(own.buffer);
  });
});
