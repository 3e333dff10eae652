/** Reads the bits of elements as elements of another dtype of the same size. */
import { bytesOf, type DType, fromStored, internal, type TypedArray, toStored } from '@deft/core';

/** A copy of a host array that holds the same bits, as backends store them, in another dtype. */
export function reinterpretElements(data: TypedArray, from: DType, to: DType): TypedArray {
  if (bytesOf(from) !== bytesOf(to)) internal(`bitcast of ${from} to ${to}`);
  const stored = toStored(from, data);
  const bytes = new Uint8Array(stored.buffer as ArrayBuffer, stored.byteOffset, stored.byteLength).slice();
  return fromStored(to, bytes);
}
