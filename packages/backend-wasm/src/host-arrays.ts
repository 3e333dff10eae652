/**
 * Host arrays that are filled, moved into wasm memory and filled again: batches of training come in one size after another, and
 * fresh memory costs the system more time than copying. Only arrays that were given out here come back; those of users are theirs.
 */
import { bytesOf, type DType, fromStored, type TypedArray } from '@deft/core';

/** Smaller ones are made anew: the engine does that in no time. */
const leastBytes = 16_384;
/** Arrays of one size that wait, and bytes of all that wait. */
const [mostWaiting, mostWaitingBytes] = [4, 2 ** 26];

/** Gives host arrays out, again where they came back. */
export class HostArrays {
  readonly #given = new WeakSet<ArrayBuffer>();
  readonly #waiting = new Map<number, ArrayBuffer[]>();
  #waitingBytes = 0;

  /** An array with whatever is in it; nothing where it would be small, or its elements are stored in another way. */
  take(dtype: DType, length: number): TypedArray | undefined {
    const bytes = length * bytesOf(dtype);
    if (bytes < leastBytes || (dtype !== 'float32' && dtype !== 'float64' && dtype !== 'int32' && dtype !== 'uint32')) {
      return undefined;
    }
    const known = this.#waiting.get(bytes)?.pop();
    if (known !== undefined) this.#waitingBytes -= bytes;
    const buffer = known ?? new ArrayBuffer(bytes);
    this.#given.add(buffer);
    return fromStored(dtype, new Uint8Array(buffer));
  }

  /** Takes bytes back whose content lies elsewhere now, if they were given out here. */
  giveBack({ buffer, byteLength }: Uint8Array<ArrayBuffer>): void {
    if (!this.#given.delete(buffer) || this.#waitingBytes + byteLength > mostWaitingBytes) return;
    const waiting = this.#waiting.get(byteLength) ?? [];
    if (waiting.length >= mostWaiting) return;
    waiting.push(buffer);
    this.#waiting.set(byteLength, waiting);
    this.#waitingBytes += byteLength;
  }
}
