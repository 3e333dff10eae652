/** Where the outputs of a run lie: in new memory, or in that of an input which the caller gives up. */
import type { DType } from '@deft/core';
import { type BufferSpec, bufferBytes, type KernelProgram, type Storage } from '@deft/kernel';
import type { WasmStorage } from './wasm-storage.ts';

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
export function inputBelow({ over }: MadeBuffer, inputs: readonly Storage[]): WasmStorage | undefined {
  const input = over === undefined ? undefined : (inputs[over] as WasmStorage);
  return input?.hasOneOwner && inputs.indexOf(input) === inputs.lastIndexOf(input) ? input : undefined;
}
