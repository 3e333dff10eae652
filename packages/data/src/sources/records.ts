/**
 * Files cut into records a piece at a time: lines, or lines whose quotes may hold line ends. A record is cut by bytes, which is safe
 * in UTF-8, and a position is the number of the byte at which the next one begins.
 */
import { raise } from '@deft/core';
import { type OpenFile, openFile } from '../environment.ts';

const newline = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;
const pieceLength = 2 ** 16;

/** One record of a file. */
export interface FileRecord {
  readonly bytes: Uint8Array;
  /** Number of the line it begins in, from 1. */
  readonly line: number;
}

/** Where the next record begins. */
export interface RecordPlace {
  readonly byte: number;
  /** From 1. */
  readonly line: number;
}

/** What records are cut at, and how long they may be. */
export interface RecordOptions {
  readonly op: string;
  /** Whether line ends between quotes belong to the record. */
  readonly hasQuotes: boolean;
  /** The most bytes of a record. */
  readonly maxLength: number;
}

/** Reads the records of one file in turn. */
export class RecordReader {
  readonly #path: string;
  readonly #file: OpenFile;
  readonly #options: RecordOptions;
  /** Bytes that were read and not given yet. */
  #held: Uint8Array = new Uint8Array(0);
  #byte: number;
  #line: number;
  #isAtEnd = false;

  private constructor(path: string, file: OpenFile, options: RecordOptions, { byte, line }: RecordPlace) {
    this.#path = path;
    this.#file = file;
    this.#options = options;
    this.#byte = byte;
    this.#line = line;
  }

  /** Opens a file at a place where a record begins. Throws `E_FILE`. */
  static async open(path: string, options: RecordOptions, place: RecordPlace): Promise<RecordReader> {
    return new RecordReader(path, await openFile(options.op, path), options, place);
  }

  get place(): RecordPlace {
    return { byte: this.#byte, line: this.#line };
  }

  async #readOn(): Promise<void> {
    const piece = new Uint8Array(pieceLength);
    const { bytesRead } = await this.#file.read(piece, 0, pieceLength, this.#byte + this.#held.length);
    if (bytesRead === 0) {
      this.#isAtEnd = true;
      return;
    }
    const whole = new Uint8Array(this.#held.length + bytesRead);
    whole.set(this.#held);
    whole.set(piece.subarray(0, bytesRead), this.#held.length);
    this.#held = whole;
  }

  /** The next record without its line end, if there is one. */
  async next(): Promise<FileRecord | undefined> {
    const { op, hasQuotes, maxLength } = this.#options;
    let at = 0;
    let lines = 0;
    let isQuoted = false;
    for (;;) {
      for (; at < this.#held.length; at++) {
        const byte = this.#held[at];
        if (hasQuotes && byte === quote) isQuoted = !isQuoted;
        if (byte !== newline) continue;
        lines++;
        if (!isQuoted) return this.#give(at, at + 1, lines);
      }
      if (this.#isAtEnd) break;
      if (at > maxLength) {
        const says = `${this.#path}:${this.#line}: a record of more than ${maxLength} bytes`;
        raise('E_FILE', { op, says, hint: hasQuotes ? 'is a quote not closed?' : 'maxLength allows longer ones' });
      }
      await this.#readOn();
    }
    return at === 0 ? undefined : this.#give(at, at, lines);
  }

  #give(end: number, next: number, lines: number): FileRecord {
    const stop = end > 0 && this.#held[end - 1] === carriageReturn ? end - 1 : end;
    const record = { bytes: this.#held.slice(0, stop), line: this.#line };
    this.#held = this.#held.subarray(next);
    this.#byte += next;
    this.#line += lines;
    return record;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
