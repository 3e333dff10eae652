import { bytesOf, type DType } from '@deft/core';
import {
  binaryExpression,
  buffersOf,
  castExpression,
  constantExpression,
  contiguousView,
  type Expression,
  type LoopKernel,
  loadExpression,
  mayOverwrite,
  type Operand,
} from '@deft/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DraftBuffer } from './draft.ts';
import { planMemory } from './memory-plan.ts';

/** How a kernel reads buffers: in order, as far as its own elements go, or from the end. */
type Order = 'forward' | 'backward';

/** Kernel `i` writes buffer `i` and reads some earlier ones. */
function kernelsOf(
  buffers: readonly DraftBuffer[],
  reads: readonly (readonly number[])[],
  order: Order = 'forward',
): LoopKernel[] {
  return reads.map((list, i) => {
    const { length, dtype } = buffers[i] as DraftBuffer;
    const operands = list
      .filter((buffer) => buffer < i)
      .map((buffer): Operand => {
        const view = contiguousView([length]);
        const last = (buffers[buffer] as DraftBuffer).length - 1;
        if (last + 1 < length) return { buffer, view: { ...view, strides: [0] } };
        return { buffer, view: order === 'forward' ? view : { ...view, offset: last, strides: [-1] } };
      });
    const value = operands.reduce<Expression>(
      (sum, { buffer }, k) =>
        binaryExpression(
          'max',
          sum,
          castExpression(loadExpression((buffers[buffer] as DraftBuffer).dtype, k), 'float64'),
        ),
      constantExpression('float64', 0),
    );
    const results = [{ buffer: i, value: castExpression(value, dtype) }];
    return { form: 'loop', space: [length], reduced: [], operands, reductions: [], results };
  });
}

const chainOf = (count: number): { buffers: DraftBuffer[]; reads: number[][] } => ({
  buffers: Array.from(
    { length: count },
    (): DraftBuffer => ({ dtype: 'float32', length: 1000, source: 'kernel', reason: '' }),
  ),
  reads: Array.from({ length: count }, (_, i) => (i === 0 ? [] : [i - 1])),
});

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
        const kernels = kernelsOf(
          buffers,
          entries.map((entry) => entry.reads),
        );
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
            const kernel = kernels[b.first] as LoopKernel;
            if (a.last === b.first && a.start === b.start && mayOverwrite(kernel, a.id, b.id, buffers)) continue;
            expect(a.end <= b.start || b.end <= a.start).toBe(true);
          }
        }
      }),
    );
  });

  it('a chain of temporaries needs room for one where each is written over the last, else for two', () => {
    const { buffers, reads } = chainOf(20);
    const bytes = (order: Order): number =>
      planMemory(buffers, kernelsOf(buffers, reads, order), () => true).arenaBytes;
    expect(bytes('forward')).toBe(4032);
    expect(bytes('backward')).toBe(2 * 4032);
  });

  it('memory that was taken over belongs to the last owner as long as that lives', () => {
    const { buffers } = chainOf(4);
    const { offsets, arenaBytes } = planMemory(buffers, kernelsOf(buffers, [[], [0], [], [1, 2]]), () => true);
    expect(offsets.get(1)).toBe(offsets.get(0));
    expect(offsets.get(2)).not.toBe(offsets.get(0));
    expect(arenaBytes).toBe(2 * 4032);
  });

  it('small buffers fill the gaps between large ones', () => {
    const lengths = [100, 1000, 100, 1000, 100];
    const buffers = lengths.map((length): DraftBuffer => ({ dtype: 'float32', length, source: 'kernel', reason: '' }));
    const reads = [[], [0], [1], [2], [3]];
    const { arenaBytes } = planMemory(buffers, kernelsOf(buffers, reads, 'backward'), () => true);
    expect(arenaBytes).toBe(4032 + 448);
  });
});
