/**
 * Writing a file of framed records that is whole or absent: under another name in the same folder, synced to the disk, then renamed. A
 * process that dies at any moment leaves at most an unfinished file beside it.
 */
import { frameRecord, joinBytes, raise } from '@deft/core';
import { nodeFiles, processNumber, uniqueSuffix, type WritableFile } from '../environment.ts';

/** So many bytes wait before they are written. */
const mostWaiting = 2 ** 18;

/** Where a file is written before it is whole. `suffix` tells one writer from another. */
export const unfinishedPath = (path: string, pid: number, suffix: string): string => `${path}.${pid}-${suffix}.tmp`;

/** Writes one file. */
export class RecordWriter {
  readonly #op: string;
  readonly #path: string;
  readonly #unfinished: string;
  readonly #file: WritableFile;
  #waiting: Uint8Array[] = [];
  #waitingLength = 0;
  #byte = 0;

  private constructor(op: string, path: string, unfinished: string, file: WritableFile) {
    this.#op = op;
    this.#path = path;
    this.#unfinished = unfinished;
    this.#file = file;
  }

  /** Begins a file. Throws `E_FILE` where it cannot be written. */
  static async open(op: string, path: string, suffix: string = uniqueSuffix()): Promise<RecordWriter> {
    const files = await nodeFiles(op);
    const unfinished = unfinishedPath(path, processNumber(), suffix);
    try {
      return new RecordWriter(op, path, unfinished, await files.open(unfinished, 'wx'));
    } catch (error) {
      return raise('E_FILE', { op, says: `cannot write ${path}: ${(error as Error).message}` });
    }
  }

  /** Where the next record will begin. */
  get byte(): number {
    return this.#byte;
  }

  /** Does something to the file. Whatever goes wrong leaves nothing behind. */
  async #attempt(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      await this.discard();
      raise('E_FILE', { op: this.#op, says: `cannot write ${this.#path}: ${(error as Error).message}` });
    }
  }

  async #flush(): Promise<void> {
    const bytes = joinBytes(this.#waiting);
    this.#waiting = [];
    this.#waitingLength = 0;
    if (bytes.length > 0) await this.#file.writeFile(bytes);
  }

  /** Adds a record. Throws `E_FILE` where it cannot be written. */
  async write(data: Uint8Array): Promise<void> {
    const record = frameRecord(data);
    this.#waiting.push(record);
    this.#waitingLength += record.length;
    this.#byte += record.length;
    if (this.#waitingLength >= mostWaiting) await this.#attempt(() => this.#flush());
  }

  /** Puts the file into its place. Throws `E_FILE` where that cannot be done. */
  async finish(): Promise<void> {
    const files = await nodeFiles(this.#op);
    await this.#attempt(async () => {
      await this.#flush();
      await this.#file.sync();
      await this.#file.close();
      await files.rename(this.#unfinished, this.#path);
    });
    const folder = this.#path.slice(0, this.#path.length - (/[^/\\]*$/.exec(this.#path)?.[0].length ?? 0));
    try {
      const handle = await files.open(folder || '.', 'r');
      await handle.sync().finally(() => handle.close());
    } catch {
      // Windows cannot open folders; the rename itself is atomic there too.
    }
  }

  /** Removes what was written. */
  async discard(): Promise<void> {
    await this.#file.close().catch(() => {});
    await (await nodeFiles(this.#op)).unlink(this.#unfinished).catch(() => {});
  }
}
