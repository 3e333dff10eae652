import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cell } from './cells.ts';
import { CellStore } from './cells.ts';
import { Heap } from './heap.ts';

function makeStore(softLimitBytes?: number, maximumBytes = 2 ** 32): { heap: Heap; cells: CellStore } {
  const heap = new Heap(new WebAssembly.Memory({ initial: 1, maximum: 65536 }), { maximumBytes });
  return { heap, cells: new CellStore(heap, softLimitBytes === undefined ? {} : { softLimitBytes }) };
}

const step = fc.oneof(
  fc.record({ kind: fc.constantFrom('create', 'fromHost'), bytes: fc.uint8Array({ maxLength: 300 }) }),
  fc.record({ kind: fc.constantFrom('use', 'release', 'donate', 'pin', 'unpin'), which: fc.nat() }),
  fc.record({ kind: fc.constant('evictAll') }),
);

describe('a store of cells', () => {
  it('keeps every byte through eviction, return, donation and release of others', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), fc.constantFrom(2000, 20_000, undefined), (steps, limit) => {
        const { heap, cells } = makeStore(limit);
        const alive: { cell: Cell; bytes: Uint8Array; pins: number; pointer: number }[] = [];
        for (const s of steps) {
          if ('bytes' in s) {
            const bytes = Uint8Array.from(s.bytes);
            const cell = s.kind === 'create' ? cells.create(bytes.length) : cells.fromHost(bytes.slice());
            if (s.kind === 'create') heap.bytes.set(bytes, cells.makeResident(cell));
            alive.push({ cell, bytes, pins: 0, pointer: 0 });
          } else if (!('which' in s)) cells.evictAll();
          else if (alive.length > 0) {
            const entry = alive[s.which % alive.length] as (typeof alive)[number];
            if (s.kind === 'use') cells.makeResident(entry.cell);
            else if (s.kind === 'pin') {
              entry.pointer = cells.pin(entry.cell);
              entry.pins++;
            } else if (s.kind === 'unpin' && entry.pins > 0) {
              cells.unpin(entry.cell);
              entry.pins--;
            } else if (entry.pins === 0 && s.kind === 'donate') {
              const given = entry.cell;
              entry.cell = cells.donate(given);
              expect(given.released).toBe(true);
            } else if (entry.pins === 0 && s.kind === 'release') {
              cells.release(entry.cell);
              alive.splice(alive.indexOf(entry), 1);
            }
          }
          for (const { cell, bytes, pins, pointer } of alive) {
            expect(cells.read(cell)).toEqual(bytes);
            if (pins > 0) expect(cells.makeResident(cell)).toBe(pointer);
          }
        }
        const live = new Set(alive.flatMap(({ cell }) => (cell.resident && cell.content ? [cell.content] : [])));
        expect(cells.statistics()).toMatchObject({
          residentCells: live.size,
          residentBytes: [...live].reduce((sum, { byteLength }) => sum + byteLength, 0),
        });
        for (const { cell, pins } of alive) {
          for (let i = 0; i < pins; i++) cells.unpin(cell);
          cells.release(cell);
        }
        expect(heap.statistics().usedBlocks).toBe(0);
      }),
    );
  });

  it('keeps small cells apart, aligned, dozens to a block of the heap, and gives the block back with the last of them', () => {
    const { heap, cells } = makeStore();
    const small = Array.from({ length: 64 }, (_, i) => cells.create(i + 1));
    const places = small.map((cell) => cells.makeResident(cell));
    expect(new Set(places).size).toBe(64);
    for (const place of places) expect(place % 64).toBe(0);
    expect(heap.statistics().usedBlocks).toBe(1);
    for (const cell of small) cells.release(cell);
    expect(heap.statistics().usedBlocks).toBe(0);
  });

  it('raises its limit when live data does not fit, instead of copying for ever', () => {
    const { cells } = makeStore(2 ** 20);
    const live = Array.from({ length: 64 }, () => cells.create(2 ** 16)); // 4 MB alive
    for (let round = 0; round < 50; round++) for (const cell of live) cells.makeResident(cell);
    expect(cells.statistics().softLimitBytes).toBeGreaterThan(4 * 2 ** 20);
    expect(cells.statistics().softLimitBytes).toBeLessThanOrEqual(16 * 2 ** 20);
    expect(cells.statistics().evictions).toBeLessThan(20);
  });

  it('raises its limit for pinned cells', () => {
    const { cells } = makeStore(2 ** 20);
    const pinned = Array.from({ length: 64 }, () => cells.create(2 ** 16));
    for (const cell of pinned) cells.pin(cell);
    const { evictions } = cells.statistics();
    for (let i = 0; i < 10; i++) cells.release(cells.create(2 ** 16));
    expect(cells.statistics().evictions).toBeLessThanOrEqual(evictions + 1);
  });

  it('evicts before it says that memory ran out', () => {
    const { cells } = makeStore(undefined, 2 ** 20);
    const first = cells.create(700_000);
    const second = cells.create(700_000);
    expect([first.resident, second.resident]).toEqual([false, true]);
    cells.pin(second);
    expect(() => cells.makeResident(first)).toThrow(/700000 bytes.*\[E_MEMORY\]/s);
    cells.unpin(second);
    expect(cells.makeResident(first)).toBeGreaterThan(0);
    cells.release(first);
    expect(() => cells.read(first)).toThrow(/E_DISPOSED/);
  });

  it('keeps its limit when a request cannot be met', () => {
    const { cells } = makeStore(2 ** 16, 2 ** 20);
    const { softLimitBytes } = cells.statistics();
    expect(() => cells.create(2 ** 30)).toThrow(/E_MEMORY/);
    expect(cells.statistics().softLimitBytes).toBe(softLimitBytes);
  });
});

