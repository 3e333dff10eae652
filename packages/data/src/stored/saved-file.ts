/**
 * Files of elements: framed records, the first byte of each its kind. First a description of what the elements were made from, then they
 * themselves, then a summary, then its place, by which it is found from the end: a file that was cut off has none.
 */
import { raise } from '@deft/core';
import type { Cursor, Position } from '../cursor.ts';
import { closedOnFailure, element, end } from '../cursor.ts';
import { decodeText, encodeText, nodeFiles, uniqueSuffix } from '../environment.ts';
import { savedCount } from '../saved-fields.ts';
import { ByteReader } from './byte-reader.ts';
import { decodeElement, encodeElement } from './element-bytes.ts';
import { RecordFile } from './record-file.ts';
import { RecordWriter } from './record-writer.ts';

const kinds = { header: 0, element: 1, summary: 2, place: 3 } as const;
const format = 'deft-dataset';
const version = 1;
/** A record of a kind, 8 bytes and their frame. */
const placeLength = 25;

/** A file that elements were made from, as it was then. */
export interface InputFile {
  readonly path: string;
  readonly size: number;
  /** When it was last changed, in milliseconds since 1970. */
  readonly modified: number;
}

/** What a file says about itself. */
export interface SavedDescription {
  /** The steps that the elements came through. */
  readonly pipeline: string;
  /** What its writer calls it. */
  readonly version: string;
  /** Another one for every file that is written. */
  readonly stamp: string;
  readonly count: number;
  readonly inputs: readonly InputFile[];
}

const tagged = (kind: number, bytes: Uint8Array): Uint8Array => {
  const whole = new Uint8Array(1 + bytes.length);
  whole[0] = kind;
  whole.set(bytes, 1);
  return whole;
};

const jsonRecord = (kind: number, value: object): Uint8Array => tagged(kind, encodeText(JSON.stringify(value)));

/** Writes a file of elements. */
export class SavedWriter {
  readonly #op: string;
  readonly #writer: RecordWriter;
  #count = 0;

  private constructor(op: string, writer: RecordWriter) {
    this.#op = op;
    this.#writer = writer;
  }

  /** Begins a file. Throws `E_FILE`. */
  static async open(
    op: string,
    path: string,
    description: Pick<SavedDescription, 'pipeline' | 'version'>,
    suffix: string = uniqueSuffix(),
  ): Promise<SavedWriter> {
    const writer = await RecordWriter.open(op, path, suffix);
    const stamp = uniqueSuffix() + uniqueSuffix();
    await writer.write(jsonRecord(kinds.header, { format, formatVersion: version, stamp, ...description }));
    return new SavedWriter(op, writer);
  }

  /** Adds an element. Throws `E_FILE`, or `E_DTYPE` for what cannot be kept. */
  async write(value: unknown): Promise<void> {
    await this.#writer.write(tagged(kinds.element, await encodeElement(this.#op, value)));
    this.#count++;
  }

