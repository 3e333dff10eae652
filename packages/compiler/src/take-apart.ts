/**
 * Takes a compiled program apart for measuring: the program that keeps every result of its kernels, and each kernel as a
 * program of its own. Fed with what the former kept, the latter do exactly what they do in the whole.
 */
import { type BufferId, type BufferSpec, buffersOf, type KernelProgram } from '@deft/kernel';
import type { Draft, DraftBuffer } from './draft.ts';
import { finishProgram } from './finish-program.ts';

/** A program, and which buffers of the whole its inputs and outputs are. */
export interface ProgramPart {
  readonly program: KernelProgram;
  readonly inputs: readonly BufferId[];
  readonly outputs: readonly BufferId[];
}

function draftBuffer(spec: BufferSpec): DraftBuffer {
  const { dtype, length, role } = spec;
  const plain = { dtype, length, reason: '' };
  if (spec.data) return { ...plain, source: 'constant', array: { shape: [length], dtype, data: spec.data } };
  return { ...plain, source: role === 'input' || role === 'place' ? role : 'kernel' };
}

const callsOf = ({ calls }: KernelProgram): Pick<Draft, 'calls'> => (calls === undefined ? {} : { calls });

function part(draft: Draft): ProgramPart {
  return { program: finishProgram(draft).program, inputs: draft.inputs, outputs: draft.outputs };
}

/** The program with the results of all its kernels as outputs. */
export function keepingAll(program: KernelProgram): ProgramPart {
  const outputs = new Set(program.kernels.flatMap((kernel) => buffersOf(kernel).writes));
  return part({
    buffers: program.buffers.map(draftBuffer),
    kernels: program.kernels.map((kernel) => ({ kernel, ops: [], epoch: 0, apart: [] })),
    inputs: program.inputs,
    outputs: [...outputs],
    ...callsOf(program),
  });
}

/** One kernel: its inputs are what it reads, but for constants, its outputs what it writes. */
export function kernelAlone(program: KernelProgram, index: number): ProgramPart {
  const kernel = program.kernels[index];
  if (kernel === undefined) return part({ buffers: [], kernels: [], inputs: [], outputs: [] });
  const { reads, writes } = buffersOf(kernel);
  const inputs = [...new Set(reads)].filter((id) => program.buffers[id]?.role !== 'constant');
  const buffers = program.buffers.map((spec, id): DraftBuffer => {
    const buffer = draftBuffer(spec);
    return inputs.includes(id) ? { ...buffer, source: 'input' } : buffer;
  });
  const kernels = [{ kernel, ops: [], epoch: 0, apart: [] }];
  return part({ buffers, kernels, inputs, outputs: [...new Set(writes)], ...callsOf(program) });
}