describe('nothing to free', () => {
  const rss = (): number => process.memoryUsage().rss / 2 ** 20;

  /** Allocates `count` cells in one synchronous loop, writes every byte as a kernel would, and keeps none. */
  function loop(cells: CellStore, heap: Heap, count: number, byteLength: number): number {
    let peak = 0;
    for (let i = 0; i < count; i++) {
      const pointer = cells.makeResident(cells.create(byteLength));
      heap.bytes.fill(i, pointer, pointer + byteLength);
      if (i % 64 === 0 && (byteLength > 10_000 || i % 4096 === 0)) peak = Math.max(peak, rss());
    }
    return peak;
  }

  it.each([
    [20_000, 2 ** 20],
    [1_000_000, 1024],
    [500_000, 32],
  ])('%i dropped cells of %i bytes in one synchronous loop stay under 1 GB of resident memory', (count, byteLength) => {
    const { heap, cells } = makeStore();
    const peak = loop(cells, heap, count, byteLength);
    console.info(`${count} x ${byteLength} bytes: peak ${peak.toFixed(0)} MB resident`, cells.statistics());
    expect(peak).toBeLessThan(1024);
  });

  it('a chain that keeps its last cell and some parameters alive stays as bounded, and right', () => {
    const { heap, cells } = makeStore(32 * 2 ** 20);
    const parameters = Array.from({ length: 8 }, (_, i) => cells.fromHost(new Uint8Array(2 ** 19).fill(i)));
    let last = cells.create(2 ** 20);
    for (let i = 0; i < 500; i++) {
      const parameter = parameters[i % 8] as Cell;
      const source = cells.pin(parameter);
      cells.pin(last);
      const next = cells.create(2 ** 20);
      const pointer = cells.makeResident(next);
      heap.bytes.copyWithin(pointer, source, source + parameter.byteLength);
      cells.unpin(parameter);
      cells.unpin(last);
      last = next;
      expect(heap.bytes[pointer + 1000]).toBe(i % 8);
    }
    expect(cells.statistics().evictions).toBeGreaterThan(3);
    expect(cells.statistics().softLimitBytes).toBe(32 * 2 ** 20);
  });

  it('finalisers free the memory of collected cells once the event loop turns', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const { heap, cells } = makeStore();
    const kept = cells.create(100);
    (() => {
      for (let i = 0; i < 2000; i++) cells.create(100_000);
    })();
    for (let turn = 0; turn < 20 && heap.statistics().usedBlocks > 10; turn++) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(heap.statistics().usedBlocks).toBeLessThanOrEqual(10);
    expect(kept.resident).toBe(true);
  });
});
