/** Where the outputs of a run lie: in new memory, or in that of an input which the caller gives up. */
import { type DType, internal } from '@deft/core';
import type { Backend, Storage } from './backend.ts';
import type { CountedStorage } from './counted-storage.ts';
import { type BufferSpec, bufferBytes, type KernelProgram } from './kernel.ts';

/** An output that every run makes anew. */
export interface MadeBuffer {
  readonly id: number;
  /** Place among the outputs. */
  readonly position: number;
  readonly dtype: DType;
  readonly length: number;
  readonly byteLength: number;
  /** Place among the inputs of the one whose memory it may take. */
  readonly over: number | undefined;
}

/** Outputs that are buffers of their own, each once, at its first place among the outputs. */
export function madeBuffers({ buffers, inputs, outputs }: KernelProgram): MadeBuffer[] {
  return outputs.flatMap((id, position) => {
    const { role, dtype, length, over } = buffers[id] as BufferSpec;
    if (role !== 'output' || outputs.indexOf(id) < position) return [];
    const place = over === undefined ? undefined : inputs.indexOf(over);
    return [{ id, position, dtype, length, byteLength: bufferBytes({ dtype, length }), over: place }];
  });
}

/** The input that the output may be written over: one that was given once and that nobody else owns. */
export function inputBelow<S extends CountedStorage>({ over }: MadeBuffer, inputs: readonly Storage[]): S | undefined {
  const input = over === undefined ? undefined : (inputs[over] as S);
  return input?.hasOneOwner && inputs.indexOf(input) === inputs.lastIndexOf(input) ? input : undefined;
}

/** Fills in the outputs that are no buffer of their own: one that stands twice, an input or a constant. Each gets another owner. */
export function passOn(
  { buffers, inputs: inputIds, outputs: outputIds }: KernelProgram,
  backend: Backend,
  inputs: readonly Storage[],
  outputs: Storage[],
): void {
  outputIds.forEach((id, position) => {
    if (outputs[position] !== undefined) return;
    const given = inputs[inputIds.indexOf(id)] ?? outputs[outputIds.indexOf(id)];
    given?.retain();
    outputs[position] = given ?? uploaded(backend, buffers[id], id);
  });
}

function uploaded(backend: Backend, spec: BufferSpec | undefined, id: number): Storage {
  if (spec?.data === undefined) return internal(`output ${id} is never written`);
  return backend.upload(spec.dtype, spec.data.slice());
}
