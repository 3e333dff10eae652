/**
 * Removes results that nothing reads, and kernels that have none left.
 */
import { type BufferId, buffersOf } from '@deft/kernel';
import type { Draft, DraftKernel } from './draft.ts';

/** The draft without them. */
export function dropUnread(draft: Draft): Draft {
  const read = new Set<BufferId>(draft.outputs);
  const kernels: DraftKernel[] = [];
  for (let i = draft.kernels.length - 1; i >= 0; i--) {
    const { kernel, ...rest } = draft.kernels[i] as DraftKernel;
    if (!buffersOf(kernel).writes.some((buffer) => read.has(buffer))) continue;
    const kept =
      kernel.form === 'loop' ? { ...kernel, results: kernel.results.filter((r) => read.has(r.buffer)) } : kernel;
    for (const buffer of buffersOf(kept).reads) read.add(buffer);
    kernels.push({ ...rest, kernel: kept });
  }
  return { ...draft, kernels: kernels.reverse() };
}
