/** The same kernel over buffers, and with functions of the host, of other numbers. */
import type { BufferId, Kernel, Operand, StackSlice } from '@deft/kernel';

const same = (old: number): number => old;

/** Renumbers all buffers of a kernel, those within it too, and the functions that it calls. */
export function renumber(
  kernel: Kernel,
  numberOf: (old: BufferId) => BufferId,
  callOf: (old: number) => number = same,
): Kernel {
  const move = ({ buffer, view }: Operand): Operand => ({ buffer: numberOf(buffer), view });
  const some = (buffer: BufferId | undefined): BufferId | undefined =>
    buffer === undefined ? undefined : numberOf(buffer);
  const slice = ({ stack, place }: StackSlice): StackSlice => ({ stack: numberOf(stack), place: numberOf(place) });
  const all = (kernels: readonly Kernel[]): Kernel[] => kernels.map((each) => renumber(each, numberOf, callOf));
  switch (kernel.form) {
    case 'loop':
      return {
        ...kernel,
        operands: kernel.operands.map(move),
        results: kernel.results.map((result) => ({ ...result, buffer: numberOf(result.buffer) })),
      };
    case 'contract':
      return { ...kernel, left: move(kernel.left), right: move(kernel.right), result: numberOf(kernel.result) };
    case 'scatter':
      return {
        ...kernel,
        operands: kernel.operands.map(move),
        base: some(kernel.base),
        result: numberOf(kernel.result),
      };
    case 'routine':
      return { ...kernel, buffers: kernel.buffers.map(numberOf) };
    case 'sort':
      return { ...kernel, source: numberOf(kernel.source), result: numberOf(kernel.result) };
    case 'repeat':
      return {
        ...kernel,
        count: some(kernel.count),
        taken: some(kernel.taken),
        condition: kernel.condition && {
          kernels: all(kernel.condition.kernels),
          holds: numberOf(kernel.condition.holds),
        },
        carries: kernel.carries.map(({ initial, current, next, spare, result }) => ({
          initial: numberOf(initial),
          current: numberOf(current),
          next: numberOf(next),
          spare: some(spare),
          result: numberOf(result),
        })),
        reads: kernel.reads.map(slice),
        writes: kernel.writes.map(slice),
        body: all(kernel.body),
      };
    case 'branch':
      return {
        ...kernel,
        index: numberOf(kernel.index),
        branches: kernel.branches.map(all),
        results: kernel.results.map(numberOf),
      };
    case 'call':
      return {
        ...kernel,
        call: callOf(kernel.call),
        operands: kernel.operands.map(numberOf),
        results: kernel.results.map(numberOf),
      };
  }
}
