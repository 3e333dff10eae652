/**
 * Makes a program of a draft: numbers the buffers that are left, says what each is for and places the temporaries.
 */
import { internal } from '@deft/core';
import type { GraphValue } from '@deft/graph';
import type { BufferId, BufferSpec, KernelProgram } from '@deft/kernel';
import { withDonations } from './donated-memory.ts';
import type { Draft, DraftBuffer } from './draft.ts';
import { planMemory } from './memory-plan.ts';
import { orderResults } from './order-results.ts';
import { renumber } from './renumber.ts';

/** The program, and for every buffer why it exists. */
export interface Finished {
  readonly program: KernelProgram;
  readonly reasons: readonly string[];
  /** For every buffer the value that it holds, where the graph has it. */
  readonly values: readonly (GraphValue | undefined)[];
}

/** The program of a draft. */
export function finishProgram(draft: Draft): Finished {
  const used = new Set<BufferId>([...draft.inputs, ...draft.outputs]);
  const use = (buffer: BufferId): BufferId => {
    used.add(buffer);
    return buffer;
  };
  const calls = new Map<number, number>();
  const call = (old: number): number => {
    const known = calls.get(old) ?? calls.size;
    calls.set(old, known);
    return known;
  };
  for (const { kernel } of draft.kernels) renumber(kernel, use, call);
  const numbers = new Map<BufferId, BufferId>();
  draft.buffers.forEach((_, old) => {
    if (used.has(old)) numbers.set(old, numbers.size);
  });
  const numberOf = (old: BufferId): BufferId => numbers.get(old) as BufferId;
  const kept = draft.buffers.filter((_, old) => used.has(old));
  const kernels = draft.kernels.map(({ kernel }) => orderResults(renumber(kernel, numberOf, call)));
  const outputs = draft.outputs.map(numberOf);
  const results = new Set(outputs);
  const plan = planMemory(kept, kernels, (id) => kept[id]?.source === 'kernel' && !results.has(id));
  const inputs = draft.inputs.map(numberOf);
  const given = new Set(draft.donated?.map(numberOf));
  const program: KernelProgram = {
    buffers: kept.map((buffer, id) => specOf(buffer, plan.offsets.get(id), given.has(id))),
    inputs,
    outputs,
    kernels,
    arenaBytes: plan.arenaBytes,
    ...(calls.size === 0 ? {} : { calls: [...calls.keys()].map((old) => draft.calls?.[old] ?? missing(old)) }),
  };
  return {
    program: withDonations(program),
    reasons: kept.map((buffer) => buffer.reason),
    values: kept.map((buffer) => buffer.value),
  };
}

const missing = (call: number): never => internal(`a draft without function ${call}`);

function specOf(
  { dtype, length, source, array }: DraftBuffer,
  arenaOffset: number | undefined,
  donated: boolean,
): BufferSpec {
  if (source === 'input') return { dtype, length, role: 'input', ...(donated ? { donated } : {}) };
  if (source === 'place') return { dtype, length, role: 'place' };
  if (array) return { dtype, length, role: 'constant', data: array.data };
  return arenaOffset === undefined
    ? { dtype, length, role: 'output' }
    : { dtype, length, role: 'temporary', arenaOffset };
}
