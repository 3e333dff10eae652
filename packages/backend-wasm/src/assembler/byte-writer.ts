/**
 * A growing byte buffer with the primitive encodings of the WebAssembly binary format: LEB128 integers, little-endian
 * floats, length-prefixed names and vectors (WebAssembly Core Specification 2.0, §5.2 "Values").
 */
import { internal } from '@deft/core';

const scratch = new DataView(new ArrayBuffer(8));

function encodeUtf8(text: string): number[] {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else {
      bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    }
  }
  return bytes;
}

/** Number of bytes of a patchable unsigned integer: LEB128 may be padded to the full width of 32 bits. */
const paddedWidth = 5;

/** Bytes written one after another; every method appends. */
export class ByteWriter {
  private buffer: Uint8Array = new Uint8Array(256);
  private used = 0;

  get length(): number {
    return this.used;
  }

  /** The bytes so far, as a copy. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return this.buffer.slice(0, this.used) as Uint8Array<ArrayBuffer>;
  }

  private reserve(count: number): void {
    if (this.used + count <= this.buffer.length) return;
    const grown = new Uint8Array(Math.max(this.buffer.length * 2, this.used + count));
    grown.set(this.buffer.subarray(0, this.used));
    this.buffer = grown;
  }

  byte(value: number): void {
    this.reserve(1);
    this.buffer[this.used++] = value;
  }

  bytes(values: ArrayLike<number>): void {
    this.reserve(values.length);
    this.buffer.set(values, this.used);
    this.used += values.length;
  }

  /** Unsigned LEB128 of at most 32 bits. */
  u32(value: number): void {
    if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) internal(`${value} is no unsigned 32-bit integer`);
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  /** Signed LEB128 of 32 bits; takes -2³¹ … 2³²-1, so that addresses may be given unsigned. */
  s32(value: number): void {
    if (!Number.isInteger(value) || value < -0x80000000 || value > 0xffffffff)
      internal(`${value} is no 32-bit integer`);
    let rest = value | 0;
    for (;;) {
      const group = rest & 0x7f;
      rest >>= 7;
      if ((rest === 0 && (group & 0x40) === 0) || (rest === -1 && (group & 0x40) !== 0)) {
        this.byte(group);
        return;
      }
      this.byte(group | 0x80);
    }
  }

  /** Signed LEB128 of 64 bits. */
  s64(value: bigint): void {
    let rest = BigInt.asIntN(64, value);
    for (;;) {
      const group = Number(rest & 0x7fn);
      rest >>= 7n;
      if ((rest === 0n && (group & 0x40) === 0) || (rest === -1n && (group & 0x40) !== 0)) {
        this.byte(group);
        return;
      }
      this.byte(group | 0x80);
    }
  }

  f32(value: number): void {
    scratch.setFloat32(0, value, true);
    for (let i = 0; i < 4; i++) this.byte(scratch.getUint8(i));
  }

  f64(value: number): void {
    scratch.setFloat64(0, value, true);
    for (let i = 0; i < 8; i++) this.byte(scratch.getUint8(i));
  }

  /** A length-prefixed UTF-8 name. */
  name(text: string): void {
    this.vector(encodeUtf8(text));
  }

  /** Length-prefixed bytes. */
  vector(values: ArrayLike<number>): void {
    this.u32(values.length);
    this.bytes(values);
  }

  /** Leaves room for an index that is known later; returns where it is, for `patch`. */
  placeholder(): number {
    const position = this.used;
    for (let i = 0; i < paddedWidth; i++) this.byte(0);
    return position;
  }

  /** Fills a placeholder with an unsigned integer padded to five bytes. */
  patch(position: number, value: number): void {
    for (let i = 0; i < paddedWidth; i++) {
      const group = (value >>> (7 * i)) & 0x7f;
      this.buffer[position + i] = i + 1 < paddedWidth ? group | 0x80 : group;
    }
  }
}
