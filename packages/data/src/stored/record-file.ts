/**
 * Files of framed records (see `record-framing.ts` of `@deft/core`), read in turn, from any place where a record begins. A length is
 * compared with what the file has before anything is allocated by it.
 */
import { isIntact, raise, recordFootLength, recordHeadLength, statedLength } from '@deft/core';
import { type OpenFile, openFile } from '../environment.ts';

const pieceLength = 2 ** 16;

/** One file. */
export class RecordFile {
  readonly #op: string;
  readonly #path: string;
  readonly #file: OpenFile;
  readonly size: number;
  #byte: number;
  /** Bytes that were read, from `#pieceAt` on. */
  #piece: Uint8Array = new Uint8Array(0);
  #pieceAt = 0;
  #isLost = false;

  private constructor(op: string, path: string, file: OpenFile, size: number, byte: number) {
    this.#op = op;
    this.#path = path;
    this.#file = file;
    this.size = size;
    this.#byte = byte;
  }

  /** Opens a file at a place where a record begins. Throws `E_FILE`. */
  static async open(op: string, path: string, byte = 0): Promise<RecordFile> {
    const file = await openFile(op, path);
    const { size } = await file.stat();
    return new RecordFile(op, path, file, size, byte);
  }

  /** Where the next record begins. */
  get byte(): number {
    return this.#byte;
  }

  /** Whether it is not known any more where the next record begins. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Raises `E_FILE` for a byte of the file. */
  readonly refuse = (byte: number, says: string): never =>
    raise('E_FILE', { op: this.#op, says: `${this.#path}: byte ${byte}: ${says}` });

  /** Goes to a place where a record begins. */
  seek(byte: number): void {
    this.#byte = byte;
  }

  /** Bytes of the file, fewer where it ends. What is given is not written to later. */
  async #read(at: number, length: number): Promise<Uint8Array> {
    const from = at - this.#pieceAt;
    if (from >= 0 && from + length <= this.#piece.length) return this.#piece.subarray(from, from + length);
    const piece = new Uint8Array(Math.min(Math.max(length, pieceLength), Math.max(0, this.size - at)));
    let filled = 0;
    while (filled < piece.length) {
      const { bytesRead } = await this.#file.read(piece, filled, piece.length - filled, at + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    this.#piece = piece.subarray(0, filled);
    this.#pieceAt = at;
    return this.#piece.subarray(0, length);
  }

  /** The length of the next record's data; nothing at the end of the file. */
  async #length(): Promise<number | undefined> {
    const begin = this.#byte;
    if (begin === this.size) return undefined;
    const refuse = (byte: number, says: string): never => {
      this.#isLost = true;
      return this.refuse(byte, says);
    };
    const head = await this.#read(begin, recordHeadLength);
    if (head.length < recordHeadLength) refuse(begin + head.length, `the file ends within the record of byte ${begin}`);
    const length = statedLength(head);
    if (length === undefined) {
      const isPacked = begin === 0 && head[0] === 0x1f && head[1] === 0x8b;
      return refuse(begin, isPacked ? 'the file is gzipped' : 'the checksum of the length of a record does not fit');
    }
    if (length > this.size - begin - recordHeadLength - recordFootLength) {
      refuse(this.size, `the file ends within the record of byte ${begin}`);
    }
    return length;
  }

  /**
   * The data of the next record; nothing at the end of the file.
   *
   * @throws `E_FILE` naming the byte where it is damaged. Unless `isLost` says so, the record behind it is next then.
   */
  async next(): Promise<Uint8Array | undefined> {
    const begin = this.#byte;
    const length = await this.#length();
    if (length === undefined) return undefined;
    const rest = await this.#read(begin + recordHeadLength, length + recordFootLength);
    if (rest.length < length + recordFootLength)
      this.refuse(begin + recordHeadLength + rest.length, 'the file became shorter');
    this.#byte = begin + recordHeadLength + length + recordFootLength;
    const data = rest.slice(0, length);
    if (!isIntact(data, rest.subarray(length))) this.refuse(begin, 'the checksum of a record does not fit');
    return data;
  }

  /** Passes by a record without reading it. False at the end of the file. */
  async passBy(): Promise<boolean> {
    const length = await this.#length();
    if (length !== undefined) this.#byte += recordHeadLength + length + recordFootLength;
    return length !== undefined;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
