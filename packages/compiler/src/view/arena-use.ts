/**
 * The arena over the time of a run: when every temporary is there, and how many bytes are in use at every moment. A moment is what a
 * program touches at one time (`touchesOf`): a kernel, or the beginning or end of one that holds others.
 */
import { type BufferId, type BufferSpec, bufferBytes, type KernelProgram, type Touch, touchesOf } from '@deft/kernel';

/** When a temporary is in the arena, from the first to the last moment that touches it. */
export interface Life {
  readonly buffer: BufferId;
  readonly offset: number;
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
  /** It is written over one that is read last in its first moment. */
  readonly isOver: boolean;
  /** One is written over it in its last moment. */
  readonly isUnder: boolean;
}

/** How a program uses its arena. */
export interface ArenaUse {
  readonly moments: readonly Touch[];
  readonly lives: readonly Life[];
  /** Bytes in use at every moment. */
  readonly loads: readonly number[];
  /** The first moment at which the most bytes are in use. */
  readonly peak: number;
}

/** The bytes of the arena that are covered by at least one of the lives. */
function coveredBytes(lives: readonly Life[]): number {
  const byOffset = [...lives].sort((a, b) => a.offset - b.offset);
  let covered = 0;
  let end = 0;
  for (const { offset, bytes } of byOffset) {
    covered += Math.max(0, offset + bytes - Math.max(offset, end));
    end = Math.max(end, offset + bytes);
  }
  return covered;
}

/** How the arena is used. */
export function arenaUse({ buffers, kernels }: KernelProgram): ArenaUse {
  const moments = touchesOf(kernels);
  const spans = new Map<BufferId, { first: number; last: number }>();
  moments.forEach((moment, at) => {
    for (const id of moment.buffers) {
      const known = spans.get(id);
      if (known === undefined) spans.set(id, { first: at, last: at });
      else known.last = at;
    }
  });
  const temporaries = [...spans].flatMap(([buffer, life]) => {
    const spec = buffers[buffer] as BufferSpec;
    if (spec.role !== 'temporary') return [];
    return [{ buffer, offset: spec.arenaOffset ?? 0, bytes: bufferBytes(spec), ...life }];
  });
  // Two share memory and a moment only where the one is written over the other.
  const begins = new Set(temporaries.map(({ offset, first }) => `${offset} ${first}`));
  const ends = new Set(
    temporaries.filter(({ first, last }) => last > first).map(({ offset, last }) => `${offset} ${last}`),
  );
  const lives = temporaries.map((one): Life => {
    const { offset, first, last } = one;
    return {
      ...one,
      isOver: ends.has(`${offset} ${first}`),
      isUnder: last > first && begins.has(`${offset} ${last}`),
    };
  });
  const loads = moments.map((_, at) => coveredBytes(lives.filter(({ first, last }) => first <= at && at <= last)));
  return { moments, lives, loads, peak: Math.max(0, loads.indexOf(loads.reduce((a, b) => Math.max(a, b), 0))) };
}
