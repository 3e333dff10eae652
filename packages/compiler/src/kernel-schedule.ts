/**
 * A list of kernels with what can be read off it: where every buffer is touched, how many bytes of temporaries are alive at each
 * kernel, and what all of it costs. What concerns one kernel alone is remembered, as lists that are compared share most of
 * theirs.
 */
import { type BufferId, bufferBytes, buffersOf, type Kernel, kernelListsOf, mayOverwrite } from '@deft/kernel';
import type { Draft, DraftBuffer, DraftKernel } from './draft.ts';
import { costOf } from './kernel-cost.ts';
import { planMemory } from './memory-plan.ts';
import { renumber } from './renumber.ts';

/** What is known of one kernel. */
export interface KernelFacts {
  readonly reads: readonly BufferId[];
  readonly writes: readonly BufferId[];
  /** What may be written over what, for temporaries. */
  readonly over: readonly (readonly [read: BufferId, written: BufferId])[];
  /** Bytes of temporaries that are known only within it. */
  readonly innerBytes: number;
  /** Its work and its traffic, in operations. */
  readonly cost: number;
}

/** Bytes that are moved in the time of one operation. */
const bytesPerOperation = 4;

/** The buffers that kernels share, and the facts about kernels over them. */
export class ScheduledBuffers {
  readonly list: DraftBuffer[];
  readonly #outputs: ReadonlySet<BufferId>;
  readonly #facts = new WeakMap<Kernel, KernelFacts>();

  constructor(draft: Draft) {
    this.list = [...draft.buffers];
    this.#outputs = new Set(draft.outputs);
  }

  isTemporary(id: BufferId): boolean {
    return this.list[id]?.source === 'kernel' && !this.#outputs.has(id);
  }

  isOutput(id: BufferId): boolean {
    return this.#outputs.has(id);
  }

  bytes(id: BufferId): number {
    return bufferBytes(this.list[id] as DraftBuffer);
  }

  facts(kernel: Kernel): KernelFacts {
    let facts = this.#facts.get(kernel);
    if (facts === undefined) {
      facts = this.#factsOf(kernel);
      this.#facts.set(kernel, facts);
    }
    return facts;
  }

  /** The kernel with temporaries in place of others of the same kind. */
  renumbered(kernel: Kernel, numberOf: (id: BufferId) => BufferId): Kernel {
    const { reads, writes, over, ...same } = this.facts(kernel);
    const moved = renumber(kernel, numberOf);
    this.#facts.set(moved, {
      reads: reads.map(numberOf),
      writes: writes.map(numberOf),
      over: over.map(([read, written]) => [numberOf(read), numberOf(written)]),
      ...same,
    });
    return moved;
  }

  #factsOf(kernel: Kernel): KernelFacts {
    const { reads, writes } = buffersOf(kernel);
    const read = [...new Set(reads)];
    const over = writes
      .filter((id) => this.isTemporary(id))
      .flatMap((written) =>
        read
          .filter((id) => this.isTemporary(id) && mayOverwrite(kernel, id, written, this.list))
          .map((id) => [id, written] as const),
      );
    const touched = new Set([...reads, ...writes]);
    const inside = kernelListsOf(kernel).flat();
    const { arenaBytes } = planMemory(this.list, inside, (id) => this.isTemporary(id) && !touched.has(id));
    const { operations, bytesRead, bytesWritten } = costOf(kernel, { buffers: this.list });
    const cost = operations + (bytesRead + bytesWritten) / bytesPerOperation;
    return { reads: read, writes, over, innerBytes: arenaBytes, cost };
  }
}

/** A list of kernels, seen as a schedule. */
export class KernelSchedule {
  readonly kernels: readonly DraftKernel[];
  /** Of every temporary the places of the kernels that touch it. */
  readonly touches: Map<BufferId, number[]> = new Map<BufferId, number[]>();
  /** Of every kernel the bytes of temporaries that are alive. */
  readonly loads: readonly number[];
  /** The largest load, and how many kernels have it. */
  readonly peak: number;
  readonly peaks: number;
  readonly cost: number;

  constructor(buffers: ScheduledBuffers, kernels: readonly DraftKernel[]) {
    this.kernels = kernels;
    const facts = kernels.map(({ kernel }) => buffers.facts(kernel));
    facts.forEach(({ reads, writes }, i) => {
      for (const id of [...reads, ...writes]) {
        if (!buffers.isTemporary(id)) continue;
        const known = this.touches.get(id);
        if (known === undefined) this.touches.set(id, [i]);
        else if (known.at(-1) !== i) known.push(i);
      }
    });
    const changes = new Array<number>(kernels.length + 1).fill(0);
    for (const [id, at] of this.touches) {
      const [first, last] = [at[0] as number, at.at(-1) as number];
      changes[first] = (changes[first] as number) + buffers.bytes(id);
      changes[last + 1] = (changes[last + 1] as number) - buffers.bytes(id);
    }
    let alive = 0;
    this.loads = facts.map(({ over, innerBytes }, i) => {
      alive += changes[i] as number;
      const used = new Set<BufferId>();
      let shared = 0;
      for (const [read, written] of over) {
        if (this.last(read) !== i || this.first(written) !== i || used.has(read) || used.has(written)) continue;
        used.add(read).add(written);
        shared += buffers.bytes(read);
      }
      return alive + innerBytes - shared;
    });
    this.peak = this.loads.reduce((most, load) => Math.max(most, load), 0);
    this.peaks = this.loads.filter((load) => load === this.peak).length;
    this.cost = facts.reduce((sum, each) => sum + each.cost, 0);
  }

  /** The kernel that writes a temporary. */
  first(id: BufferId): number {
    return this.touches.get(id)?.[0] ?? -1;
  }

  last(id: BufferId): number {
    return this.touches.get(id)?.at(-1) ?? -1;
  }

  /** Whether a temporary was written before a kernel and is touched by it or later. */
  isAlive(id: BufferId, at: number): boolean {
    return this.first(id) < at && this.last(id) >= at;
  }
}
