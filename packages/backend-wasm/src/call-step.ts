/** How a program calls the host: operands are copied out of the memory, results into it. */
import { fromStored, type TypedArray, toStored } from '@deft/core';
import { type BufferSpec, bufferBytes, type CallKernel, callHost, type HostFunction } from '@deft/kernel';
import type { Step } from './control-steps.ts';
import type { Heap } from './heap.ts';

/**
 * A call kernel as a step. `outside` calls what it is given in a way that runs which begin meanwhile do not disturb this one; the
 * addresses are this run's again afterwards.
 */
export function callStep(
  { operands, results }: CallKernel,
  host: HostFunction,
  buffers: readonly BufferSpec[],
  heap: Heap,
  outside: (call: () => readonly TypedArray[]) => readonly TypedArray[],
): Step {
  const partsOf = (ids: readonly number[]) =>
    ids.map((id) => ({ id, bytes: bufferBytes(buffers[id] as BufferSpec), ...(buffers[id] as BufferSpec) }));
  const [read, written] = [partsOf(operands), partsOf(results)];
  return (pointers) => {
    const copies = read.map(({ id, dtype, bytes }) => {
      const copy = new Uint8Array(bytes);
      const start = pointers[id] as number;
      copy.set(heap.bytes.subarray(start, start + bytes));
      return fromStored(dtype, copy);
    });
    const given = outside(() => callHost(host, copies, written));
    for (let i = 0; i < written.length; i++) {
      const { id, dtype } = written[i] as (typeof written)[0];
      const { buffer, byteOffset, byteLength } = toStored(dtype, given[i] as TypedArray);
      heap.bytes.set(new Uint8Array(buffer, byteOffset, byteLength), pointers[id] as number);
    }
  };
}
