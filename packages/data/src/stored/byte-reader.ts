/** Bytes of unknown origin, read from front to back: nothing is taken that is not there. */

/** Raises `E_FILE` for a byte of a file. */
type Refuse = (byte: number, says: string) => never;

/** Groups of seven bits that 64 bits need. */
const mostGroups = 10;

/** Reads bytes in turn. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #base: number;
  readonly #refuse: Refuse;
  #at = 0;

  /** `base` is the byte of the file at which the bytes begin. */
  constructor(bytes: Uint8Array, base: number, refuse: Refuse) {
    this.#bytes = bytes;
    this.#base = base;
    this.#refuse = refuse;
  }

  /** Bytes that are left. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** Raises `E_FILE` for the place where the next byte is. */
  refuse(says: string): never {
    return this.#refuse(this.#base + this.#at, says);
  }

  #pass(length: number): Uint8Array {
    if (length > this.left) this.refuse(`${length} bytes are stated and ${this.left} are left`);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** The next bytes, in an array of their own buffer. */
  take(length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#pass(length));
  }

  byte(): number {
    if (this.left === 0) this.refuse('nothing is left');
    return this.#bytes[this.#at++] as number;
  }

  /** A number of 64 bits without sign, in groups of seven bits, the lowest first. */
  varint(): bigint {
    // Most are small, and bigints slow.
    let low = 0;
    for (let i = 0; i < 4; i++) {
      const byte = this.byte();
      low |= (byte & 127) << (7 * i);
      if (byte < 128) return BigInt(low);
    }
    let value = BigInt(low);
    for (let i = 4; i < mostGroups; i++) {
      const byte = this.byte();
      value |= BigInt(byte & 127) << BigInt(7 * i);
      if (byte < 128) return BigInt.asUintN(64, value);
    }
    return this.refuse('a number of more than ten bytes');
  }

  /** A number of things, each of which takes so many bytes at least. */
  count(bytesEach: number): number {
    const count = this.varint();
    if (count * BigInt(bytesEach) > BigInt(this.left))
      this.refuse(`${count} are stated and ${this.left} bytes are left`);
    return Number(count);
  }

  /** A reader of the bytes of the next so many. */
  part(length: number): ByteReader {
    const base = this.#base + this.#at;
    return new ByteReader(this.#pass(length), base, this.#refuse);
  }
}
