/**
 * Memory for elements: `ArrayBuffer`s, which the collector takes back by itself. Small ones lie side by side in shared buffers, because
 * making a buffer takes longer than computing a few elements; one that is alive keeps at most its shared buffer alive. Large
 * ones that are given back are used again.
 */

import { Buffer } from 'node:buffer';
import { raise } from '@deft/core';

/** A stretch of a buffer, and where it lies. Buffers never move. */
export interface Memory {
  readonly buffer: ArrayBuffer;
  readonly offset: number;
  readonly bytes: number;
  readonly address: number;
}

/** Up to so many bytes lie in shared buffers, … */
const mostSmall = 512;
/** … of this many. */
const sharedBytes = 32_768;
/** Every stretch begins at a multiple of this. */
const alignment = 64;
/** Given-back memory of one size that waits for its next use, and of all sizes together. */
const [mostWaiting, mostWaitingBytes] = [8, 2 ** 28];

/** A buffer of its own with whatever is in it: every element of a result is written, so filling it with zeros first would be for nothing. */
function uninitialised(bytes: number): ArrayBuffer {
  try {
    return Buffer.allocUnsafeSlow(bytes).buffer as ArrayBuffer;
  } catch {
    return raise('E_MEMORY', {
      says: `the system gives no ${bytes} bytes in one piece`,
      hint: 'use smaller batches, or let go of tensors that are not used any more',
    });
  }
}

/** Gives memory out. */
export class NativeMemory {
  readonly #addressOf: (buffer: ArrayBuffer) => number;
  readonly #waiting = new Map<number, Memory[]>();
  #waitingBytes = 0;
  #shared: { readonly buffer: ArrayBuffer; readonly address: number } | undefined;
  #used = 0;

  constructor(addressOf: (buffer: ArrayBuffer) => number) {
    this.#addressOf = addressOf;
  }

  /** Memory for so many bytes, with whatever is in it. */
  take(bytes: number): Memory {
    if (bytes <= mostSmall) return this.#small(bytes);
    const known = this.#waiting.get(bytes)?.pop();
    if (known !== undefined) this.#waitingBytes -= bytes;
    return known ?? this.of(uninitialised(bytes));
  }

  /** A buffer of its own for so many bytes, with whatever is in it; nothing for so few that they would share one. */
  whole(bytes: number): ArrayBuffer | undefined {
    return bytes <= mostSmall ? undefined : (this.take(bytes).buffer as ArrayBuffer);
  }

  /** A whole buffer as memory. */
  of(buffer: ArrayBuffer): Memory {
    return { buffer, offset: 0, bytes: buffer.byteLength, address: this.#addressOf(buffer) };
  }

  #small(bytes: number): Memory {
    const size = Math.max(alignment, Math.ceil(bytes / alignment) * alignment);
    if (this.#shared === undefined || this.#used + size > sharedBytes) {
      const buffer = new ArrayBuffer(sharedBytes);
      this.#shared = { buffer, address: this.#addressOf(buffer) };
      this.#used = 0;
    }
    const { buffer, address } = this.#shared;
    const offset = this.#used;
    this.#used += size;
    return { buffer, offset, bytes, address: address + offset };
  }

  /** Takes memory back that nobody reads any more. */
  giveBack(memory: Memory): void {
    if (memory.bytes <= mostSmall || memory.bytes !== memory.buffer.byteLength) return;
    const list = this.#waiting.get(memory.bytes) ?? [];
    if (list.length >= mostWaiting || this.#waitingBytes + memory.bytes > mostWaitingBytes) return;
    this.#waiting.set(memory.bytes, list);
    list.push(memory);
    this.#waitingBytes += memory.bytes;
  }
}
