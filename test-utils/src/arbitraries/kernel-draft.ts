/** A random kernel program while it is being made. */
import type { DType } from '@deft/core';
import type { BufferId, BufferSpec, HostFunction, Kernel } from '@deft/kernel';
import type { Tape } from './tape.ts';

/** A program while it is being made. */
export interface Draft {
  readonly tape: Tape;
  readonly dtypes: readonly DType[];
  readonly transcendental: boolean;
  readonly buffers: BufferSpec[];
  readonly kernels: Kernel[];
  /** Functions of the host that kernels call. */
  readonly calls: HostFunction[];
  /** Buffers that later kernels may read. */
  readonly readable: BufferId[];
  /** Whether its kernels stand within another one, where nothing is an output. */
  readonly isInside: boolean;
}

export function addBuffer(draft: Draft, spec: BufferSpec): BufferId {
  draft.buffers.push(spec);
  return draft.buffers.length - 1;
}

/** A buffer for a result. One that is read later may be a temporary. */
export function addResult(draft: Draft, dtype: DType, length: number, readable: boolean): BufferId {
  const role = draft.isInside || (readable && draft.tape.once(2)) ? 'temporary' : 'output';
  return addBuffer(draft, { dtype, length, role });
}

/** A buffer of the draft. */
export const spec = (draft: Draft, id: BufferId): BufferSpec => draft.buffers[id] as BufferSpec;
