/**
 * Orders kernels so that less memory is in use at once: a kernel that gives back more than it takes (the update of a weight, which
 * is the last to read its gradient) runs as soon as what it reads is there, and where it may write over a donated input, after the
 * others that read it. The others keep their order, in which producers stand near to their consumers.
 */
import { type BufferId, bufferBytes, buffersOf, mayOverwrite } from '@deft/kernel';
import type { Draft, DraftKernel } from './draft.ts';
import { orderResults } from './order-results.ts';

/** A kernel that waits for its turn. */
interface Waiting {
  readonly kernel: DraftKernel;
  readonly reads: readonly BufferId[];
  readonly writes: readonly BufferId[];
  /** Buffers that are yet to be written. */
  readonly awaited: Set<BufferId>;
  /** Inputs that it may write over once nobody else reads them. */
  readonly over: readonly BufferId[];
}

/** The draft with its kernels in another order. */
export function schedule(draft: Draft): Draft {
  const kept = new Set<BufferId>([...draft.inputs, ...draft.outputs]);
  const written = new Set(draft.kernels.flatMap(({ kernel }) => buffersOf(kernel).writes));
  /** What a buffer takes while it is in use; what others give or keep is not this draft's to save. */
  const bytes = (id: BufferId): number => {
    const buffer = draft.buffers[id];
    return buffer === undefined || kept.has(id) || !written.has(id) ? 0 : bufferBytes(buffer);
  };
  const readers = new Map<BufferId, Set<Waiting>>();
  const waiting = new Set<Waiting>();
  const donated = draft.donated ?? [];
  for (const kernel of draft.kernels) {
    const { reads, writes } = buffersOf(kernel.kernel);
    const ordered = orderResults(kernel.kernel);
    const over = donated.filter((input) => writes.some((id) => mayOverwrite(ordered, input, id, draft.buffers)));
    const entry: Waiting = { kernel, reads: [...new Set(reads)], writes, awaited: new Set<BufferId>(), over };
    for (const id of entry.reads) {
      if (written.has(id)) entry.awaited.add(id);
      readers.set(id, (readers.get(id) ?? new Set<Waiting>()).add(entry));
    }
    waiting.add(entry);
  }
  /** Bytes that are in use after a kernel and were not before it. */
  const taken = ({ reads, writes }: Waiting): number =>
    writes.reduce((sum, id) => sum + bytes(id), 0) -
    reads.reduce((sum, id) => sum + (readers.get(id)?.size === 1 ? bytes(id) : 0), 0);

  /** Those that may be worth running now: they have waited for a result, or are the last readers of a value. */
  const touchedBy = (entry: Waiting): Waiting[] => {
    const touched: Waiting[] = [];
    for (const id of entry.writes) {
      for (const reader of readers.get(id) ?? []) {
        reader.awaited.delete(id);
        touched.push(reader);
      }
    }
    for (const id of entry.reads) {
      const left = readers.get(id);
      left?.delete(entry);
      if (left?.size === 1) touched.push(...left);
    }
    return touched;
  };

  const kernels: DraftKernel[] = [];
  for (const first of waiting) {
    const open = [first];
    for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
      const isReady = entry.awaited.size === 0 && entry.over.every((id) => readers.get(id)?.size === 1);
      const isWorthIt = entry === first || (isReady && taken(entry) < 0);
      if (!waiting.has(entry) || !isWorthIt) continue;
      waiting.delete(entry);
      kernels.push(entry.kernel);
      open.push(...touchedBy(entry).reverse());
    }
  }
  return { ...draft, kernels };
}