  /** Puts the file into its place. Throws `E_FILE`. */
  async finish(inputs: readonly InputFile[]): Promise<void> {
    const at = new DataView(new ArrayBuffer(8));
    at.setBigUint64(0, BigInt(this.#writer.byte), true);
    await this.#writer.write(jsonRecord(kinds.summary, { count: this.#count, inputs }));
    await this.#writer.write(tagged(kinds.place, new Uint8Array(at.buffer)));
    await this.#writer.finish();
  }

  /** Removes what was written. */
  discard(): Promise<void> {
    return this.#writer.discard();
  }
}

type Fields = { readonly [name: string]: unknown };

const isInput = (value: unknown): value is InputFile => {
  const { path, size, modified } = (value ?? {}) as Fields;
  return typeof path === 'string' && Number.isFinite(size) && Number.isFinite(modified);
};

/** A file of elements that is open. */
export class SavedFile {
  readonly #file: RecordFile;
  readonly #first: number;
  /** Where the summary is, and the elements end. */
  readonly #end: number;
  readonly description: SavedDescription;

  private constructor(file: RecordFile, first: number, end: number, description: SavedDescription) {
    this.#file = file;
    this.#first = first;
    this.#end = end;
    this.description = description;
  }

  /** Opens a file and reads what it says about itself. Throws `E_FILE` where it is damaged or of another format. */
  static async open(op: string, path: string): Promise<SavedFile> {
    const file = await RecordFile.open(op, path);
    return closedOnFailure(file, () => SavedFile.#read(file));
  }

  static async #read(file: RecordFile): Promise<SavedFile> {
    const next = async (kind: number, what: string): Promise<Uint8Array> => {
      const { byte } = file;
      const data = await file.next();
      return data?.[0] === kind ? data.subarray(1) : file.refuse(byte, `expected ${what} of a saved dataset`);
    };
    const json = async (kind: number, what: string): Promise<Fields> => {
      const { byte } = file;
      const bytes = await next(kind, what);
      try {
        const value: unknown = JSON.parse(decodeText(bytes));
        if (typeof value === 'object' && value !== null) return value as Fields;
      } catch {
        // Told below.
      }
      return file.refuse(byte, `${what} of a saved dataset is no JSON`);
    };
    const header = await json(kinds.header, 'the description');
    const first = file.byte;
    const { pipeline, stamp, version: called } = header;
    const isKnown = header['format'] === format && header['formatVersion'] === version;
    if (!isKnown || typeof pipeline !== 'string' || typeof stamp !== 'string' || typeof called !== 'string') {
      return file.refuse(0, `expected the description of a saved dataset of version ${version}`);
    }
    const place = file.size - placeLength;
    if (place < first) file.refuse(file.size, 'the file ends before its summary');
    file.seek(place);
    const at = await next(kinds.place, 'the place of the summary');
    if (at.length !== 8) file.refuse(place, 'expected the place of the summary');
    const summaryAt = Number(new DataView(at.buffer, at.byteOffset).getBigUint64(0, true));
    if (summaryAt < first || summaryAt >= place) file.refuse(place, 'the summary is not in the file');
    file.seek(summaryAt);
    const { count, inputs } = await json(kinds.summary, 'the summary');
    const isWhole =
      Number.isSafeInteger(count) && Array.isArray(inputs) && inputs.every(isInput) && file.byte === place;
    if (!isWhole) file.refuse(summaryAt, 'the summary makes no sense');
    const described = { pipeline, stamp, version: called, count: count as number, inputs: inputs as InputFile[] };
    return new SavedFile(file, first, summaryAt, described);
  }

  /**
   * A pass over the elements that goes on at a position of this file, or of another with the same elements. Closes the file with its
   * end, and where the position makes no sense.
   */
  cursor<T>(position: Position | undefined): Promise<Cursor<T>> {
    return closedOnFailure(this, () => this.#cursorAt<T>(position));
  }

  async #cursorAt<T>(position: Position | undefined): Promise<Cursor<T>> {
    const file = this.#file;
    const { stamp, count } = this.description;
    let at = 0;
    file.seek(this.#first);
    const next = async (): Promise<Uint8Array | undefined> => {
      if (file.byte === this.#end) {
        if (at !== count) file.refuse(this.#end, `${at} elements instead of ${count}`);
        return undefined;
      }
      const { byte } = file;
      const data = await file.next();
      at++;
      return data?.[0] === kinds.element ? data : file.refuse(byte, 'expected an element');
    };
    const passBy = async (wanted: number): Promise<number> => {
      let passed = 0;
      while (passed < wanted && file.byte < this.#end && (await file.passBy())) passed++;
      at += passed;
      return passed;
    };
    if (position) {
      const target = savedCount(position, 'at');
      const byte = position['stamp'] === stamp ? savedCount(position, 'byte') : undefined;
      if (byte === undefined) await passBy(target);
      else if (byte < this.#first || byte > this.#end) file.refuse(byte, 'no element begins there');
      else {
        file.seek(byte);
        at = target;
      }
    }
    return {
      next: async () => {
        const { byte } = file;
        const data = await next();
        if (data === undefined) return end;
        // Behind the head of the record and its kind.
        return element(decodeElement(new ByteReader(data.subarray(1), byte + 13, file.refuse)) as T);
      },
      passBy,
      position: () => ({ at, byte: file.byte, stamp }),
      close: () => file.close(),
    };
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** Whether there is a file. */
export async function isThere(op: string, path: string): Promise<boolean> {
  const files = await nodeFiles(op);
  try {
    await files.stat(path);
    return true;
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === 'ENOENT') return false;
    return raise('E_FILE', { op, says: `${path}: ${(error as Error).message}` });
  }
}
