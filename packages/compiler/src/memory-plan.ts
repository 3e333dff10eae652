/**
 * Places a program's temporaries in one arena. A temporary lives from the kernel that writes it to the last kernel that reads
 * it; one that is written over what its kernel reads last has the same memory as that, and they form a block. Blocks are placed
 * from the largest to the smallest, each at the lowest offset where no block lies that lives at the same time: large ones
 * fix the layout, small ones fill its gaps.
 */
import {
  type BufferId,
  type BufferSpec,
  bufferBytes,
  type Kernel,
  type KernelProgram,
  mayOverwrite,
  touchesOf,
} from '@deft/kernel';

/** Buffers start at multiples of this many bytes: a cache line, and any vector's width. */
const alignment = 64;

/** Where temporaries lie. */
export interface MemoryPlan {
  /** Bytes from the start of the arena, per temporary. */
  readonly offsets: ReadonlyMap<BufferId, number>;
  readonly arenaBytes: number;
}

/** Memory of one temporary after the other, of equal size. */
interface Block {
  readonly bytes: number;
  /** Positions among the program's touches. */
  readonly first: number;
  last: number;
  readonly buffers: BufferId[];
}

interface PlacedBlock extends Block {
  readonly offset: number;
}

/** Puts temporaries that are written one over the other into blocks. */
function blocksOf(
  buffers: readonly Pick<BufferSpec, 'dtype' | 'length'>[],
  kernels: readonly Kernel[],
  isTemporary: (buffer: BufferId) => boolean,
): Block[] {
  const touches = touchesOf(kernels);
  const lastTouch = new Map<BufferId, number>();
  touches.forEach((touch, position) => {
    for (const buffer of touch.buffers) lastTouch.set(buffer, position);
  });
  const blocks = new Map<BufferId, Block>();
  touches.forEach((touch, position) => {
    const appearing = touch.buffers.filter((buffer) => isTemporary(buffer) && !blocks.has(buffer));
    const leaving = touch.buffers.filter((buffer) => blocks.has(buffer) && lastTouch.get(buffer) === position);
    for (const buffer of appearing) {
      const last = lastTouch.get(buffer) as number;
      const below = leaving.findIndex((read) => mayOverwrite(touch.kernel, read, buffer, buffers));
      if (below >= 0) {
        const [read] = leaving.splice(below, 1) as [BufferId];
        const block = blocks.get(read) as Block;
        block.last = last;
        block.buffers.push(buffer);
        blocks.set(buffer, block);
        continue;
      }
      const bytes = Math.ceil(bufferBytes(buffers[buffer] as BufferSpec) / alignment) * alignment;
      blocks.set(buffer, { bytes, first: position, last, buffers: [buffer] });
    }
  });
  return [...new Set(blocks.values())];
}

/** Places the buffers for which `isTemporary` holds. */
export function planMemory(
  buffers: readonly Pick<BufferSpec, 'dtype' | 'length'>[],
  kernels: readonly Kernel[],
  isTemporary: (buffer: BufferId) => boolean,
): MemoryPlan {
  /** By offset. */
  const placed: PlacedBlock[] = [];
  const offsets = new Map<BufferId, number>();
  let arenaBytes = 0;
  const largestFirst = blocksOf(buffers, kernels, isTemporary).sort((a, b) => b.bytes - a.bytes || a.first - b.first);
  for (const block of largestFirst) {
    let offset = 0;
    for (const other of placed) {
      if (other.last < block.first || block.last < other.first) continue;
      if (other.offset >= offset + block.bytes) break;
      offset = Math.max(offset, other.offset + other.bytes);
    }
    const behind = placed.findIndex((other) => other.offset > offset);
    placed.splice(behind < 0 ? placed.length : behind, 0, { ...block, offset });
    for (const buffer of block.buffers) offsets.set(buffer, offset);
    arenaBytes = Math.max(arenaBytes, offset + block.bytes);
  }
  return { offsets, arenaBytes };
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
