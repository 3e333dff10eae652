import { bytesOf, type DType } from '@deft/core';
import { buffersOf, type Kernel } from '@deft/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DraftBuffer } from './draft.ts';
import { planMemory } from './memory-plan.ts';

/** Kernel `i` writes buffer `i` and reads some earlier ones; only reads and writes matter here. */
function kernelsOf(reads: readonly (readonly number[])[]): Kernel[] {
  return reads.map((list, i) => ({
    form: 'loop',
    space: [],
    reduced: [],
    operands: list
      .filter((buffer) => buffer < i)
      .map((buffer) => ({ buffer, view: { shape: [], offset: 0, strides: [], guards: [], fill: 0 } })),
    reductions: [],
    results: [{ buffer: i, value: { kind: 'constant', dtype: 'float32', value: 0 } }],
  }));
}

const programs = fc.array(
  fc.record({
    reads: fc.array(fc.nat(30), { maxLength: 4 }),
    length: fc.oneof(fc.nat(100), fc.constantFrom(0, 1, 16, 17, 4096)),
    dtype: fc.constantFrom<DType>('float32', 'float64', 'bool'),
    temporary: fc.boolean(),
  }),
  { minLength: 1, maxLength: 30 },
);

describe('memory plan', () => {
  it('buffers that are alive at the same time do not overlap, and all lie in the arena, aligned', () => {
    fc.assert(
      fc.property(programs, (entries) => {
        const buffers: DraftBuffer[] = entries.map(({ length, dtype }) => ({
          dtype,
          length,
          source: 'kernel',
          reason: '',
        }));
        const kernels = kernelsOf(entries.map((entry) => entry.reads));
        const { offsets, arenaBytes } = planMemory(buffers, kernels, (id) => entries[id]?.temporary === true);
        const places = entries.map(({ length, dtype }, id) => {
          const last = kernels.findLastIndex((kernel) => buffersOf(kernel).reads.includes(id));
          const start = offsets.get(id);
          return { id, first: id, last: Math.max(id, last), start, end: (start ?? 0) + length * bytesOf(dtype) };
        });
        for (const a of places) {
          expect(a.start !== undefined).toBe(entries[a.id]?.temporary);
          if (a.start === undefined) continue;
          expect(a.start % 64).toBe(0);
          expect(a.end).toBeLessThanOrEqual(arenaBytes);
          for (const b of places) {
            if (b.start === undefined || b.id <= a.id || a.last < b.first || b.last < a.first) continue;
            if (a.start === a.end || b.start === b.end) continue;
            expect(a.end <= b.start || b.end <= a.start).toBe(true);
          }
        }
      }),
    );
  });

  it('a chain of temporaries needs room for two of them', () => {
    const buffers = Array.from(
      { length: 20 },
      (): DraftBuffer => ({ dtype: 'float32', length: 1000, source: 'kernel', reason: '' }),
    );
    const { arenaBytes } = planMemory(
      buffers,
      kernelsOf(buffers.map((_, i) => [i - 1].filter((n) => n >= 0))),
      () => true,
    );
    expect(arenaBytes).toBe(2 * 4032);
  });
});
