/**
 * Places a program's temporaries in one arena: a temporary lives from the kernel that writes it to the last kernel that
 * reads it, and takes the smallest free gap that holds it.
 */
import {
  type BufferId,
  type BufferSpec,
  bufferBytes,
  type Kernel,
  type KernelProgram,
  touchedBuffers,
} from '@deft/kernel';

/** Buffers start at multiples of this many bytes: a cache line, and any vector's width. */
const alignment = 64;

/** Where temporaries lie. */
export interface MemoryPlan {
  /** Bytes from the start of the arena, per temporary. */
  readonly offsets: ReadonlyMap<BufferId, number>;
  readonly arenaBytes: number;
}

interface Gap {
  offset: number;
  bytes: number;
}

class Arena {
  /** Free places below `end`, by offset; no two touch. */
  readonly #gaps: Gap[] = [];
  end = 0;

  take(bytes: number): number {
    let best = -1;
    for (let i = 0; i < this.#gaps.length; i++) {
      const size = (this.#gaps[i] as Gap).bytes;
      if (size >= bytes && (best < 0 || size < (this.#gaps[best] as Gap).bytes)) best = i;
    }
    if (best >= 0) {
      const gap = this.#gaps[best] as Gap;
      const { offset } = gap;
      gap.offset += bytes;
      gap.bytes -= bytes;
      if (gap.bytes === 0) this.#gaps.splice(best, 1);
      return offset;
    }
    // A gap at the very end grows into what is needed.
    const last = this.#gaps.at(-1);
    if (last && last.offset + last.bytes === this.end) {
      this.#gaps.pop();
      this.end = last.offset + bytes;
      return last.offset;
    }
    const offset = this.end;
    this.end += bytes;
    return offset;
  }

  give(offset: number, bytes: number): void {
    if (bytes === 0) return;
    let i = this.#gaps.findIndex((gap) => gap.offset > offset);
    if (i < 0) i = this.#gaps.length;
    this.#gaps.splice(i, 0, { offset, bytes });
    const next = this.#gaps[i + 1];
    const gap = this.#gaps[i] as Gap;
    if (next && gap.offset + gap.bytes === next.offset) {
      gap.bytes += next.bytes;
      this.#gaps.splice(i + 1, 1);
    }
    const previous = this.#gaps[i - 1];
    if (previous && previous.offset + previous.bytes === gap.offset) {
      previous.bytes += gap.bytes;
      this.#gaps.splice(i, 1);
    }
  }
}

/** Places the buffers for which `isTemporary` holds. */
export function planMemory(
  buffers: readonly Pick<BufferSpec, 'dtype' | 'length'>[],
  kernels: readonly Kernel[],
  isTemporary: (buffer: BufferId) => boolean,
): MemoryPlan {
  const events = touchedBuffers(kernels);
  const lastUse = new Map<BufferId, number>();
  events.forEach((touched, position) => {
    for (const buffer of touched) lastUse.set(buffer, position);
  });
  const arena = new Arena();
  const offsets = new Map<BufferId, number>();
  const bytesFor = (buffer: BufferId): number => {
    return Math.ceil(bufferBytes(buffers[buffer] as BufferSpec) / alignment) * alignment;
  };
  events.forEach((touched, position) => {
    for (const buffer of touched) {
      if (isTemporary(buffer) && !offsets.has(buffer)) offsets.set(buffer, arena.take(bytesFor(buffer)));
    }
    for (const buffer of touched) {
      const offset = offsets.get(buffer);
      if (offset !== undefined && lastUse.get(buffer) === position) arena.give(offset, bytesFor(buffer));
    }
  });
  return { offsets, arenaBytes: arena.end };
}

/** A program whose temporaries have no places yet. */
export function withoutPlaces(program: KernelProgram): KernelProgram {
  const buffers = program.buffers.map((spec) => (spec.role === 'temporary' ? { ...spec, arenaOffset: 0 } : spec));
  return { ...program, buffers, arenaBytes: 0 };
}

/** A program with places for its temporaries. */
export function withPlaces(program: KernelProgram): KernelProgram {
  const { buffers, kernels } = program;
  const { offsets, arenaBytes } = planMemory(buffers, kernels, (id) => buffers[id]?.role === 'temporary');
  const placed = buffers.map((spec, id) => {
    const arenaOffset = offsets.get(id);
    return arenaOffset === undefined ? spec : { ...spec, arenaOffset };
  });
  return { ...program, buffers: placed, arenaBytes };
}
