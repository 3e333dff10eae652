/**
 * Makes a program of a draft: numbers the buffers that are left, says what each is for and places the temporaries.
 */
import { type BufferId, type BufferSpec, buffersOf, type Kernel, type KernelProgram, type Operand } from '@deft/kernel';
import type { Draft, DraftBuffer } from './draft.ts';
import { planMemory } from './memory-plan.ts';

/** The program, and for every buffer why it exists. */
export interface Finished {
  readonly program: KernelProgram;
  readonly reasons: readonly string[];
}

/** The program of a draft. */
export function finishProgram(draft: Draft): Finished {
  const used = new Set<BufferId>([...draft.inputs, ...draft.outputs]);
  for (const { kernel } of draft.kernels) {
    const { reads, writes } = buffersOf(kernel);
    for (const buffer of reads) used.add(buffer);
    for (const buffer of writes) used.add(buffer);
  }
  const numbers = new Map<BufferId, BufferId>();
  draft.buffers.forEach((_, old) => {
    if (used.has(old)) numbers.set(old, numbers.size);
  });
  const numberOf = (old: BufferId): BufferId => numbers.get(old) as BufferId;
  const kept = draft.buffers.filter((_, old) => used.has(old));
  const kernels = draft.kernels.map(({ kernel }) => renumber(kernel, numberOf));
  const outputs = draft.outputs.map(numberOf);
  const results = new Set(outputs);
  const plan = planMemory(kept, kernels, (id) => kept[id]?.source === 'kernel' && !results.has(id));
  return {
    program: {
      buffers: kept.map((buffer, id) => specOf(buffer, plan.offsets.get(id))),
      inputs: draft.inputs.map(numberOf),
      outputs,
      kernels,
      arenaBytes: plan.arenaBytes,
    },
    reasons: kept.map((buffer) => buffer.reason),
  };
}

function specOf({ dtype, length, source, array }: DraftBuffer, arenaOffset: number | undefined): BufferSpec {
  if (source === 'input') return { dtype, length, role: 'input' };
  if (array) return { dtype, length, role: 'constant', data: array.data };
  return arenaOffset === undefined
    ? { dtype, length, role: 'output' }
    : { dtype, length, role: 'temporary', arenaOffset };
}

function renumber(kernel: Kernel, numberOf: (old: BufferId) => BufferId): Kernel {
  const move = ({ buffer, view }: Operand): Operand => ({ buffer: numberOf(buffer), view });
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
        base: kernel.base === undefined ? undefined : numberOf(kernel.base),
        result: numberOf(kernel.result),
      };
    case 'routine':
      return { ...kernel, buffers: kernel.buffers.map(numberOf) };
    case 'sort':
      return { ...kernel, source: numberOf(kernel.source), result: numberOf(kernel.result) };
  }
}
