import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Heap } from './heap.ts';

function makeHeap(maximumBytes = 64 * 2 ** 20): Heap {
  return new Heap(new WebAssembly.Memory({ initial: 1, maximum: 65536 }), { maximumBytes });
}

/** Allocate a size, or free the block at this place among those alive. */
const step = fc.oneof(
  fc.record({ allocate: fc.oneof(fc.nat(300), fc.nat(20_000), fc.nat(2_000_000)) }),
  fc.record({ free: fc.nat() }),
);

describe('a heap', () => {
  it('never hands out overlapping blocks, and is one free block when all are given back', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const heap = makeHeap();
        const alive: { pointer: number; bytes: number }[] = [];
        for (const s of steps) {
          if ('allocate' in s) {
            const pointer = heap.allocate(s.allocate);
            if (pointer === 0) continue;
            expect(pointer % 64).toBe(0);
            expect(pointer + s.allocate).toBeLessThanOrEqual(heap.memory.buffer.byteLength);
            alive.push({ pointer, bytes: Math.max(1, s.allocate) });
          } else if (alive.length > 0) {
            const [gone] = alive.splice(s.free % alive.length, 1);
            heap.free(gone?.pointer as number);
          }
        }
        const sorted = [...alive].sort((a, b) => a.pointer - b.pointer);
        for (const [i, { pointer, bytes }] of sorted.entries()) {
          expect(pointer).toBeGreaterThanOrEqual(1024);
          expect(heap.sizeOf(pointer)).toBeGreaterThanOrEqual(bytes);
          expect(pointer + heap.sizeOf(pointer)).toBeLessThanOrEqual(
            sorted[i + 1]?.pointer ?? Number.POSITIVE_INFINITY,
          );
        }
        const { usedBytes, freeBytes, memoryBytes, usedBlocks } = heap.statistics();
        expect(usedBlocks).toBe(alive.length);
        expect(usedBytes + freeBytes).toBe(memoryBytes - 1024);
        for (const { pointer } of alive) heap.free(pointer);
        const { freeBlocks, largestFreeBytes, usedBytes: left } = heap.statistics();
        expect({ freeBlocks, largestFreeBytes, left }).toEqual({
          freeBlocks: 1,
          largestFreeBytes: memoryBytes - 1024,
          left: 0,
        });
      }),
      { numRuns: 200 },
    );
  });

  it('says 0 when there is no room, and has room again after a free', () => {
    const heap = makeHeap(2 ** 20);
    const first = heap.allocate(900_000);
    expect(first).toBeGreaterThan(0);
    expect(heap.allocate(900_000)).toBe(0);
    heap.free(first);
    expect(heap.allocate(900_000)).toBe(first);
  });

  it('fills the memory to its last block', () => {
    const heap = makeHeap(2 ** 20);
    expect(heap.allocate(2 ** 20 - 1024)).toBe(1024);
    expect(heap.statistics()).toMatchObject({ freeBytes: 0, freeBlocks: 0, usedBlocks: 1 });
    expect(heap.allocate(0)).toBe(0);
  });

  it('addresses 4 GiB', () => {
    const heap = makeHeap(2 ** 32);
    const pointers = [1, 2, 3].map(() => heap.allocate(2 ** 30));
    const last = heap.allocate(2 ** 30 - 1024);
    expect(last + 2 ** 30 - 1024).toBe(2 ** 32);
    expect(heap.allocate(1)).toBe(0);
    heap.bytes[2 ** 32 - 1] = 7;
    expect(heap.bytes[last + 2 ** 30 - 1025]).toBe(7);
    for (const pointer of [...pointers, last]) heap.free(pointer);
    expect(heap.statistics().freeBlocks).toBe(1);
  });

  it('refuses to free what is not allocated', () => {
    const heap = makeHeap();
    const pointer = heap.allocate(10);
    heap.free(pointer);
    expect(() => heap.free(pointer)).toThrow(/^internal: free of/);
    expect(() => heap.allocate(-1)).toThrow(/^internal: allocation of -1 bytes/);
  });
});
